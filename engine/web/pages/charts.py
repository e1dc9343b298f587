"""Compute the numbers that the templates draw as SVG charts.

The project draws these charts itself. Charting libraries write styles into the SVG, which the
content security policy of the pages forbids, and weigh hundreds of kilobytes for a few shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Gauge:
    """A half-circle gauge from 0 to 100%.

    Attributes:
        dashes: ``stroke-dasharray`` that shows the interval on an arc of ``pathLength`` 1.
        angle: rotation of the needle in degrees, from 0 at 0% to 180 at 100%.
    """

    dashes: str
    angle: float


def gauge(value: float, low: float, high: float) -> Gauge:
    """A gauge of a value and its interval, all in [0, 1]."""
    return Gauge(f"0 {low:.4f} {high - low:.4f} 1", round(180 * value, 2))


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A part of a bar of 100%: ``x`` and ``width`` in percent, ``number`` from 1 up."""

    name: str
    share: float
    x: float
    width: float
    number: int


def stacked_bar(shares: Sequence[tuple[str, float]]) -> list[Segment]:
    """Parts of a bar of 100%, in the order given."""
    segments, x = [], 0.0
    for number, (name, share) in enumerate(shares, start=1):
        segments.append(
            Segment(
                name=name, share=share, x=round(x, 2), width=round(100 * share, 2), number=number
            )
        )
        x += 100 * share
    return segments


@dataclass(frozen=True, kw_only=True)
class Point:
    """An occupation in a scatter chart: center and radius in its box, and its row of the data."""

    x: float
    y: float
    radius: float
    row: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Scatter:
    """A chart in a box of 660 × 400, plot area x 50–630, y 10–350.

    Attributes:
        points: the largest first, so that small ones stay visible; the table below the chart has
            the same order.
        x_ticks, y_ticks: position on the axis and label.
        vertical, label: field on the vertical axis, and its name.
        sized: True if employment determines the size of the points.
        left_out: number of occupations without a value.
    """

    points: Sequence[Point]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    vertical: str
    label: str
    sized: bool
    left_out: int


_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 630.0, 10.0, 350.0
_LABELS = {"ai_capability": "AI capability", "median_wage": "Median wage"}


def scatter(rows: Sequence[Mapping[str, Any]], vertical: str = "ai_capability") -> Scatter:
    """A scatter chart of occupations by risk and by AI capability or median wage.

    Args:
        rows: ``soc_code, title, risk, ai_capability`` and, where known, ``median_wage`` in dollars
            a year and ``employment``, which sets the size.
        vertical: ``ai_capability`` or ``median_wage``; occupations without a value are left out.
    """
    known = [row for row in rows if row.get(vertical) is not None]
    axis = _percents() if vertical == "ai_capability" else _dollars([r[vertical] for r in known])
    most = max(map(_people, known), default=0)
    points = []
    for row in known:
        x = _LEFT + (_RIGHT - _LEFT) * row["risk"]
        y = _BOTTOM - (_BOTTOM - _TOP) * axis.part(row[vertical])
        radius = 2 + 14 * math.sqrt(_people(row) / most) if most else 3.5  # proportional area
        points.append(Point(x=round(x, 1), y=round(y, 1), radius=round(radius, 1), row=row))
    across, height = _percents(), _BOTTOM - _TOP
    return Scatter(
        points=sorted(points, key=lambda point: (-point.radius, point.row["soc_code"])),
        x_ticks=[
            (_LEFT + (_RIGHT - _LEFT) * across.part(tick), text) for tick, text in across.ticks
        ],
        y_ticks=[(round(_BOTTOM - height * axis.part(tick), 1), text) for tick, text in axis.ticks],
        vertical=vertical,
        label=_LABELS[vertical],
        sized=most > 0,
        left_out=len(rows) - len(known),
    )


@dataclass(frozen=True)
class _Axis:
    """An axis: values and their labels; the first and the last value are its ends."""

    ticks: Sequence[tuple[float, str]]
    scale: Callable[[float], float] = lambda value: value

    def part(self, value: float) -> float:
        """Position of a value, from 0 at the first tick to 1 at the last."""
        first, last = self.scale(self.ticks[0][0]), self.scale(self.ticks[-1][0])
        return (self.scale(value) - first) / (last - first)


def _people(row: Mapping[str, Any]) -> float:
    """Return the employment of the occupation itself; 0 if only a wider group has a figure."""
    return 0 if row.get("outlook_group") else row.get("employment") or 0


def _percents() -> _Axis:
    return _Axis([(part / 5, f"{20 * part}%") for part in range(6)])


_WAGE_TICKS = (10, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000)
"""In thousands of dollars."""


def _dollars(wages: Sequence[float]) -> _Axis:
    """A logarithmic axis for wages, because a few are ten times as high as most."""
    lowest, highest = min(wages, default=10_000) / 1000, max(wages, default=1_000_000) / 1000
    below = [tick for tick in _WAGE_TICKS[:-1] if tick <= lowest] or [_WAGE_TICKS[0]]
    above = [tick for tick in _WAGE_TICKS if tick >= max(highest, below[-1] + 1)]
    last = above[0] if above else _WAGE_TICKS[-1]
    shown = [tick for tick in _WAGE_TICKS if below[-1] <= tick <= last]
    return _Axis([(1000.0 * tick, f"${tick}k") for tick in shown], math.log)


@dataclass(frozen=True)
class Reliability:
    """A calibration plot in a box of 400 × 400, plot area 50–350 in both directions.

    Attributes:
        path: the line through the points.
        points: center of each point in the box.
        values: mean prediction and mean outcome of each point, in [0, 1].
    """

    path: str
    points: Sequence[tuple[float, float]]
    values: Sequence[tuple[float, float]]


def reliability(values: Sequence[tuple[float, float]]) -> Reliability:
    """A calibration plot of mean predictions and mean outcomes, in [0, 1]."""
    points = [
        (round(50 + 300 * prediction, 1), round(350 - 300 * outcome, 1))
        for prediction, outcome in values
    ]
    return Reliability("M" + "L".join(f"{x} {y}" for x, y in points), points, values)


@dataclass(frozen=True)
class Span:
    """A value and its interval on an axis from 0 to 100%, in percent of its length."""

    value: float
    low: float
    width: float


def span(value: float, ends: Sequence[float]) -> Span:
    """A value and its interval, in [0, 1]; at least one percent wide, so that it is visible."""
    low, high = ends
    return Span(round(100 * value, 1), round(100 * low, 1), round(max(1.0, 100 * (high - low)), 1))
