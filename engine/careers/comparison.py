"""Two to five occupations side by side: scores, prospects, and the tasks they share or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.careers.index import Origin
from engine.careers.overlap import COUNTERPART, alike
from engine.careers.results import NewTask, Outlook
from engine.records import serialize
from engine.records.results import OccupationRisk, time_by_category
from engine.utils.arguments import check_number

if TYPE_CHECKING:
    import pandas as pd


COMPARED = 2, 5
"""Least and largest number of occupations in a comparison."""

_TASKS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedOccupation:
    """One occupation of a comparison; shares, risks and capabilities in [0, 1].

    Attributes:
        title, soc_code, job_zone: of the occupation; code and zone None where not known.
        risk, risk_interval, ai_capability, high_risk_time_share, tier: as scored.
        categories: work-activity group -> share of working time, the largest first; they sum to 1.
        outlook: wage and employment.
        common_time_share: share of its time expected to be in tasks that each of the others has
            the like of, as in ``CareerMatch.carries_over``.
        distinct_tasks: tasks without a counterpart in any of the others, the longest first.
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


@dataclass(frozen=True, slots=True)
class CommonTask:
    """A task that all compared occupations have, in the words of each.

    Attributes:
        tasks: one an occupation, in their order.
        similarity: of the least similar two of them, in [-1, 1].
    """

    tasks: tuple[str, ...]
    similarity: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Occupations side by side, in the order given, and the tasks common to all of them."""

    occupations: tuple[ComparedOccupation, ...]
    common_tasks: tuple[CommonTask, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row an occupation; shares and risks in [0, 1], a column for each category."""
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
        """Category -> its time shares added up over the occupations, the largest first."""
        return time_by_category(item for one in self.occupations for item in one.categories.items())

    def to_json(self) -> str:
        """The comparison as JSON, with the field names of the records and values in [0, 1]."""
        return serialize.to_json(self)


def compare(results: Sequence[OccupationRisk], origins: Sequence[Origin]) -> Comparison:
    """Put scored occupations side by side.

    Args:
        results: two to five.
        origins: the same, as starts of a move.
    """
    check_number("number of occupations to compare", len(results), *COMPARED)
    vectors = [origin.profile.vectors for origin in origins]
    compared = []
    for own, (result, origin) in enumerate(zip(results, origins, strict=True)):
        best = np.stack(
            [
                (vectors[own] @ other.T).max(axis=1)
                for row, other in enumerate(vectors)
                if row != own
            ]
        )
        shares = origin.profile.shares
        alone = best.max(axis=0) < COUNTERPART
        distinct = [row for row in np.argsort(-shares, kind="stable") if alone[row]]
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
                common_time_share=float(shares @ alike(best.min(axis=0))),
                distinct_tasks=tuple(
                    NewTask(origin.profile.texts[row], float(shares[row]))
                    for row in distinct[:_TASKS_SHOWN]
                ),
            )
        )
    return Comparison(tuple(compared), _common(origins))


def _common(origins: Sequence[Origin]) -> tuple[CommonTask, ...]:
    """For each task of the first, the most similar task of each other; no task twice."""
    first, *others = [origin.profile for origin in origins]
    groups = []
    for row, vector in enumerate(first.vectors):
        rows = [row, *(int(np.argmax(other.vectors @ vector)) for other in others)]
        units = np.stack(
            [origin.profile.vectors[n] for origin, n in zip(origins, rows, strict=True)]
        )
        groups.append((float((units @ units.T).min()), rows))
    found: list[CommonTask] = []
    used: list[set[int]] = [set() for _ in origins]
    for similarity, rows in sorted(groups, key=lambda group: -group[0]):
        if similarity < COUNTERPART or len(found) == _TASKS_SHOWN:
            break
        if not any(row in taken for row, taken in zip(rows, used, strict=True)):
            texts = [origin.profile.texts[n] for origin, n in zip(origins, rows, strict=True)]
            found.append(CommonTask(tuple(texts), similarity))
            for row, taken in zip(rows, used, strict=True):
                taken.add(row)
    return tuple(found)
