"""How a scored occupation is shown: as a table, in a notebook, and as a plot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.display.html import card
from engine.display.numbers import counted, interval, percent
from engine.display.short_repr import short_repr
from engine.records import rubric
from engine.records.estimated import Estimated
from engine.records.estimates import Measured
from engine.records.measures import WHAT_RISK_IS
from engine.records.task_risk import TaskRisk

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

FRAME_COLUMNS = ("Task", "Category", "AI Capability", "Risk Score", "Time %")
"""Columns of the table on an occupation page."""

PLOTTED_TASKS = 15
"""Number of tasks that a plot shows unless told otherwise."""

_TITLES = {rubric.RISK_MEASURE: "Risk", rubric.CAPABILITY_MEASURE: "AI Capability"}


class OccupationViews(Estimated):
    """Tables, HTML and plots of a scored occupation; see ``OccupationRisk``."""

    __slots__ = ()

    title: str
    soc_code: str | None
    tasks: tuple[TaskRisk, ...]
    confidence: float
    reference: str

    @property
    def tier(self) -> str:
        """Low, Moderate, High or Very high."""
        return rubric.tier(self.risk)

    @property
    def tasks_by_contribution(self) -> tuple[TaskRisk, ...]:
        """The tasks, the largest part of the occupation's risk first."""
        return tuple(sorted(self.tasks, key=lambda task: -(task.contribution or 0.0)))

    def to_frame(self, *, by_contribution: bool = False, details: bool = False) -> pd.DataFrame:
        """The table of an occupation page, one row per task.

        Columns: Task, Category, and AI Capability, Risk Score and Time % as percentages from 0 to
        100.

        Args:
            by_contribution: the tasks that make most of the risk first.
            details: more columns follow: the exposure level, the source of the time share, and for
                every measure the ends of its interval, its known rating, and its source, rater and
                date. Its numbers are percentages, too, NaN where unknown.
        """
        import pandas as pd

        tasks = self.tasks_by_contribution if by_contribution else self.tasks
        rows = [
            (
                task.task,
                task.category,
                100 * task.ai_capability,
                100 * task.risk,
                100 * (task.time_share or 0.0),
            )
            for task in tasks
        ]
        frame = pd.DataFrame(rows, columns=list(FRAME_COLUMNS))
        if not details:
            return frame
        named = dict.fromkeys(name for task in tasks for name in task.estimates)
        further = [
            _details(task, [*_TITLES, *(n for n in named if n not in _TITLES)]) for task in tasks
        ]
        return frame.join(pd.DataFrame(further))

    def plot(self, ax: Axes | None = None, *, tasks: int = PLOTTED_TASKS) -> Axes:
        """Draw the risk of the tasks with their intervals, and that of the occupation.

        The tasks that make most of the risk come first. A cross is a known rating, where there is
        one; a square is the AI capability.

        Args:
            ax: where to draw; new axes if None.
            tasks: maximum number of tasks.

        Returns:
            The axes. In a script, ``ax.figure.savefig("risk.png")`` saves them.

        Raises:
            InputError: if matplotlib is not installed.
        """
        from engine.display.interval_plot import Mark, plot_intervals

        chosen = self.tasks_by_contribution[:tasks]
        hidden = len(self.tasks) - len(chosen)
        marks = [
            Mark(
                label=task.task,
                value=task.risk,
                interval=task.risk_interval,
                other=task.ai_capability,
                known=task.known_outcomes.get(rubric.RISK_MEASURE),
                note=f"{percent(task.time_share or 0.0)} of time",
            )
            for task in chosen
        ]
        return plot_intervals(
            marks,
            title=f"{self.title}: risk {percent(self.risk)} ({interval(self.risk_interval)})",
            total=(self.risk, self.risk_interval),
            footer=f"{counted(hidden, 'task')} with less of the risk not shown" if hidden else "",
            ax=ax,
        )

    def __repr__(self) -> str:
        return short_repr(
            self,
            self.title,
            soc_code=self.soc_code,
            risk=self.risk,
            risk_interval=self.risk_interval,
            tier=self.tier,
            tasks=len(self.tasks),
        )

    def _repr_html_(self) -> str:
        return card(
            f"{self.title}{f' · {self.soc_code}' if self.soc_code else ''}",
            (
                f"Risk {percent(self.risk)} ({interval(self.risk_interval)} at "
                f"{percent(self.confidence)} confidence) · {self.tier} · AI capability "
                f"{percent(self.ai_capability)} ({interval(self.ai_capability_interval)})",
            ),
            header=("Task", "Category", "AI capability", "Risk", "Interval", "Time"),
            rows=[
                (
                    task.task,
                    task.category,
                    percent(task.ai_capability),
                    percent(task.risk),
                    interval(task.risk_interval),
                    percent(task.time_share or 0.0),
                )
                for task in self.tasks_by_contribution
            ],
            numbers=4,
            more="to_frame() has all",
            note=f"Reference: {self.reference}. {WHAT_RISK_IS}",
        )


def _details(task: TaskRisk, measures: list[str]) -> dict[str, object]:
    """Return the further columns of a task; measures that it lacks are NaN."""
    row: dict[str, object] = {
        "AI Capability Level": task.ai_capability_level,
        "Time Source": task.time_share_source,
    }
    estimated = task.measures
    for name in measures:
        title = _TITLES.get(name) or name.replace("_", " ").title()
        row |= _measure_columns(title, estimated.get(name), task.known_outcomes, name)
    return row


def _measure_columns(
    title: str, found: Measured | None, known: Mapping[str, float], name: str
) -> dict[str, object]:
    missing = float("nan")
    low, high = found.interval if found else (missing, missing)
    source = [found.source, found.rater, found.date] if found else []
    values = {} if name in _TITLES else {title: 100 * (found.value if found else missing)}
    return {
        **values,
        f"{title} Low": 100 * low,
        f"{title} High": 100 * high,
        f"{title} Rated": 100 * known.get(name, missing),
        f"{title} Source": " · ".join(part for part in source if part),
    }
