"""Axes to draw on, and what all plots have in common. Only this package imports matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito (2008), "Color Universal Design": distinct for all common color vision.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
GRAY = "#767676"
"""Legible on white and on black."""


def new_axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Return the given axes, or those of a new figure.

    The figure is one of pyplot, which notebooks show; nothing here calls ``show``.

    Args:
        size: width and height of a new figure, in inches.

    Raises:
        InputError: if matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise InputError(
            f"plots need the package {error.name!r}, which is not installed; run pip install "
            "'occupation-risk[plots]'"
        ) from None
    if ax is not None:
        return ax
    _, created = pyplot.subplots(figsize=size, layout="constrained")
    return created


def set_percent(ax: Axes, *, x: bool = False, y: bool = False) -> None:
    """Label an axis of values in [0, 1] with percentages."""
    from matplotlib.ticker import PercentFormatter

    for axis, applies in ((ax.xaxis, x), (ax.yaxis, y)):
        if applies:
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def tidy(ax: Axes, *, grid: str) -> None:
    """Remove the frame on two sides, and draw a light grid behind the data.

    Args:
        grid: x, y or both.
    """
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)
    ax.grid(axis=grid, color=GRAY, alpha=0.25, linewidth=0.8)  # type: ignore[arg-type]
