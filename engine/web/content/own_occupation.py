"""The occupation of the catalog that a pasted job looks like."""

from __future__ import annotations

from dataclasses import dataclass

from engine.careers.filters import UNFILTERED
from engine.errors import InputError
from engine.records.inputs import UNTITLED
from engine.records.results import OccupationRisk
from engine.risk_engine import RiskEngine


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


def find_own(
    engine: RiskEngine, scored: OccupationRisk, department: str = ""
) -> OwnOccupation | None:
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
