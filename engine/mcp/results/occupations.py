"""Occupations that a search finds, and those that job titles name."""

from __future__ import annotations

from typing import Annotated

from engine.mcp.results.base import Part, Result, first

ALTERNATIVES = "alternatives"
"""Name of the limit of alternatives for each title."""


class FoundOccupation(Part):
    """An occupation of the catalog."""

    soc_code: str
    title: str
    job_zone: int | None = None
    """Preparation: 1 little to 5 extensive."""
    description: str = ""


class FoundOccupations(Result):
    """Occupations of the catalog, the best match first."""

    occupations: list[FoundOccupation]
    catalog_size: int
    """Number of occupations in the catalog."""
    reference: str
    """Name of the reference corpus whose occupations are the catalog."""


class TitleCandidate(Part):
    """An occupation that a job title may name."""

    soc_code: str
    title: str
    probability: float
    """That the job title names it, in [0, 1]."""


class TitleMatch(Part):
    """The occupation that a job title names."""

    query: str
    """The job title as given."""
    department: str | None = None
    soc_code: str | None = None
    """Null if no candidate is certain enough: then ask, or offer the alternatives."""
    title: str | None = None
    probability: float
    """That the best candidate is right, in [0, 1]; also given if unsure."""
    alternatives: Annotated[list[TitleCandidate], first(ALTERNATIVES)]
    """Other candidates, the most probable first; if unsure, the best one is the first."""


class TitleMatches(Result):
    """One match for each title, in the order given."""

    matches: list[TitleMatch]
    reference: str
    """Name of the reference corpus whose occupations are the catalog."""
