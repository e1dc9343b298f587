"""A plot of mean outcomes over mean estimates: on the diagonal, estimates are right on average."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.display.axes import BLUE, GRAY, new_axes, set_percent, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_reliability(
    estimates: Sequence[float],
    outcomes: Sequence[float],
    intervals: Sequence[tuple[float, float]],
    *,
    title: str,
    x_label: str,
    y_label: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw mean outcomes with intervals; all numbers are in [0, 1].

    Args:
        estimates, outcomes: means of each part, n of them.
        intervals: of the mean outcomes.
        title, x_label, y_label: words on the plot.
        ax: where to draw; new axes if None.

    Raises:
        InputError: if matplotlib is not installed.
    """
    ax = new_axes(ax, (5.6, 5.8))
    ax.plot([0, 1], [0, 1], color=GRAY, linestyle="--", linewidth=1, label="right on average")
    below = [outcome - low for outcome, (low, _) in zip(outcomes, intervals, strict=True)]
    above = [high - outcome for outcome, (_, high) in zip(outcomes, intervals, strict=True)]
    ax.errorbar(
        estimates,
        outcomes,
        yerr=[below, above],
        fmt="o-",
        color=BLUE,
        ecolor=BLUE,
        elinewidth=2,
        capsize=4,
        linewidth=1,
        markersize=4,
        label="mean rating, interval",
    )
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-0.02, 1.02)
    ax.set_aspect("equal")
    set_percent(ax, x=True, y=True)
    tidy(ax, grid="both")
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    ax.set_title(title, loc="left")
    ax.legend(loc="upper left", frameon=False)
    return ax
