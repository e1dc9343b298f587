"""The occupation of the catalog that a pasted job looks like, as the start of a career move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Unpack

from engine.careers.filters import UNFILTERED, MoveOptions
from engine.careers.results import CareerMatches
from engine.corpus.corpus import Corpus
from engine.errors import InputError
from engine.records.inputs import UNTITLED
from engine.records.results import OccupationRisk
from engine.records.title_match import TitleMatch


class Engine(Protocol):
    """What ``RiskEngine`` does for this module."""

    @property
    def corpus(self) -> Corpus:
        """The reference corpus."""

    def match_titles(
        self, titles: Sequence[str], departments: Sequence[str | None] | None = None
    ) -> list[TitleMatch]:
        """See ``RiskEngine.match_titles``."""

    def similar_careers(
        self, occupation: OccupationRisk, k: int = ..., **filters: Unpack[MoveOptions]
    ) -> CareerMatches:
        """See ``RiskEngine.similar_careers``."""


@dataclass(frozen=True, kw_only=True)
class OwnOccupation:
    """An occupation of the catalog that a job looks like.

    Attributes:
        soc_code, title: of the occupation.
        by_title: True if the job title names it; False if its tasks are the most similar.
    """

    soc_code: str
    title: str
    by_title: bool


def find_own(engine: Engine, scored: OccupationRisk, department: str = "") -> OwnOccupation | None:
    """Find the occupation that a scored job looks like: by its title, or else by its tasks.

    Args:
        engine: its catalog has the occupations.
        scored: the job.
        department: of the job; "" if unknown.
    """
    if scored.title != UNTITLED:
        try:
            (match,) = engine.match_titles([scored.title], [department or None])
        except InputError:  # a title that no list of jobs would have, such as one without letters
            pass
        else:
            if match.soc_code is not None and match.title is not None:
                return OwnOccupation(soc_code=match.soc_code, title=match.title, by_title=True)
    similar = engine.similar_careers(scored, 1, **UNFILTERED)
    if not similar:
        return None
    return OwnOccupation(soc_code=similar[0].soc_code, title=similar[0].title, by_title=False)


def as_start(engine: Engine, scored: OccupationRisk, own: OwnOccupation | None) -> OccupationRisk:
    """Return a scored job as the start of career moves.

    It takes the code and job zone of the occupation that it looks like. So that occupation is no
    move, and job zones, wages and outlook are compared with its own.
    """
    if own is None:
        return scored
    zone = scored.job_zone or engine.corpus.occupation(own.soc_code).job_zone
    return replace(scored, soc_code=own.soc_code, job_zone=zone)
