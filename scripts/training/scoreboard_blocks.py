"""Blocks of the model card with the figures of the scoreboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.records.measures import LABELS
from scripts.benchmarks.documents import table
from scripts.benchmarks.scoreboard_figures import POTENTIAL_2023

_NAMES = {**LABELS, POTENTIAL_2023: "automation potential, ILO 2023"}


def scoreboard(figures: Mapping[str, Any]) -> str:
    """Return how the engine, and each published measure, agree with each published outcome."""
    return "\n\n".join(
        (
            _outcomes(figures["outcomes"]),
            "Each published measure as an estimate of the outcomes: its ρ / the engine's ρ on the "
            "same tasks.",
            _rivals(figures["outcomes"]),
            _people(figures["people"]),
            "Occupations, ranked by how much Claude was used for their tasks in February 2026 (ρ):",
            _use(figures["use"]),
            _lines(figures),
        )
    )


def coverage_by_group(figures: Mapping[str, Any]) -> str:
    """Return how often the intervals of risk contain the rating, and the tiers of occupations."""
    head = ["risk of occupations", "occupations", "coverage", "at the same time shares", "width"]
    columns = ("coverage", "coverage_same_shares", "width")
    occupations = [
        [name, f"{row['count']:,}", *(_number(row[column]) for column in columns)]
        for name, row in figures["occupations"].items()
    ]
    tasks = [
        [name, f"{row['count']:,}", _number(row["coverage"]), _number(row["width"])]
        for name, row in figures["tasks"].items()
    ]
    return "\n\n".join(
        (
            table(head, occupations, 1),
            table(["risk of tasks", "tasks", "coverage", "width"], tasks, 1),
            _tiers(figures["tiers"]),
        )
    )


def _outcomes(outcomes: Mapping[str, Any]) -> str:
    head = [
        *("outcome", "rated by", "date", "tasks", "held out", "r", "ρ"),
        *("largest calibration gap", "ρ of risk", "ρ of AI capability"),
    ]
    rows = []
    for name, row in outcomes.items():
        estimate = row["estimate"] or {"r": None, "rho": None}
        numbers = (
            *(row["held_out"], estimate["r"], estimate["rho"], row["gap"]),
            *(row["risk"]["rho"], row["ai_capability"]["rho"]),
        )
        rows.append(
            [
                *(_name(name), row["rater"], row["date"], f"{row['tasks']:,}"),
                *map(_number, numbers),
            ]
        )
    return table(head, rows, 3)


def _rivals(outcomes: Mapping[str, Any]) -> str:
    """Return a matrix of outcomes, with a column for each published measure."""
    columns = list(dict.fromkeys(name for row in outcomes.values() for name in row["published"]))
    rows = []
    for outcome, row in outcomes.items():
        found = [row["published"].get(name) for name in columns]
        if any(found):
            rows.append([_name(outcome), *(_pair(rival) if rival else "" for rival in found)])
    return table(["outcome", *map(_name, columns)], rows, 1)


def _pair(rival: Mapping[str, Any]) -> str:
    engine = rival["engine"] or {"rho": None}
    return f"{_number(rival['itself']['rho'], 2)} / {_number(engine['rho'], 2)}"


def _people(figures: Mapping[str, Any]) -> str:
    rows = [
        [
            name,
            f"{row['agreement']['count']:,}",
            _number(row["same_level"]),
            _number(row["agreement"]["r"]),
        ]
        for name, row in figures.items()
    ]
    head = ["automation, as people rated it in 2023", "tasks", "same level", "r"]
    return table(head, rows, 1)


def _use(figures: Mapping[str, Any]) -> str:
    names = list(dict.fromkeys(name for series in figures.values() for name in series))
    rows = []
    for name in names:
        prefix, _, measure = name.rpartition(": ")
        cells = (series.get(name) for series in figures.values())
        rows.append(
            [
                f"{prefix}: {_name(measure)}" if prefix else _name(measure),
                *(f"{_number(cell['rho'])} ({cell['count']:,})" if cell else "" for cell in cells),
            ]
        )
    return table(["ranked by", *figures], rows, 1)


def _lines(figures: Mapping[str, Any]) -> str:
    level, evidence = figures["exposure level"], figures["evidence"]
    lines = [
        f"- exposure level equal to GPT-4's: {level['accuracy']:.3f} of {level['tasks']:,} tasks",
        f"- risk outside the outcomes of the displayed evidence, to the whole percent: "
        f"{evidence['outside']:.3f} of {evidence['tasks']:,} tasks",
    ]
    lines += [
        f"- {_name(name)}: estimated for {row['used']:.3f} of the tasks that were used, and "
        f"for {row['others']:.3f} of the others"
        for name, row in figures["applicability"].items()
    ]
    return "\n".join(lines)


def _tiers(figures: Mapping[str, Mapping[str, int]]) -> str:
    rows = []
    for name, counts in figures.items():
        total = sum(counts.values())
        rows.append([name, *(f"{count:,} ({count / total:.1%})" for count in counts.values())])
    return table(["occupations by tier", *next(iter(figures.values()))], rows, 1)


def _name(measure: str) -> str:
    return _NAMES.get(measure, measure)


def _number(value: float | None, digits: int = 3) -> str:
    return "" if value is None else f"{value:.{digits}f}"
