"""Compute the numbers that the templates draw as SVG charts.

The project draws these charts itself. Charting libraries write styles into the SVG, which the
content security policy of the pages forbids, and weigh hundreds of kilobytes for a few shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
