"""Charts as numbers for SVG templates.

Drawn here, not by a charting library: those write style elements and attributes into the SVG, which
the pages' content security policy forbids, and take some hundred kilobytes for a few shapes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Gauge:
    """A half circle from 0 to 100 %: paths of the track, the interval and the needle's end."""

    track: str
    interval: str
    needle: tuple[float, float]


def gauge(value: float, low: float, high: float) -> Gauge:
    """A gauge in a box of 200 × 110, centre (100, 100), radius 80."""
    # An arc of no length draws nothing: a narrow interval keeps a degree.
    low, high = max(0.0, min(low, value - 0.003)), min(1.0, max(high, value + 0.003))
    return Gauge(_arc(0.0, 1.0, 80), _arc(low, high, 80), _on_arc(value, 66))


def _on_arc(part: float, radius: float) -> tuple[float, float]:
    angle = math.pi * (1 - part)
    return round(100 + radius * math.cos(angle), 1), round(100 - radius * math.sin(angle), 1)


def _arc(start: float, end: float, radius: float) -> str:
    (x1, y1), (x2, y2) = _on_arc(start, radius), _on_arc(end, radius)
    return f"M{x1} {y1}A{radius} {radius} 0 0 1 {x2} {y2}"


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A part of a bar of 100 %: ``x`` and ``width`` in percent."""

    name: str
    share: float
    x: float
    width: float
    number: int


def stacked_bar(shares: Sequence[tuple[str, float]]) -> list[Segment]:
    """Parts of a bar of 100 %, in the order given."""
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
    """An occupation in a scatter chart: centre and radius in its box, and its row of the data."""

    x: float
    y: float
    radius: float
    row: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Scatter:
    """A chart in a box of 660 × 400, plot area x 50–630, y 10–350.

    Attributes:
        points: the largest first, so that small ones lie on top; the table behind the chart has
            the same order.
        x_ticks, y_ticks: place on the axis and what is written there.
        vertical, label: field that the vertical axis shows, and its name.
        sized: whether points are sized by employment.
        left_out: occupations without a value.
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
    """Risk of occupations across, AI capability or median wage upwards, size by employment.

    Args:
        rows: ``soc_code, title, risk, ai_capability`` and, where known, ``median_wage``,
            ``employment``.
        vertical: ``ai_capability`` or ``median_wage``; occupations without a value are left out.
    """
    known = [row for row in rows if row.get(vertical) is not None]
    axis = _percents() if vertical == "ai_capability" else _dollars([r[vertical] for r in known])
    most = max((row.get("employment") or 0 for row in known), default=0)
    points = []
    for row in known:
        x = _LEFT + (_RIGHT - _LEFT) * row["risk"]
        y = _BOTTOM - (_BOTTOM - _TOP) * axis.part(row[vertical])
        people = row.get("employment") or 0
        radius = 2 + 14 * math.sqrt(people / most) if most else 3.5  # area grows with people
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
    """An axis: values with what is written at them; the first and last are its ends."""

    ticks: Sequence[tuple[float, str]]
    scale: Callable[[float], float] = lambda value: value

    def part(self, value: float) -> float:
        """Where a value lies, from 0 at the first tick to 1 at the last."""
        first, last = self.scale(self.ticks[0][0]), self.scale(self.ticks[-1][0])
        return (self.scale(value) - first) / (last - first)


def _percents() -> _Axis:
    return _Axis([(part / 5, f"{20 * part} %") for part in range(6)])


_WAGE_TICKS = (10, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000)
"""In thousands of dollars."""


def _dollars(wages: Sequence[float]) -> _Axis:
    """Wages on a logarithmic axis: a few are ten times most of the others."""
    lowest, highest = min(wages, default=10_000) / 1000, max(wages, default=1_000_000) / 1000
    below = [tick for tick in _WAGE_TICKS[:-1] if tick <= lowest] or [_WAGE_TICKS[0]]
    above = [tick for tick in _WAGE_TICKS if tick >= max(highest, below[-1] + 1)]
    last = above[0] if above else _WAGE_TICKS[-1]
    shown = [tick for tick in _WAGE_TICKS if below[-1] <= tick <= last]
    return _Axis([(1000.0 * tick, f"${tick}k") for tick in shown], math.log)


@dataclass(frozen=True)
class Reliability:
    """A calibration plot in a box of 400 × 400, plot area 50–350 both ways.

    Attributes:
        path: the line through the points.
        points: centre of each point.
        values: mean prediction and mean outcome of each, in [0, 1].
    """

    path: str
    points: Sequence[tuple[float, float]]
    values: Sequence[tuple[float, float]]


def reliability(figure: str) -> Reliability:
    """The points of the figure that ``scripts/benchmark.py accuracy --figure`` draws."""
    circles = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', figure)
    points = [(float(x), float(y)) for x, y in circles]
    values = [((x - 50) / 300, (350 - y) / 300) for x, y in points]
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    return Reliability(path, points, values)


@dataclass(frozen=True)
class Span:
    """A value and its interval on an axis from 0 to 100 %, in percent of its length."""

    value: float
    low: float
    width: float


def span(value: float, ends: Sequence[float]) -> Span:
    """An interval of at least one hundredth, so that it can be seen."""
    low, high = ends
    return Span(round(100 * value, 1), round(100 * low, 1), round(max(1.0, 100 * (high - low)), 1))
