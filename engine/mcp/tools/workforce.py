"""The tool that scores a staff list."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from engine.errors import InputError
from engine.mcp import limits
from engine.mcp.arguments import RECORD, TEXT, form
from engine.mcp.results.workforce import SMALL, WorkforceScore
from engine.risk_engine import RiskEngine

Row = Annotated[
    Annotated[str, Tag(TEXT)]
    | Annotated[
        dict[str, str | float | None],
        Field(max_length=limits.MAX_STAFF_FIELDS),
        Tag(RECORD),
    ],
    Discriminator(form),
]


def score_workforce(
    engine: RiskEngine,
    rows: Annotated[
        list[Row] | None,
        Field(
            min_length=1,
            max_length=limits.MAX_STAFF_ROWS,
            description=f"1 to {limits.MAX_STAFF_ROWS:,} rows: job titles, or objects with the "
            "headers of the list as names, such as job title, department, headcount, pay, "
            "SOC code.",
        ),
    ] = None,
    csv: Annotated[
        str | None,
        Field(
            max_length=limits.MAX_STAFF_CHARACTERS,
            description="The list as CSV text with a header, instead of rows: at most "
            f"{limits.MAX_STAFF_CHARACTERS:,} characters.",
        ),
    ] = None,
    weight: Annotated[
        Literal["headcount", "pay"], Field(description="What jobs are weighted by.")
    ] = "headcount",
    confirmed: Annotated[
        dict[str, str] | None,
        Field(
            max_length=limits.MAX_STAFF_ROWS,
            description="Job title -> SOC code, for titles that somebody confirmed.",
        ),
    ] = None,
    show_small: Annotated[bool, Field(description=SMALL)] = False,
    groups: Annotated[
        int,
        Field(
            ge=1,
            le=limits.MAX_GROUPS,
            description="Departments, jobs, tasks and titles to show, of each.",
        ),
    ] = 10,
) -> WorkforceScore:
    """Score a staff list: risk by department and job, the tasks that could move, unclear titles.

    Leave out names, ages and anything else about persons: it is not needed. It is about jobs by
    their usual tasks, and says nothing about any person; never use it to select people. Nothing of
    the list is stored, logged or sent anywhere.
    """
    staff = _staff(rows, csv)
    result = engine.score_workforce(
        staff, weight=weight, confirmed=confirmed or None, show_small=show_small
    )
    return WorkforceScore.of_report(result.shared, groups)


def _staff(rows: list[Any] | None, csv: str | None) -> Any:
    """Return the list in a form that ``read_roster`` takes.

    Raises:
        InputError: if there is not exactly one list, or it is too long.
    """
    if (rows is None) == (csv is None):
        raise InputError("give the staff list either as rows or as csv")
    if rows is None:
        return (csv or "").encode()
    size = sum(len(row) if isinstance(row, str) else _size(row) for row in rows)
    if size > limits.MAX_STAFF_CHARACTERS:
        raise InputError(
            f"rows has {size:,} characters, more than {limits.MAX_STAFF_CHARACTERS:,}; leave out "
            "columns that are not needed, or use 'occupation-risk workforce'"
        )
    return rows


def _size(row: dict[str, Any]) -> int:
    return sum(len(name) + len(str(value)) for name, value in row.items())
