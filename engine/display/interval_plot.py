"""A plot of values in [0, 1] with their intervals, one row each."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.display.axes import BLUE, GRAY, ORANGE, new_axes, set_percent, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LABEL_WIDTH, _LABEL_LINES = 54, 2
_INCHES_A_ROW = 0.46


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A row of the plot; all numbers are in [0, 1].

    Attributes:
        label: what the row is about.
        value, interval: the risk, with its interval.
        other: the AI capability.
        known: a known rating of the risk; None if there is none.
        note: short text at the right end.
    """

    label: str
    value: float
    interval: tuple[float, float]
    other: float
    known: float | None = None
    note: str = ""


def plot_intervals(
    marks: Sequence[Mark],
    *,
    title: str,
    total: tuple[float, tuple[float, float]] | None = None,
    footer: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw risks with intervals, and AI capabilities, the first row on top.

    Args:
        marks: the rows.
        title: of the plot.
        total: a risk and its interval to draw behind all rows.
        footer: what the plot leaves out; "" if nothing.
        ax: where to draw; new axes if None.

    Raises:
        InputError: if matplotlib is not installed.
    """
    ax = new_axes(ax, (10.0, 1.7 + _INCHES_A_ROW * len(marks)))
    rows = range(len(marks))
    if total is not None:
        value, (low, high) = total
        ax.axvspan(low, high, color=BLUE, alpha=0.1, linewidth=0)
        ax.axvline(
            value, color=BLUE, alpha=0.6, linestyle="--", linewidth=1, label="whole occupation"
        )
    ax.hlines(
        list(rows),
        [mark.interval[0] for mark in marks],
        [mark.interval[1] for mark in marks],
        color=BLUE,
        linewidth=2.5,
        alpha=0.6,
    )
    ax.scatter(
        [mark.other for mark in marks],
        list(rows),
        marker="s",
        s=34,
        facecolors="none",
        edgecolors=ORANGE,
        linewidths=1.5,
        zorder=3,
        label="AI capability",
    )
    ax.scatter(
        [mark.value for mark in marks],
        list(rows),
        color=BLUE,
        s=44,
        zorder=4,
        label="risk, interval",
    )
    known = [(mark.known, row) for row, mark in enumerate(marks) if mark.known is not None]
    if known:
        values, places = zip(*known, strict=True)
        ax.scatter(values, places, marker="x", color=GRAY, s=40, zorder=5, label="risk as rated")
    for row, mark in enumerate(marks):
        ax.annotate(
            mark.note,
            (1.0, row),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
            annotation_clip=False,
        )
    ax.set_yticks(list(rows), [_wrapped(mark.label) for mark in marks], fontsize="small")
    ax.set_ylim(len(marks) - 0.5, -0.5)
    ax.set_xlim(-0.02, 1.02)
    set_percent(ax, x=True)
    tidy(ax, grid="x")
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(footer, fontsize="small")
    ax.set_title(title, loc="left", pad=28)
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=4,
        frameon=False,
        fontsize="small",
        borderaxespad=0.2,
        handletextpad=0.4,
    )
    return ax


def _wrapped(label: str) -> str:
    """Break a label into two lines at most, and shorten a longer one."""
    lines = textwrap.wrap(label, _LABEL_WIDTH)
    if len(lines) > _LABEL_LINES:
        lines = textwrap.wrap(
            label, _LABEL_WIDTH, max_lines=_LABEL_LINES, placeholder=" …", break_long_words=True
        )
    # A dollar sign would start a formula.
    return "\n".join(lines).replace("$", r"\$")
