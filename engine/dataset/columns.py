"""What each column of the data set says: for the schema, the codebook and its readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from engine.errors import InputError

SHARE: Mapping[str, float] = MappingProxyType({"minimum": 0, "maximum": 1})
"""Constraint of a number in [0, 1]."""

_KEY: Mapping[str, bool] = MappingProxyType({"required": True, "unique": True})
_REQUIRED: Mapping[str, bool] = MappingProxyType({"required": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        type: its type in a Frictionless table schema.
        description: what it says, with its unit.
        constraints: of the table schema.
    """

    type: Literal["string", "number", "integer", "boolean"]
    description: str
    constraints: Mapping[str, Any] = field(default_factory=dict)


def _text(description: str, constraints: Mapping[str, Any] = MappingProxyType({})) -> Column:
    return Column(type="string", description=description, constraints=constraints)


def _share(description: str) -> Column:
    return Column(type="number", description=description, constraints=SHARE)


def _number(description: str) -> Column:
    return Column(type="number", description=description)


def _count(description: str) -> Column:
    return Column(type="integer", description=description)


def _flag(description: str) -> Column:
    return Column(type="boolean", description=description)


OCCUPATIONS: Mapping[str, Column] = {
    "soc_code": _text("Code of the occupation in the catalog; key of the table.", _KEY),
    "soc_2018": _text("Code in the Standard Occupational Classification of 2018."),
    "onet_soc": _text("Code in O*NET-SOC 2019."),
    "isco_08": _text(
        "Unit groups of ISCO-08 that pair with it, or whose ESCO occupations do, joined by |."
    ),
    "esco": _text("URIs of the occupations of ESCO that link to it, joined by |."),
    "esco_match": _text(
        "How each of these compares with it, in the same order: exact, close, broad (this "
        "occupation is broader), narrow (it is narrower), or group (this is its unit group)."
    ),
    "title": _text("Title of the occupation.", _REQUIRED),
    "major_group": _text("Code of its major group."),
    "major_group_title": _text("Title of its major group."),
    "job_zone": Column(
        type="integer",
        description="Job Zone of O*NET: preparation, from 1 (little) to 5 (extensive).",
        constraints={"minimum": 1, "maximum": 5},
    ),
    "description": _text("What the occupation does."),
    "median_wage": _number("Median wage, in US dollars a year."),
    "wage_is_minimum": _flag("Whether the wage is top-coded: it is this much or more."),
    "employment": _number("Number of people employed in the US."),
    "employment_change": _number("Projected change of employment in ten years; 0.05 is 5% more."),
    "annual_openings": _number("Projected number of openings a year."),
    "outlook_code": _text("SOC code of the occupation, or of the wider group, with these figures."),
    "outlook_group": _text("Title of the wider group that they describe; empty if their own."),
    "outlook_is_wider": _flag("Whether they describe a wider group; do not add these up."),
    "education": _text("What employers typically ask for at entry."),
    "license": _text("License or certificate that most states of the US require."),
    "task_count": _count("Number of its tasks in the table tasks."),
    "high_risk_time_share": _share("Share of working time in tasks with a risk of 0.5 or more."),
    "can_help": _share("Share of working time that AI can help with beyond the risk."),
    "tier": _text("Tier of the risk: Low, Moderate, High or Very high."),
}
"""Columns of the table of occupations before those of the measures."""

TASKS: Mapping[str, Column] = {
    "task_id": _text("ID of the task; key of the table.", _KEY),
    "soc_code": _text("Code of its occupation in the table occupations.", _REQUIRED),
    "task": _text("The task.", _REQUIRED),
    "category": _text("Group of O*NET's Generalized Work Activities."),
    "time_share": _share("Share of the occupation's working time; those of one sum to 1."),
    "time_share_source": _text(
        "Where the share comes from: given, frequency, importance, similar_tasks or equal."
    ),
    "ai_capability_level": _text("The most likely exposure level: E0, E2 or E1."),
    "novelty": _share("Share of reference tasks closer to the rest of the reference than this."),
    "unlike_reference": _flag("Whether no reference task is similar enough to support the score."),
    "out_of_scope": _flag("Whether the text does not read like work."),
}
"""Columns of the table of tasks before those of the measures."""

MEASURES: Mapping[str, Column] = {
    "column": _text("Column of the measure in the other tables; key of the table.", _KEY),
    "measure": _text("Name of the measure in the engine.", _REQUIRED),
    "label": _text("What it is called."),
    "source": _text("Publication or corpus whose ratings the estimates follow."),
    "rater": _text("Who judged or counted these ratings."),
    "date": _text("When, as an ISO date of any precision."),
    "license": _text("License of these ratings."),
    "rated_tasks": _count("Number of tasks of this reference with a known rating."),
    "rated_source": _text("Publication or corpus of the known ratings, in the columns rated_…."),
    "rated_rater": _text("Who judged or counted the known ratings."),
}
"""Columns of the table of measures."""


def measure_columns(
    name: str, label: str, *, of_tasks: bool, confidence: float
) -> dict[str, Column]:
    """Return the columns of a measure in the table of tasks or of occupations.

    Args:
        name: its column.
        label: what it is called.
        of_tasks: whether the table has tasks.
        confidence: probability of the intervals.
    """
    of = "the task" if of_tasks else "the tasks, weighted by time"
    return {
        name: _share(f"Estimate of {label}, of {of}. Known ratings are left out."),
        f"{name}_low": _share(f"Lower end of its interval, at a confidence of {confidence:g}."),
        f"{name}_high": _share(f"Upper end of its interval, at a confidence of {confidence:g}."),
        f"rated_{name}": _share(f"Known rating of {label}, of {of}; empty if unknown."),
        f"as_of_{name}": _text(f"Date of the ratings that the estimate of {label} follows."),
    }


def columns_of(
    table: str, names: list[str], measures: Mapping[str, str], confidence: float
) -> dict[str, Column]:
    """Return the columns of a table, in order.

    Args:
        table: occupations, tasks or measures.
        names: names of the columns that the table has.
        measures: column of each measure -> its label.
        confidence: probability of the intervals.

    Raises:
        InputError: if a column has no description, which is a fault of this module.
    """
    known = dict({"occupations": OCCUPATIONS, "tasks": TASKS, "measures": MEASURES}[table])
    for name, label in measures.items():
        known |= measure_columns(name, label, of_tasks=table == "tasks", confidence=confidence)
    if unknown := [name for name in names if name not in known]:
        raise InputError(f"columns {', '.join(unknown)} of {table} have no description; add one")
    return {name: known[name] for name in names}
