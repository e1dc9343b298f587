"""Agreement of the two annotations of the starter reference, by Cohen's kappa."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from engine.records import rubric, soc
from engine.utils import resources
from engine.utils.delimited import read_table
from scripts.benchmarks.common import Figures
from scripts.training.examples import read_blind_choices

COLUMNS = ("exposure", "automation", "category", "automation_2026", "human_agency")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add no option: the annotations ship with the engine."""


def run(options: argparse.Namespace) -> Figures:
    """Measure how far the two annotations of the starter reference agree."""
    rows = [row for _, row in read_table(resources.shipped("reference_tasks") / "tasks.csv", ())]
    groups = {"all": rows} | {
        f"{code} {name}": [row for row in rows if row["soc_code"].startswith(code)]
        for code, name in soc.MAJOR_GROUPS.items()
    }
    print(f"{'':52s}{'tasks':>8s}" + "".join(f"{column:>17s}" for column in COLUMNS))
    figures: Figures = {}
    for name, part in groups.items():
        if part:
            figures[name] = {"tasks": len(part)} | kappas(part)
            cells = "".join(f"{figures[name][column]:17.2f}" for column in COLUMNS)
            print(f"{name:52s}{len(part):8d}{cells}")
    print("All but category: linearly weighted kappa over the levels in order of value.")
    figures["rewrites"] = recognized()
    print("\nRewrites whose task a reader found among 20 similar tasks:")
    for name, (share, count) in figures["rewrites"].items():
        print(f"{name:52s}{count:8d}{share:12.3f}")
    return figures


def recognized() -> dict[str, tuple[float, int]]:
    """Return, in all and by style and language, the share of rewrites recognized, and the sample.

    The reader saw a rewrite and 20 tasks in random order: the original and those most similar to it
    by MiniLM.
    """
    choices = read_blind_choices()
    right = choices["chosen"] == choices["task_id"]
    names = choices["style"] + ", " + choices["language"]
    parts = {"all": right} | dict(iter(right.groupby(names)))
    return {name: (float(part.mean()), len(part)) for name, part in parts.items()}


def kappas(rows: Sequence[Mapping[str, str]]) -> dict[str, float]:
    """Return Cohen's kappa of the columns ``annotation_1_NAME`` and ``annotation_2_NAME``.

    Levels have an order, so their kappa is weighted linearly (Cohen 1968). Categories have no
    order.
    """
    from sklearn.metrics import cohen_kappa_score

    found = {}
    for column in COLUMNS:
        levels = rubric.levels_of(column)
        order = sorted(levels, key=levels.__getitem__)
        labels = order or sorted({row[f"annotation_{n}_{column}"] for row in rows for n in (1, 2)})
        first, second = (
            [labels.index(row[f"annotation_{number}_{column}"]) for row in rows]
            for number in (1, 2)
        )
        weights = "linear" if order else None
        found[column] = float(cohen_kappa_score(first, second, weights=weights))
    return found
