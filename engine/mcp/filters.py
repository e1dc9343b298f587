"""The filters of career moves as an argument: those of ``MoveFilters``, described for models."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from engine.careers.filters import (
    DEFAULT_FILTERS,
    LEAST_PROBABILITY,
    LEAST_REDUCTION,
    MoveFilters,
)


class FilterInput(BaseModel):
    """Conditions on a move. The defaults stand for better prospects: clearly lower risk, no loss of
    pay or outlook, similar preparation. What is not known of an occupation passes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    safer_only: Annotated[bool, Field(description="The risk must be lower.")] = (
        DEFAULT_FILTERS.safer_only
    )
    max_job_zone_gap: Annotated[
        int | None,
        Field(
            description="Maximum difference in job zone (preparation), 0 to 4; null for no limit."
        ),
    ] = DEFAULT_FILTERS.max_job_zone_gap
    max_education_gap: Annotated[
        float | None,
        Field(
            description="Maximum difference in years of study for typical entry, 0 to 10; null for "
            "no limit."
        ),
    ] = DEFAULT_FILTERS.max_education_gap
    min_risk_reduction: Annotated[
        float | None,
        Field(
            description="Minimum reduction in risk, in [0, 1]; 0 for none. null is "
            f"{LEAST_REDUCTION} if safer_only, else 0."
        ),
    ] = DEFAULT_FILTERS.min_risk_reduction
    min_probability_safer: Annotated[
        float | None,
        Field(
            description="Minimum probability that the true risk is lower, in [0, 1]; 0 for none. "
            f"null is {LEAST_PROBABILITY} if safer_only, else 0."
        ),
    ] = DEFAULT_FILTERS.min_probability_safer
    min_wage_ratio: Annotated[
        float | None,
        Field(
            description="Minimum median wage as a multiple of the origin's, 0 to 10; null for any."
        ),
    ] = DEFAULT_FILTERS.min_wage_ratio
    no_worse_outlook: Annotated[
        bool,
        Field(
            description="Not projected to fall where the origin is not, and no slower growth "
            "unless it pays more."
        ),
    ] = DEFAULT_FILTERS.no_worse_outlook
    growing_only: Annotated[bool, Field(description="Employment must be projected to grow.")] = (
        DEFAULT_FILTERS.growing_only
    )
    min_carries_over: Annotated[
        float,
        Field(
            description="Minimum share of working time there in tasks like those of the origin, in "
            "[0, 1]."
        ),
    ] = DEFAULT_FILTERS.min_carries_over
    max_rank: Annotated[
        int | None,
        Field(
            description="Only this many most similar occupations, at least 1; null for all. "
            "Without effect on paths."
        ),
    ] = DEFAULT_FILTERS.max_rank

    def filters(self) -> MoveFilters:
        """Return the filters as a record of the engine.

        Raises:
            InputError: naming the condition that is out of range.
        """
        return MoveFilters(**self.model_dump())


DEFAULT = FilterInput()
