"""A plot of all occupations: their place shows two figures, their area the people employed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.display.axes import BLUE, GRAY, new_axes, set_percent, tidy
from engine.display.numbers import people

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Bbox

LABELS = 16
"""Number of occupations that are labeled, where there is room."""

_LARGEST_AREA = 1_400.0
"""Area of the largest circle, in square points."""

_HOLLOW_AREA = 16.0
_PLACES = (("left", 1, 0), ("right", -1, 0), ("center", 0, 1), ("center", 0, -1))
"""Where a label may stand next to its circle: alignment, and direction."""


def plot_landscape(
    x: np.ndarray,
    y: np.ndarray,
    sizes: np.ndarray,
    labels: Sequence[str],
    *,
    x_label: str,
    y_label: str,
    title: str,
    y_is_pay: bool,
    ax: Axes | None = None,
) -> Axes:
    """Draw occupations, the largest behind the others, and label the largest that have room.

    Args:
        x: in [0, 1], shape (n,).
        y: pay in dollars or a relative change, shape (n,); NaN where unknown, which is not drawn.
        sizes: people employed, shape (n,); NaN for a small hollow circle.
        labels: titles, n of them.
        x_label, y_label, title: words on the plot.
        y_is_pay: whether ``y`` is in dollars, on a logarithmic axis.
        ax: where to draw; new axes if None.

    Raises:
        InputError: if matplotlib is not installed.
    """
    ax = new_axes(ax, (11.0, 7.5))
    drawn = ~np.isnan(y)
    sized = drawn & ~np.isnan(sizes)
    hollow = drawn & np.isnan(sizes)
    largest = float(np.nanmax(sizes)) if sized.any() else 1.0
    areas = np.maximum(_LARGEST_AREA * np.nan_to_num(sizes) / largest, 4.0)
    order = np.flatnonzero(sized)[np.argsort(-sizes[sized], kind="stable")]
    ax.scatter(
        x[hollow],
        y[hollow],
        s=_HOLLOW_AREA,
        facecolors="none",
        edgecolors=GRAY,
        linewidths=0.8,
        alpha=0.8,
        label="employment known of a wider group only",
    )
    ax.scatter(
        x[order],
        y[order],
        s=areas[order],
        color=BLUE,
        alpha=0.45,
        edgecolors=ax.get_facecolor(),
        linewidths=0.6,
        label=f"area: people employed, up to {people(largest)}",
    )
    ax.set_xlim(-0.02, 1.02)
    set_percent(ax, x=True, y=not y_is_pay)
    if y_is_pay:
        _dollars(ax)
    else:
        ax.axhline(0, color=GRAY, linewidth=1)
    tidy(ax, grid="both")
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    ax.set_title(title, loc="left", pad=26)
    legend = ax.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, borderaxespad=0.2
    )
    for handle in legend.legend_handles:
        handle.set_sizes([40.0])  # type: ignore[union-attr]
    _label(
        ax, [(float(x[n]), float(y[n]), float(areas[n]), labels[n]) for n in order[: 3 * LABELS]]
    )
    return ax


def _dollars(ax: Axes) -> None:
    """Put pay on a logarithmic axis, on which equal ratios have equal lengths."""
    from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

    ax.set_yscale("log")
    ticks = [20_000, 30_000, 40_000, 60_000, 80_000, 120_000, 160_000, 240_000, 400_000]
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(StrMethodFormatter("${x:,.0f}"))
    ax.yaxis.set_minor_locator(NullLocator())


def _label(ax: Axes, circles: Sequence[tuple[float, float, float, str]]) -> None:
    """Label circles (x, y, area, title), the first ones first, where no other label is."""
    from matplotlib.patheffects import withStroke

    halo = withStroke(linewidth=3, foreground=ax.get_facecolor())
    figure = ax.get_figure(root=True)
    if figure is None:
        return
    figure.draw_without_rendering()
    frame = ax.get_window_extent()
    taken: list[Bbox] = []
    for x, y, area, title in circles:
        if len(taken) == LABELS:
            return
        reach = np.sqrt(area / np.pi) + 2
        for align, right, up in _PLACES:
            text = ax.annotate(
                title.replace("$", r"\$"),
                (x, y),
                xytext=(right * reach, up * reach),
                textcoords="offset points",
                ha=align,
                va={0: "center", 1: "bottom", -1: "top"}[up],
                fontsize="small",
                path_effects=[halo],
                zorder=5,
            )
            box = text.get_window_extent()
            inside = frame.x0 < box.x0 and box.x1 < frame.x1
            inside = inside and frame.y0 < box.y0 and box.y1 < frame.y1
            if inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()
