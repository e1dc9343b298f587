"""Compute the scatter charts of occupations: positions, sizes and axes, which templates draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.display.wording import gettext, marked, phrase, spoken
from engine.report.formatting import growth
from engine.web.content.explore import own_employment


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
        points: those with most people employed first, so that small ones stay visible, then by
            code.
        left_out: rows without a value on the vertical axis, by code.
        x_ticks, y_ticks: position on the axis and label.
        y_zero: position of zero on the vertical axis; None if it is an end, or not on the axis.
        vertical, label: field on the vertical axis, and its name.
        scale_words: how the vertical axis is scaled, to follow its name; "" if evenly.
        sized: True if employment determines the size of the points.
    """

    points: Sequence[Point]
    left_out: Sequence[Mapping[str, Any]]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    y_zero: float | None
    vertical: str
    label: str
    scale_words: str
    sized: bool


LABELS: Mapping[str, str] = {
    "employment_change": marked("Employment in ten years"),
    "median_wage": marked("Median wage"),
    "ai_capability": marked("AI capability"),
}
"""Field that may be on the vertical axis -> its name."""

_SCALE_WORDS = {
    "employment_change": marked(", on a scale that is wider near zero"),
    "median_wage": marked(", on a logarithmic scale"),
}
_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 630.0, 10.0, 350.0


def scatter(rows: Sequence[Mapping[str, Any]], vertical: str = "ai_capability") -> Scatter:
    """A scatter chart of occupations by risk and another figure.

    Args:
        rows: ``soc_code, title, risk, ai_capability`` and, where known, ``median_wage`` in dollars
            a year, ``employment_change`` as a fraction, and ``employment``, which sets the size.
        vertical: one of ``LABELS``; occupations without a value are left out.
    """
    ordered = sorted(rows, key=lambda row: (-own_employment(row), row["soc_code"]))
    known = [row for row in ordered if row.get(vertical) is not None]
    across, axis = _percents(), _AXES[vertical]([row[vertical] for row in known])
    most = max(map(own_employment, known), default=0)
    points = [
        Point(
            x=_x(across.part(row["risk"])),
            y=_y(axis.part(row[vertical])),
            # The area is proportional to employment.
            radius=round(2 + 14 * math.sqrt(own_employment(row) / most), 1) if most else 3.5,
            row=row,
        )
        for row in known
    ]
    return Scatter(
        points=points,
        left_out=[row for row in ordered if row.get(vertical) is None],
        x_ticks=[(_x(across.part(tick)), text) for tick, text in across.ticks],
        y_ticks=[(_y(axis.part(tick)), text) for tick, text in axis.ticks],
        y_zero=_y(axis.part(0.0)) if axis.has_inner_zero else None,
        vertical=vertical,
        label=phrase(LABELS[vertical]),
        scale_words=phrase(_SCALE_WORDS.get(vertical, "")),
        sized=most > 0,
    )


def _x(part: float) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * part, 1)


def _y(part: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * part, 1)


@dataclass(frozen=True)
class _Axis:
    """An axis: values and their labels; the first and the last value are its ends."""

    ticks: Sequence[tuple[float, str]]
    scale: Callable[[float], float] = lambda value: value

    def part(self, value: float) -> float:
        """Position of a value, from 0 at the first tick to 1 at the last."""
        first, last = self.scale(self.ticks[0][0]), self.scale(self.ticks[-1][0])
        return (self.scale(value) - first) / (last - first)

    @property
    def has_inner_zero(self) -> bool:
        """True if zero lies between the ends."""
        return self.ticks[0][0] < 0 < self.ticks[-1][0]


def _percents(_values: Sequence[float] = ()) -> _Axis:
    return _Axis([(part / 5, spoken().percent(20 * part)) for part in range(6)])


_WAGE_TICKS = (10, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000)
"""In thousands of dollars."""


def _thousands(tick: float) -> str:
    return gettext("$%(number)sk", number=spoken().decimal(tick))


def _dollars(wages: Sequence[float]) -> _Axis:
    """A logarithmic axis for wages, because a few are ten times as high as most."""
    lowest, highest = min(wages, default=10_000) / 1000, max(wages, default=1_000_000) / 1000
    shown = _around(_WAGE_TICKS, lowest, highest)
    return _Axis([(1000.0 * tick, _thousands(tick)) for tick in shown], math.log)


_CHANGE_TICKS = (-1.0, -0.5, -0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_CHANGE_UNIT = 0.05
"""Changes well below this are spread evenly, and those well above it logarithmically."""


def _changes(changes: Sequence[float]) -> _Axis:
    """An axis for growth, because most is near zero, and a little of it far away."""
    shown = _around(_CHANGE_TICKS, min(changes, default=-1.0), max(changes, default=1.0))
    ticks = [(tick, growth(tick)) for tick in shown]
    return _Axis(ticks, lambda change: math.asinh(change / _CHANGE_UNIT))


def _around(ticks: Sequence[float], lowest: float, highest: float) -> Sequence[float]:
    """The ticks from the last one below all values to the first one above; at least two."""
    first = max((place for place, tick in enumerate(ticks) if tick <= lowest), default=0)
    first = min(first, len(ticks) - 2)
    last = min(
        (place for place, tick in enumerate(ticks) if tick >= highest), default=len(ticks) - 1
    )
    return ticks[first : max(last, first + 1) + 1]


_AXES: Mapping[str, Callable[[Sequence[float]], _Axis]] = {
    "employment_change": _changes,
    "median_wage": _dollars,
    "ai_capability": _percents,
}
