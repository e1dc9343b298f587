from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.records.measures import LABELS
from engine.web.content import figures
from engine.web.content.figures import ScoreboardRow


def test_the_figures_that_ship_are_complete() -> None:
    shipped = figures.read()
    assert shipped.reference
    assert all(-1 <= row.engine_rho <= 1 and row.n > 1 for row in shipped.scoreboard)
    assert all(row.measure in LABELS and 0 <= row.coverage <= 1 for row in shipped.accuracy)


def test_an_unknown_key_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    row = {"measure": "automation", "r": 0.5, "coverage": 0.9}
    content = {"reference": "starter", "scoreboard": [], "accuracy": [row]}
    path.write_text(json.dumps(content))
    assert figures.read(path).accuracy[0].r == 0.5
    path.write_text(json.dumps(content | {"accuracy": [row | {"rho": 1}]}))
    with pytest.raises(TypeError):
        figures.read(path)


@pytest.mark.parametrize(
    ("own", "best", "verdict"),
    [
        (0.52, 0.48, "this engine"),
        (0.481, 0.479, "equal"),
        (0.3, 0.5, "the published measure"),
        (0.3, None, "nothing to compare with"),
    ],
)
def test_a_row_says_which_is_ahead(own: float, best: float | None, verdict: str) -> None:
    row = ScoreboardRow(
        outcome="use", source="X", date="2026", n=9, engine_rho=own, best_published_rho=best
    )
    assert row.verdict == verdict
