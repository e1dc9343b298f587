"""Compute the bars of compared occupations: one scale for each figure, shared by all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.display.wording import gettext, phrase
from engine.report.formatting import BARRIER_NAMES, growth, interval, percent
from engine.web.pages import labels
from engine.web.store.store import Record


@dataclass(frozen=True, kw_only=True)
class Value:
    """A figure of an occupation.

    Attributes:
        value: the number.
        text: the number in words.
        remark: its interval, or what it describes; "" for nothing.
        ends: lower and upper end of its interval; None if it has none.
    """

    value: float
    text: str
    remark: str = ""
    ends: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """The bar of a figure, from zero to its value; positions in percent of the scale.

    Attributes:
        title: of the occupation.
        figure: its figure; None if it is not published.
        x, width: of the bar.
        reach: start and end of the interval; None if there is none.
    """

    title: str
    figure: Value | None
    x: float = 0.0
    width: float = 0.0
    reach: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of several occupations.

    Attributes:
        name: of the figure.
        zero: position of zero, in percent of the scale.
        bars: one for each occupation, in their order.
    """

    name: str
    zero: float
    bars: Sequence[Bar]


def figures(compared: Mapping[str, Any]) -> list[Figure]:
    """The figures that at least one of the compared occupations has.

    Args:
        compared: as ``engine.web.content.comparison.compared_record`` returns it.
    """
    occupations = compared["occupations"]
    titles = [one["title"] for one in occupations]
    return [
        _figure(kinds[0].name, titles, [kind.value for kind in kinds], kinds[0].scale)
        for kinds in zip(*map(values, occupations), strict=True)
        if any(kind.value for kind in kinds)
    ]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A figure of one occupation by its name; ``scale`` is the least that a scale must include."""

    name: str
    scale: tuple[float, float]
    value: Value | None


def values(one: Record) -> list[Named]:
    """The figures of an occupation that are drawn as bars, always the same in the same order.

    Shares of time, AI capability and barriers have a scale from 0 to 100%. The scales of wage and
    growth reach from the lowest to the highest figure, and include zero.

    Args:
        one: an occupation of ``engine.web.content.comparison.compared_record``, or a stored one
            with its ``outlook`` in the same form.
    """
    return [
        Named(name=name, scale=scale, value=value_of(one))
        for name, value_of, scale in (
            (gettext("AI capability"), _capability, (0.0, 1.0)),
            (gettext("Time in high-risk tasks"), _high_risk, (0.0, 1.0)),
            (gettext("Median wage"), _wage, (0.0, 0.0)),
            (gettext("Employment in ten years"), _growth, (0.0, 0.0)),
            *(
                (gettext("Barrier: %(name)s", name=phrase(name)), _barrier(barrier), (0.0, 1.0))
                for barrier, name in BARRIER_NAMES.items()
            ),
        )
    ]


def _figure(
    name: str, titles: Sequence[str], values: Sequence[Value | None], scale: tuple[float, float]
) -> Figure:
    """The bars of a figure on a scale that includes ``scale`` and every value."""
    numbers = [known.value for known in values if known]
    low, high = min(scale[0], *numbers), max(scale[1], *numbers)
    length = (high - low) or 1.0

    def place(number: float) -> float:
        return round(100 * (number - low) / length, 1)

    bars = [
        Bar(title=title, figure=None)
        if known is None
        else Bar(
            title=title,
            figure=known,
            x=min(place(0.0), place(known.value)),
            width=round(abs(place(known.value) - place(0.0)), 1),
            reach=known.ends and (place(known.ends[0]), place(known.ends[1])),
        )
        for title, known in zip(titles, values, strict=True)
    ]
    return Figure(name=name, zero=place(0.0), bars=bars)


def _with_interval(value: float, ends: tuple[float, float]) -> Value:
    return Value(value=value, text=percent(value), remark=interval(ends), ends=ends)


def _capability(one: Record) -> Value:
    low, high = one["ai_capability_interval"]
    return _with_interval(one["ai_capability"], (low, high))


def _high_risk(one: Record) -> Value:
    share = one["high_risk_time_share"]
    return Value(value=share, text=percent(share))


def _barrier(name: str) -> Callable[[Record], Value | None]:
    def value_of(one: Record) -> Value | None:
        known = one["barriers"].get(name)
        return known and _with_interval(known["value"], (known["low"], known["high"]))

    return value_of


def _wage(one: Record) -> Value | None:
    outlook = one["outlook"]
    if outlook["median_wage"] is None:
        return None
    return Value(
        value=outlook["median_wage"], text=labels.wage(outlook), remark=_wider_group(outlook)
    )


def _growth(one: Record) -> Value | None:
    outlook = one["outlook"]
    change = outlook["employment_change"]
    if change is None:
        return None
    return Value(value=change, text=growth(change), remark=_wider_group(outlook))


def _wider_group(outlook: Record) -> str:
    return gettext("of %(group)s", group=outlook["group"]) if outlook["group"] else ""
