"""The occupation that a job title names, as far as the title tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TitleCandidate:
    """An occupation that a job title may name.

    Attributes:
        soc_code: SOC code of the occupation in the engine's catalog.
        title: title of the occupation.
        probability: that the job title names this occupation, in [0, 1]. The probabilities of all
            candidates of a title sum to at most 1.
    """

    soc_code: str
    title: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleMatch:
    """The occupation that a job title names, or None if no candidate is certain enough.

    Attributes:
        query: the job title, as given.
        department: the department that was given with it; None without one.
        soc_code: SOC code of the occupation; None if unsure.
        title: title of the occupation; None if unsure.
        probability: that the best candidate is right, in [0, 1]. It is given also if unsure, and 0
            without any candidate.
        alternatives: other candidates, most probable first. If unsure, the best candidate is the
            first of them.
    """

    query: str
    department: str | None = None
    soc_code: str | None = None
    title: str | None = None
    probability: float = 0.0
    alternatives: tuple[TitleCandidate, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether the title names an occupation with enough certainty."""
        return self.soc_code is not None
