"""The occupation that a job title names, as far as the title tells, and a list of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.display.html import card
from engine.display.numbers import chance
from engine.display.short_repr import short_list, short_repr

if TYPE_CHECKING:
    import pandas as pd


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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
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

    def __repr__(self) -> str:
        return short_repr(
            self,
            self.query,
            department=self.department,
            soc_code=self.soc_code,
            title=self.title,
            probability=self.probability,
        )


class TitleMatches(list[TitleMatch]):
    """Matched job titles, in the order given."""

    def to_frame(self) -> pd.DataFrame:
        """One row per title; ``soc_code`` and ``occupation`` are blank if unsure.

        ``probability`` is in [0, 1]. ``alternatives`` holds codes, titles and probabilities, such
        as ``29-1141.00 Registered Nurses (0.12) | …``.
        """
        import pandas as pd

        rows = [
            (
                match.query,
                match.department or "",
                match.soc_code or "",
                match.title or "",
                match.probability,
                " | ".join(
                    f"{other.soc_code} {other.title} ({other.probability:.2f})"
                    for other in match.alternatives
                ),
            )
            for match in self
        ]
        return pd.DataFrame(rows, columns=_COLUMNS)

    def __repr__(self) -> str:
        sure = sum(match.sure for match in self)
        return short_list(self, f"{sure} of {len(self)} titles name an occupation", self)

    def _repr_html_(self) -> str:
        sure = sum(match.sure for match in self)
        return card(
            f"{sure} of {len(self)} titles name an occupation",
            header=("Job title", "Department", "Occupation", "Code", "Probability"),
            rows=[
                (
                    match.query,
                    match.department or "",
                    match.title or f"unsure{_best(match)}",
                    match.soc_code or "",
                    chance(match.probability),
                )
                for match in self
            ],
            numbers=1,
            more="to_frame() has all",
        )


_COLUMNS = ["title", "department", "soc_code", "occupation", "probability", "alternatives"]


def _best(match: TitleMatch) -> str:
    """Name the best candidate of an unsure title."""
    return f"; perhaps {match.alternatives[0].title}" if match.alternatives else ""
