"""A scored staff list, and what is shared of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.display.html import card
from engine.display.numbers import interval, people, percent
from engine.display.short_repr import short_repr
from engine.records import serialize
from engine.records.measures import WHAT_RISK_IS
from engine.records.workforce import (
    SURE,
    ScoredStaff,
    TaskTime,
    UnresolvedTitle,
    WorkforceGroup,
    WorkforceReport,
)
from engine.report.tables import csv_text
from engine.report.workforce import group_table
from engine.report.workforce_html import report_page
from engine.workforce.confirmations import confirmation_table

if TYPE_CHECKING:
    import pandas as pd

FRAME_COLUMNS = (
    *("line", "title", "department", "location", "headcount", "pay", "soc_code", "occupation"),
    *("source", "probability", "risk", "can_help", "counted", "faults", "suggestions"),
)


@dataclass(frozen=True, kw_only=True, repr=False)
class WorkforceRisk:
    """The risk of a workforce: what software could take over of its work, and who does that work.

    It is about jobs, not persons. ``rows``, ``to_frame`` and ``confirmations`` are for the owner of
    the list. ``to_json``, ``to_html``, ``to_csv`` and what a notebook shows are to be shared: they
    have no group of fewer than five people, unless the list was scored with ``show_small``.

    Attributes:
        rows: the rows of the list with their scores, in the order of the list.
        full: all groups, also those of few people.
        shared: the report that is shared.
    """

    rows: tuple[ScoredStaff, ...]
    full: WorkforceReport
    shared: WorkforceReport

    @property
    def risk(self) -> float | None:
        """Weighted mean of the risk of all jobs with a score, in [0, 1]; None if there is none."""
        return self.full.risk

    @property
    def risk_interval(self) -> tuple[float, float] | None:
        """Interval of the risk at the engine's confidence, in [0, 1]."""
        return self.full.risk_interval

    @property
    def can_take_over(self) -> float | None:
        """Share of working time that software can take over: the risk."""
        return self.full.can_take_over

    @property
    def can_help(self) -> float | None:
        """Share of working time that AI can help with beyond that, in [0, 1]."""
        return self.full.can_help

    @property
    def stays_human(self) -> float | None:
        """The rest of working time, in [0, 1]: with the two other parts, it makes 1."""
        return self.full.stays_human

    @property
    def tier(self) -> str | None:
        """Low, Moderate, High or Very high."""
        return self.full.tier

    @property
    def by_department(self) -> tuple[WorkforceGroup, ...]:
        """All departments, the largest first; empty if the list has none."""
        return self.full.by_department

    @property
    def by_job(self) -> tuple[WorkforceGroup, ...]:
        """All occupations, the largest first."""
        return self.full.by_job

    @property
    def top_tasks(self) -> tuple[TaskTime, ...]:
        """Tasks in which software could take over the most working time, the largest first."""
        return self.full.top_tasks

    @property
    def unresolved(self) -> tuple[UnresolvedTitle, ...]:
        """Titles without an occupation, those of most people first."""
        return self.full.unresolved

    @property
    def resting_on_unsure(self) -> float:
        """Share of the scored headcount whose occupation rests on an unsure title, in [0, 1]."""
        return self.full.resting_on_unsure

    @property
    def coverage(self) -> float:
        """Share of the headcount that has a score, in [0, 1]."""
        return self.full.coverage

    @property
    def headcount(self) -> float:
        """All people of the list."""
        return self.full.headcount

    @property
    def weight(self) -> str:
        """What jobs are weighted by: headcount or pay."""
        return self.full.weight

    @property
    def decisions(self) -> tuple[str, ...]:
        """How the list was read, for people."""
        return self.full.decisions

    def to_frame(self) -> pd.DataFrame:
        """The rows of the list with their scores; for the owner of the list.

        ``risk``, ``can_help`` and ``probability`` are in [0, 1]; ``faults`` and ``suggestions`` are
        text.
        """
        import pandas as pd

        rows = [
            (
                row.line,
                row.title,
                row.department,
                row.location,
                row.headcount,
                row.pay,
                row.soc_code,
                row.occupation,
                row.source,
                row.probability,
                row.risk,
                row.can_help,
                row.counted,
                "; ".join(row.faults),
                "; ".join(f"{one.soc_code} {one.title}" for one in row.alternatives),
            )
            for row in self.rows
        ]
        return pd.DataFrame(rows, columns=list(FRAME_COLUMNS))

    def to_json(self) -> str:
        """The shared report as JSON; with ``show_small``, the rows too."""
        plain: dict[str, Any] = serialize.as_plain(self.shared)
        if self.shared.show_small:
            plain["rows"] = serialize.as_plain(self.rows)
        return serialize.to_json(plain)

    def to_csv(self) -> str:
        """The groups of the shared report as CSV in which no cell is a formula."""
        return csv_text(group_table(self.shared))

    def to_html(self) -> str:
        """The shared report as a page of HTML that loads nothing else."""
        return report_page(self.shared)

    def confirmations(self) -> str:
        """The titles to confirm as CSV, with a column ``soc_code`` to fill in.

        ``confirmed=`` of ``score_workforce`` takes the file when it is filled in.
        """
        return csv_text(confirmation_table(self.rows, SURE))

    def __repr__(self) -> str:
        count = float(self.headcount)
        return short_repr(
            self,
            headcount=int(count) if count.is_integer() else count,
            risk=self.risk,
            risk_interval=self.risk_interval,
            tier=self.tier,
            coverage=self.coverage,
        )

    def _repr_html_(self) -> str:
        """The shared report, since notebooks are passed on."""
        shared = self.shared
        groups = shared.by_department or shared.by_job
        kind = "Department" if shared.by_department else "Occupation"
        return card(
            f"{people(shared.headcount)} people, {percent(shared.coverage)} of them with a score",
            (_total_words(shared.total),),
            header=(kind, "Tier", "People", "Risk", "Interval"),
            rows=[
                (
                    group.name,
                    group.tier,
                    people(group.headcount),
                    percent(group.risk),
                    interval(group.risk_interval),
                )
                for group in groups
            ],
            numbers=3,
            more="to_html() has all",
            note=WHAT_RISK_IS,
        )


def _total_words(total: WorkforceGroup | None) -> str:
    """Write the risk of everyone with a score."""
    if total is None:
        return "No title is resolved; confirmations() lists them."
    return f"Risk {percent(total.risk)} ({interval(total.risk_interval)}) · {total.tier}"
