"""What the results of all tools have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from engine.report.formatting import WHAT_RISK_IS

NOTE = f"{WHAT_RISK_IS} It describes work, not people: do not use it to decide about a person."

Interval = Annotated[list[float], Field(min_length=2, max_length=2)]
"""Lower and upper end."""


class Part(BaseModel):
    """A part of a result, whose fields are those of a record."""

    model_config = ConfigDict(from_attributes=True, frozen=True, use_attribute_docstrings=True)

    @classmethod
    def of(cls, record: Any, **limits: int) -> Self:
        """Return the part of a record.

        Args:
            record: a record with attributes of the names of the fields.
            limits: name of a list -> number of its items to show; see ``first``.
        """
        return cls.model_validate(record, from_attributes=True, context=limits)


class Result(Part):
    """The result of a tool."""

    note: str = NOTE
    """What the numbers are, and what they are not."""


def first(name: str) -> BeforeValidator:
    """Shorten a list to the number of items that ``Part.of`` is given under ``name``."""

    def shorten(value: Sequence[Any], info: ValidationInfo) -> list[Any]:
        limits = info.context or {}
        return list(value[: limits[name]] if name in limits else value)

    return BeforeValidator(shorten)
