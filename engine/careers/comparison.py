"""Compare two to five occupations: scores, outlook, common tasks and distinct tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.careers.index import Origin
from engine.careers.match_views import pay
from engine.careers.overlap import COUNTERPART_COSINE, task_match_probability
from engine.careers.results import NewTask, Outlook
from engine.display.html import card
from engine.display.numbers import interval, percent
from engine.display.short_repr import short_list, short_repr
from engine.records import serialize
from engine.records.measures import WHAT_RISK_IS
from engine.records.results import OccupationRisk, time_by_category
from engine.utils.arguments import check_number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


COMPARED = 2, 5
"""Smallest and largest number of occupations in a comparison."""

_TASKS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ComparedOccupation:
    """One occupation of a comparison; shares, risks and capabilities are in [0, 1].

    Attributes:
        title, soc_code, job_zone: of the occupation; code and zone are None if unknown.
        risk, risk_interval, ai_capability, high_risk_time_share, tier: as scored.
        categories: work-activity group -> time share, largest first; the shares sum to 1.
        outlook: wage and employment.
        common_time_share: expected share of its working time in tasks that every other occupation
            has too: Σ time share × ``task_match_probability`` of the least similar counterpart.
        distinct_tasks: tasks without a counterpart in any other occupation, largest time share
            first.
    """

    title: str
    soc_code: str | None
    job_zone: int | None
    risk: float
    risk_interval: tuple[float, float]
    ai_capability: float
    high_risk_time_share: float
    tier: str
    categories: Mapping[str, float]
    outlook: Outlook
    common_time_share: float
    distinct_tasks: tuple[NewTask, ...]

    def __repr__(self) -> str:
        return short_repr(
            self,
            self.title,
            soc_code=self.soc_code,
            risk=self.risk,
            risk_interval=self.risk_interval,
            tier=self.tier,
        )


@dataclass(frozen=True, slots=True)
class CommonTask:
    """A task that all compared occupations have.

    Attributes:
        tasks: the wording of the task in each occupation, in their order.
        similarity: lowest cosine between two of them, in [-1, 1].
    """

    tasks: tuple[str, ...]
    similarity: float


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """Occupations side by side.

    Attributes:
        occupations: in the order given.
        common_tasks: tasks that all of them have, most similar first.
    """

    occupations: tuple[ComparedOccupation, ...]
    common_tasks: tuple[CommonTask, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per occupation, with a column for the time share of each category."""
        import pandas as pd

        names = list(self.time_by_category)
        rows = [
            {
                "soc_code": one.soc_code or "",
                "title": one.title,
                "job_zone": one.job_zone,
                "risk": one.risk,
                "risk_low": one.risk_interval[0],
                "risk_high": one.risk_interval[1],
                "tier": one.tier,
                "ai_capability": one.ai_capability,
                "high_risk_time_share": one.high_risk_time_share,
                "median_wage": one.outlook.median_wage,
                "wage_is_minimum": one.outlook.wage_is_minimum,
                "employment": one.outlook.employment,
                "employment_change": one.outlook.employment_change,
                "annual_openings": one.outlook.annual_openings,
                "common_time_share": one.common_time_share,
                "distinct_tasks": " | ".join(task.task for task in one.distinct_tasks),
                **{f"time in {name}": one.categories.get(name, 0.0) for name in names},
            }
            for one in self.occupations
        ]
        return pd.DataFrame(rows)

    @property
    def time_by_category(self) -> dict[str, float]:
        """Category -> sum of its time shares in all occupations, largest first."""
        return time_by_category(item for one in self.occupations for item in one.categories.items())

    def to_json(self) -> str:
        """Return the comparison as JSON, with the field names of the records."""
        return serialize.to_json(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the risk of the occupations with its intervals; a square is the AI capability.

        Args:
            ax: where to draw; new axes if None.

        Raises:
            InputError: if matplotlib is not installed.
        """
        from engine.display.interval_plot import Mark, plot_intervals

        marks = [
            Mark(
                label=one.title,
                value=one.risk,
                interval=one.risk_interval,
                other=one.ai_capability,
                note=one.tier,
            )
            for one in self.occupations
        ]
        return plot_intervals(marks, title="Risk of the occupations", ax=ax)

    def __repr__(self) -> str:
        return short_list(self, f"{len(self.common_tasks)} common tasks", self.occupations)

    def _repr_html_(self) -> str:
        return card(
            " · ".join(one.title for one in self.occupations),
            (f"{len(self.common_tasks)} tasks are common to all.",),
            header=("Occupation", "Tier", "Risk", "Interval", "AI capability", "Pay", "In common"),
            rows=[
                (
                    one.title,
                    one.tier,
                    percent(one.risk),
                    interval(one.risk_interval),
                    percent(one.ai_capability),
                    pay(one.outlook),
                    percent(one.common_time_share),
                )
                for one in self.occupations
            ],
            numbers=5,
            note=WHAT_RISK_IS,
        )


def compare(results: Sequence[OccupationRisk], origins: Sequence[Origin]) -> Comparison:
    """Compare scored occupations.

    Args:
        results: two to five scored occupations.
        origins: the same occupations, as origins of moves.

    Raises:
        InputError: if there are fewer than two or more than five.
    """
    check_number("number of occupations to compare", len(results), *COMPARED)
    compared = []
    for row, (result, origin) in enumerate(zip(results, origins, strict=True)):
        profile = origin.profile
        # Cosine of each task with its best counterpart in each other occupation.
        best = np.stack(
            [
                (profile.vectors @ other.profile.vectors.T).max(axis=1)
                for other_row, other in enumerate(origins)
                if other_row != row
            ]
        )
        is_distinct = best.max(axis=0) < COUNTERPART_COSINE
        by_time = np.argsort(-profile.shares, kind="stable")
        distinct = [task for task in by_time if is_distinct[task]][:_TASKS_SHOWN]
        compared.append(
            ComparedOccupation(
                title=result.title,
                soc_code=result.soc_code,
                job_zone=result.job_zone,
                risk=result.risk,
                risk_interval=result.risk_interval,
                ai_capability=result.ai_capability,
                high_risk_time_share=result.high_risk_time_share,
                tier=result.tier,
                categories=result.time_by_category,
                outlook=origin.outlook,
                common_time_share=float(profile.shares @ task_match_probability(best.min(axis=0))),
                distinct_tasks=tuple(
                    NewTask(profile.texts[task], float(profile.shares[task])) for task in distinct
                ),
            )
        )
    return Comparison(tuple(compared), _common_tasks(origins))


def _common_tasks(origins: Sequence[Origin]) -> tuple[CommonTask, ...]:
    """Match each task of the first occupation with the most similar task of each other.

    The most similar groups are chosen first, and each task is in at most one group.
    """
    profiles = [origin.profile for origin in origins]
    first, *others = profiles
    groups = []
    for row, vector in enumerate(first.vectors):
        rows = [row, *(int(np.argmax(other.vectors @ vector)) for other in others)]
        units = np.stack(
            [profile.vectors[task] for profile, task in zip(profiles, rows, strict=True)]
        )
        groups.append((float((units @ units.T).min()), rows))
    common: list[CommonTask] = []
    used: list[set[int]] = [set() for _ in profiles]
    for similarity, rows in sorted(groups, key=lambda group: -group[0]):
        if similarity < COUNTERPART_COSINE or len(common) == _TASKS_SHOWN:
            break
        if any(row in taken for row, taken in zip(rows, used, strict=True)):
            continue
        texts = [profile.texts[row] for profile, row in zip(profiles, rows, strict=True)]
        common.append(CommonTask(tuple(texts), similarity))
        for row, taken in zip(rows, used, strict=True):
            taken.add(row)
    return tuple(common)
