from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from scripts.benchmarks import calibration_plot
from tests.conftest import ROOT


def test_points_are_means_of_tenths() -> None:
    predictions = np.arange(20)[::-1] / 20
    outcomes = np.where(predictions >= 0.5, 1.0, 0.0)
    points = calibration_plot.points(predictions, outcomes)
    assert [x for x, _ in points] == pytest.approx([0.025 + 0.1 * n for n in range(10)])
    assert [y for _, y in points] == [0.0] * 5 + [1.0] * 5


def test_the_figure_and_its_points_are_written_together(tmp_path: Path) -> None:
    calibration_plot.write(tmp_path / "plot.svg", [(0.0, 0.0), (0.5, 1.0)])
    written = json.loads((tmp_path / "plot.json").read_text("utf-8"))
    assert written == {"points": [[0.0, 0.0], [0.5, 1.0]]}
    figure = (tmp_path / "plot.svg").read_text("utf-8")
    assert '<polyline points="50.0,350.0 200.0,50.0" fill="none"' in figure
    assert '<circle cx="200.0" cy="50.0"' in figure


def test_the_shipped_figure_shows_the_shipped_points() -> None:
    models = ROOT / "models"
    points = json.loads((models / "reliability.json").read_text("utf-8"))["points"]
    figure = (models / "reliability.svg").read_text("utf-8")
    assert figure == calibration_plot.svg(points)
