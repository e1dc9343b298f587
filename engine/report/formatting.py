"""Numbers as people read them; percentages are written here and nowhere else."""

from __future__ import annotations

import math


def hundredths(value: float) -> int:
    """A number in [0, 1] in whole hundredths, half rounded up as browsers do: 0.625 -> 63."""
    return math.floor(100 * value + 0.5)


def percent(value: float) -> str:
    """A number in [0, 1] as people read it: 0.317 -> "32 %"."""
    return f"{hundredths(value)} %"


def interval(ends: tuple[float, float]) -> str:
    """An interval in [0, 1] as people read it: "12–55 %"."""
    return f"{hundredths(ends[0])}–{hundredths(ends[1])} %"
