"""Tools that find occupations: by a search text, and by job titles."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine.intake.titles import MAX_ALTERNATIVES, MAX_LENGTH
from engine.mcp import limits
from engine.mcp.results.occupations import (
    ALTERNATIVES,
    FoundOccupation,
    FoundOccupations,
    TitleMatch,
    TitleMatches,
)
from engine.risk_engine import RiskEngine


def search_occupations(
    engine: RiskEngine,
    query: Annotated[
        str,
        Field(
            max_length=limits.MAX_QUERY_CHARACTERS,
            description="Part of a title, another name of the job, or the beginning of a code.",
        ),
    ],
    limit: Annotated[
        int, Field(ge=1, le=limits.MAX_FOUND, description="Maximum number of occupations.")
    ] = 10,
) -> FoundOccupations:
    """Find occupations of the catalog and their codes, the best match first.

    Tolerates typos and unfinished words, in English, German, Spanish and French. Use it before
    tools that take a code. To decide which occupation a job title names, use match_titles.
    """
    corpus = engine.corpus
    return FoundOccupations(
        occupations=[
            FoundOccupation.of(corpus.occupation(code)) for code in engine.titles.find(query, limit)
        ],
        catalog_size=len(corpus.rows_of),
        reference=corpus.name,
    )


def match_titles(
    engine: RiskEngine,
    titles: Annotated[
        list[Annotated[str, Field(max_length=MAX_LENGTH)]],
        Field(
            min_length=1,
            max_length=limits.MAX_TITLES,
            description=f"1 to {limits.MAX_TITLES} job titles as staff lists have them, of at most "
            f"{MAX_LENGTH} characters.",
        ),
    ],
    departments: Annotated[
        list[str | None] | None,
        Field(
            max_length=limits.MAX_TITLES,
            description="Department of each title, in the same order; null where it is not known.",
        ),
    ] = None,
    alternatives: Annotated[
        int, Field(ge=0, le=MAX_ALTERNATIVES, description="Alternatives to show for each title.")
    ] = 3,
) -> TitleMatches:
    """Match job titles to occupations, with a probability and alternatives.

    Titles may be in English, German, Spanish or French. soc_code is null where the title does not
    tell: do not choose a candidate silently, but ask or say so.
    """
    shown = {ALTERNATIVES: alternatives}
    return TitleMatches(
        matches=[
            TitleMatch.of(match, **shown) for match in engine.match_titles(titles, departments)
        ],
        reference=engine.corpus.name,
    )
