"""Staff lists: time to score a large one, and how often the intervals hold the rated risk."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine import RiskEngine
from engine.intake.roster import read_roster
from engine.workforce.catalog import CatalogErrors, CatalogRisks, catalog_errors
from engine.workforce.pooling import Job, Unit, Workforce
from engine.workforce.shared_errors import SharedErrors
from scripts.benchmarks.common import Figures, add_engine

DEPARTMENTS = 60
LEVELS = ("", "", "Senior ", "Sr. ", "Junior ", "Lead ", "Assistant ")
ENDINGS = ("", "", " II", " III", " (nights)", " - East")
"""What is put before and after the names of the catalog, to make titles of them."""

DRAWS = 2_000
OCCUPATIONS = (1, 5, 20)
"""Numbers of occupations of simulated workforces."""

_Result = TypeVar("_Result")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_engine(parser)
    parser.add_argument(
        "--rows",
        type=int,
        default=100_000,
        metavar="N",
        help="rows of the list (default: %(default)s)",
    )
    parser.add_argument(
        "--titles",
        type=int,
        default=5_000,
        metavar="N",
        help="different titles of the list (default: %(default)s)",
    )


def run(options: argparse.Namespace) -> Figures:
    """Time a large staff list, and count how often intervals of workforces hold the rated risk."""
    engine = RiskEngine.load(options.engine)
    figures: Figures = {"speed": speed(engine, options.rows, options.titles)}
    figures["coverage"] = coverage(catalog_errors(engine._parts), engine.confidence)
    return figures


def speed(engine: RiskEngine, rows: int, titles: int) -> Figures:
    """Time each step from a CSV file to its report.

    Args:
        engine: scores the list.
        rows: rows of the list, one person each.
        titles: different titles, of which some are frequent and most are rare.
    """
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "staff.csv"
        path.write_text(staff_list(engine, rows, titles), encoding="utf-8")
        seconds: dict[str, float] = {}
        processor = time.process_time()
        roster = _timed(seconds, "read", lambda: read_roster(path))
        result = _timed(seconds, "score", lambda: engine.score_workforce(roster))
        _timed(seconds, "report", lambda: (result.to_html(), result.to_csv(), result.to_json()))
    pairs = len({(row.title, row.department) for row in result.rows})
    figures: Figures = {
        "rows": rows,
        "titles in departments": pairs,
        "occupations": len(result.by_job),
        "coverage": result.coverage,
        "seconds": seconds | {"total": sum(seconds.values())},
        "processor seconds": time.process_time() - processor,
    }
    print(
        f"{rows:,} rows, {pairs:,} different titles in departments, {len(result.by_job)} "
        f"occupations, {result.coverage:.0%} of the people scored: "
        + ", ".join(f"{step} {taken:.1f} s" for step, taken in seconds.items())
        + f"; {figures['processor seconds']:.1f} s of CPU time"
    )
    return figures


def _timed(seconds: dict[str, float], step: str, call: Callable[[], _Result]) -> _Result:
    start = time.perf_counter()
    result = call()
    seconds[step] = time.perf_counter() - start
    return result


def staff_list(engine: RiskEngine, rows: int, titles: int) -> str:
    """Return a CSV list with titles made of the names of the engine's catalog."""
    random = np.random.default_rng(0)
    corpus = engine.corpus
    names = [*corpus.occupations["title"], *corpus.alternate_titles["title"]]
    made = [
        f"{random.choice(LEVELS)}{names[number]}{random.choice(ENDINGS)}"
        for number in random.integers(len(names), size=titles)
    ]
    frequency = 1 / (1 + np.arange(titles))
    chosen = random.choice(titles, size=rows, p=frequency / frequency.sum())
    departments = chosen % DEPARTMENTS
    pay = random.integers(30, 200, size=rows)
    lines = ["Employee ID,Job title,Department,Salary"]
    lines += [
        f'{number},"{made[title]}",Department {department},${thousands}k'
        for number, (title, department, thousands) in enumerate(
            zip(chosen, departments, pay, strict=True)
        )
    ]
    return "\n".join(lines)


def coverage(found: CatalogErrors, confidence: float) -> Figures:
    """Count how often the interval of a workforce holds the rated risk.

    Correlations are estimated on one half of the rated occupations. Workforces are drawn from the
    other half: some occupations of two major groups, with random headcounts.

    Args:
        found: left-out estimates and known ratings.
        confidence: of the intervals.

    Returns:
        for each number of occupations, the coverage and the mean width of the intervals, and the
        same if the errors of occupations were independent, or one error.
    """
    rated = np.flatnonzero(~np.isnan(found.known))
    random = np.random.default_rng(0)
    order = random.permutation(rated)
    fit, test = order[: len(order) // 2], order[len(order) // 2 :]
    residuals = (found.risks - found.known)[fit] / found.errors[fit]
    shared = SharedErrors.fit(residuals, [found.codes[row] for row in fit])
    models = {
        "shared": shared,
        "independent": SharedErrors(0.0, 0.0, 0.0),
        "one error": SharedErrors(1.0, 1.0, 1.0),
    }
    print(
        f"correlation of errors: {shared.broad:.2f} in a broad occupation, {shared.major_group:.2f}"
        f" in a major group, {shared.anywhere:.2f} elsewhere"
    )
    print(
        f"{'occupations':>12s}" + "".join(f"{name + ': held':>20s}{'width':>8s}" for name in models)
    )
    figures: Figures = {
        "correlations": [shared.anywhere, shared.major_group, shared.broad],
        "workforces": DRAWS,
    }
    for count in OCCUPATIONS:
        own = {
            name: _coverage(found, test, count, model, confidence) for name, model in models.items()
        }
        figures[f"{count} occupations"] = own
        print(
            f"{count:12d}"
            + "".join(f"{one['held']:20.3f}{one['width']:8.3f}" for one in own.values())
        )
    return figures


def _coverage(
    found: CatalogErrors, rows: np.ndarray, count: int, shared: SharedErrors, confidence: float
) -> dict[str, float]:
    random = np.random.default_rng(count)
    groups = sorted({found.codes[row][:2] for row in rows})
    catalog = CatalogRisks(risks={}, mean=0.0, variance=0.0, shared=shared)
    held, widths = 0, []
    for _ in range(DRAWS):
        of_employer = set(random.choice(groups, size=2, replace=False).tolist())
        near = [row for row in rows if found.codes[row][:2] in of_employer]
        chosen = random.choice(near, size=min(count, len(near)), replace=False)
        people = random.integers(1, 100, size=len(chosen)).astype(float)
        units = [
            Unit(
                name="",
                code=found.codes[row],
                soc_code=None,
                risk=float(found.risks[row]),
                can_help=0.0,
                error=float(found.errors[row]),
            )
            for row in chosen
        ]
        jobs = [
            Job(unit=n, title=n, department=0, headcount=heads, weight=heads)
            for n, heads in enumerate(people.tolist())
        ]
        everyone = np.arange(len(jobs))
        low, high = Workforce(units, jobs, catalog, confidence).group(everyone, "").risk_interval
        truth = float(people @ found.known[chosen]) / float(people.sum())
        held += low <= truth <= high
        widths.append(high - low)
    return {"held": held / DRAWS, "width": float(np.mean(widths))}
