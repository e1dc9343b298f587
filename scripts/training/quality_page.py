#!/usr/bin/env python
"""Write the measured figures into docs/quality.md and into the page of the site.

python scripts/benchmark.py scoreboard --data-dir DIR --output docs/figures/scoreboard.json
python scripts/training/quality_page.py
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.records.measures import LABELS, PUBLISHED_SOURCES
from scripts.benchmarks.common import FIGURES, ROOT
from scripts.benchmarks.documents import fill, table

MEASURED = FIGURES / "scoreboard.json"
PAGE = ROOT / "docs" / "quality.md"
SITE = ROOT / "engine" / "web" / "content" / "figures.json"

ACCURACY = ("automation", "exposure", "exposure_human", "exposure_model")
"""Measures of the table of accuracy; the scoreboard has all."""


def main() -> None:
    figures = json.loads(MEASURED.read_text(encoding="utf-8"))
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), blocks(figures)), encoding="utf-8")
    write_site(figures, SITE)


def write_site(figures: Mapping[str, Any], path: Path) -> None:
    """Write the figures that the page of the site shows."""
    content = {
        "reference": "published",
        "scoreboard": [
            {
                "outcome": LABELS[name],
                "source": PUBLISHED_SOURCES[name].title,
                "date": row["date"],
                "n": row["tasks"],
                "engine_rho": round(row["estimate"]["rho"], 3),
                **best_published(row["published"]),
            }
            for name, row in figures["outcomes"].items()
            if row["estimate"]
        ],
        "accuracy": [
            {
                "measure": name,
                "r": round(figures["outcomes"][name]["estimate"]["r"], 3),
                "coverage": round(figures["outcomes"][name]["coverage"], 3),
            }
            for name in ACCURACY
        ],
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def best_published(rivals: Mapping[str, Any]) -> dict[str, Any]:
    """Return the published measure that ranks the tasks of an outcome best, and its ρ."""
    found = {name: row["itself"]["rho"] for name, row in rivals.items() if row["itself"]}
    if not found:
        return {"best_published_rho": None, "best_published": ""}
    best = max(found, key=lambda name: found[name])
    return {
        "best_published_rho": round(found[best], 3),
        "best_published": LABELS.get(best, "automation potential, ILO 2023"),
    }


def blocks(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return the text of each block of the page."""
    return {
        "scoreboard": _scoreboard(figures["outcomes"]),
        "people": _people(figures["people"]),
        "coverage": _coverage(figures),
        "tiers": _tiers(figures["tiers"]),
    }


def _scoreboard(outcomes: Mapping[str, Any]) -> str:
    rows = []
    for name, row in outcomes.items():
        if not row["estimate"]:
            continue
        best = best_published(row["published"])
        rival = best["best_published_rho"]
        rows.append(
            [
                LABELS[name],
                f"{row['tasks']:,}",
                f"{row['estimate']['r']:.3f}",
                f"{row['estimate']['rho']:.3f}",
                "" if rival is None else f"{rival:.3f} ({best['best_published']})",
            ]
        )
    head = ["outcome", "tasks", "r", "ρ", "ρ of the best other published measure"]
    return table(head, rows, 1)


def _people(people: Mapping[str, Any]) -> str:
    rows = [
        [
            *(name, str(row["agreement"]["count"])),
            *(f"{value:.2f}" for value in (row["same_level"], row["agreement"]["r"])),
        ]
        for name, row in people.items()
    ]
    return table(["compared with people", "tasks", "same level", "r"], rows, 1)


def _coverage(figures: Mapping[str, Any]) -> str:
    rows = [
        [name, f"{row['count']:,}", f"{row['coverage']:.3f}", f"{row['width']:.3f}"]
        for name, row in figures["occupations"].items()
    ]
    return table(["occupations", "number", "coverage", "width"], rows, 1)


def _tiers(tiers: Mapping[str, Any]) -> str:
    names = list(next(iter(tiers.values())))
    rows = [[kind, *(f"{counts[name]:,}" for name in names)] for kind, counts in tiers.items()]
    return table(["occupations", *names], rows, 1)


if __name__ == "__main__":
    main()
