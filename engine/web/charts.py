"""Charts as numbers for SVG templates.

Drawn here, not by a charting library: those write style elements and attributes into the SVG, which
the pages' content security policy forbids, and take some hundred kilobytes for a few shapes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True)
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
        segments.append(Segment(name, share, round(x, 2), round(100 * share, 2), number))
        x += 100 * share
    return segments


@dataclass(frozen=True)
class Point:
    """An occupation in a scatter chart: centre and radius in its box."""

    soc_code: str
    title: str
    x: float
    y: float
    radius: float
    risk: float
    other: float


@dataclass(frozen=True)
class Scatter:
    """A chart in a box of 660 × 400, plot area x 50–630, y 10–350.

    Attributes:
        groups: major group -> its points, the largest first, so that small ones lie on top.
        x_ticks, y_ticks: place on the axis and what is written there.
        label: what the vertical axis shows.
    """

    groups: Mapping[str, Sequence[Point]]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    label: str
    sized: bool


_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 630.0, 10.0, 350.0


def scatter(rows: Sequence[Mapping[str, Any]], vertical: str = "ai_capability") -> Scatter:
    """Risk of occupations across, AI capability or median wage upwards, size by employment.

    Args:
        rows: ``soc_code, title, risk, ai_capability`` and, where known, ``median_wage``,
            ``employment``.
        vertical: ``ai_capability`` or ``median_wage``; occupations without a value are left out.
    """
    known = [row for row in rows if row.get(vertical) is not None]
    top = max((row[vertical] for row in known), default=1.0)
    top = 1.0 if vertical == "ai_capability" else 50_000 * max(1, math.ceil(top / 50_000))
    most = max((row.get("employment") or 0 for row in known), default=0)
    groups: dict[str, list[Point]] = {}
    for row in known:
        x = _LEFT + (_RIGHT - _LEFT) * row["risk"]
        y = _BOTTOM - (_BOTTOM - _TOP) * row[vertical] / top
        people = row.get("employment")
        radius = 2 + 14 * math.sqrt(people / most) if most and people else 3.5
        point = Point(
            row["soc_code"],
            row["title"],
            round(x, 1),
            round(y, 1),
            round(radius, 1),
            row["risk"],
            row[vertical],
        )
        groups.setdefault(row["soc_code"][:2], []).append(point)
    fifths = [part / 5 for part in range(6)]
    x_ticks = [(_LEFT + (_RIGHT - _LEFT) * part, f"{100 * part:.0f} %") for part in fifths]
    written = {"ai_capability": "{:.0%}", "median_wage": "${:,.0f}"}[vertical]
    y_ticks = [(_BOTTOM - (_BOTTOM - _TOP) * part, written.format(part * top)) for part in fifths]
    label = {"ai_capability": "AI capability", "median_wage": "Median wage"}[vertical]
    return Scatter(
        {code: sorted(points, key=lambda point: -point.radius) for code, points in groups.items()},
        x_ticks,
        [(y, text.replace("%", " %")) for y, text in y_ticks],
        label,
        sized=most > 0,
    )
