"""Agreement of the two annotations of the starter reference, by Cohen's kappa."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from engine.records import rubric, soc
from engine.utils import resources
from engine.utils.delimited import read_table
from scripts.benchmarks.common import Figures

COLUMNS = ("exposure", "automation", "category")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add no option: the annotations ship with the engine."""


def run(options: argparse.Namespace) -> Figures:
    """Measure how far the two annotations of the starter reference agree."""
    rows = [row for _, row in read_table(resources.shipped("reference_tasks") / "tasks.csv", ())]
    groups = {"all": rows} | {
        f"{code} {name}": [row for row in rows if row["soc_code"].startswith(code)]
        for code, name in soc.MAJOR_GROUPS.items()
    }
    print(f"{'':52s}{'tasks':>8s}" + "".join(f"{column:>12s}" for column in COLUMNS))
    figures: Figures = {}
    for name, part in groups.items():
        if part:
            figures[name] = {"tasks": len(part)} | kappas(part)
            cells = "".join(f"{figures[name][column]:12.2f}" for column in COLUMNS)
            print(f"{name:52s}{len(part):8d}{cells}")
    print("Exposure and automation: linearly weighted kappa over their levels in order of value.")
    return figures


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
