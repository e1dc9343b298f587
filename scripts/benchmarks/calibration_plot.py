"""The calibration plot of risk on held-out tasks, as an SVG figure and as points in JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.evaluation.reliability import equal_parts

_SIZE, _MARGIN = 400, 50

Points = Sequence[tuple[float, float]]
"""Mean prediction and mean outcome, each in [0, 1], of each tenth of the predictions."""


def points(predictions: np.ndarray, outcomes: np.ndarray) -> Points:
    """Return the mean prediction and outcome in each tenth of the predictions, both shape (n,)."""
    tenths = equal_parts(predictions)
    return [(float(predictions[part].mean()), float(outcomes[part].mean())) for part in tenths]


def write(path: Path, plotted: Points) -> None:
    """Write the figure to ``path`` and the points to a JSON file of the same name."""
    rounded = [(round(x, 4), round(y, 4)) for x, y in plotted]
    path.write_text(svg(rounded), encoding="utf-8")
    lines = ",\n".join(f"  {json.dumps(point)}" for point in rounded)
    path.with_suffix(".json").write_text(f'{{"points": [\n{lines}\n]}}\n', encoding="utf-8")


def svg(plotted: Points) -> str:
    """Return the figure: a dashed diagonal, two axes from 0 to 1, and the points on a line."""

    def at(x: float, y: float) -> tuple[str, str]:
        scale = _SIZE - 2 * _MARGIN
        return f"{_MARGIN + x * scale:.1f}", f"{_SIZE - _MARGIN - y * scale:.1f}"

    def line(ends: Points) -> str:
        return " ".join(",".join(at(x, y)) for x, y in ends)

    circles = "".join(
        '<circle cx="{}" cy="{}" r="4" fill="#1f5fa8"/>'.format(*at(x, y)) for x, y in plotted
    )
    middle = _SIZE / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}" '
        'font-family="sans-serif" font-size="13">'
        f'<rect width="{_SIZE}" height="{_SIZE}" fill="white"/>'
        f'<polyline points="{line([(0, 0), (1, 1)])}" stroke="#999" stroke-dasharray="4"/>'
        f'<polyline points="{line([(0, 1), (0, 0), (1, 0)])}" fill="none" stroke="#333"/>'
        f'<polyline points="{line(plotted)}" fill="none" stroke="#1f5fa8"/>{circles}'
        f'<text x="{middle}" y="{_SIZE - 14}" text-anchor="middle">predicted risk, 0 to 1</text>'
        f'<text x="16" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 16 {middle})">observed automation, 0 to 1</text>'
        f'<text x="{middle}" y="26" text-anchor="middle">'
        "Risk of held-out tasks, in tenths of the prediction</text></svg>\n"
    )
