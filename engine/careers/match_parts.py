"""What a career match is made of: the outlook of an occupation, and tasks shared or new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Wage, employment and preparation of an occupation; None or "" where not published.

    Attributes:
        median_wage: dollars a year.
        wage_is_minimum: whether the wage is top-coded: it is this much or more.
        employment: number of people employed.
        employment_change: projected change over ten years; .05 means 5% more.
        annual_openings: projected number of openings a year.
        code: SOC code of the occupation, or of the wider group, that has these figures.
        group: title of the wider group that the figures describe; "" if they are the occupation's
            own.
        education: what employers typically ask for at entry, such as "Bachelor's degree".
        license: the license or certificate that most states of the US require; "" if none is known.
    """

    median_wage: float | None = None
    wage_is_minimum: bool = False
    employment: float | None = None
    employment_change: float | None = None
    annual_openings: float | None = None
    code: str = ""
    group: str = ""
    education: str = ""
    license: str = ""


NO_OUTLOOK = Outlook()
"""The outlook of an occupation without published figures."""


OFTEN, SELDOM = 1.5, 1 / 1.5
"""Ratios from which a move is made often, and up to which it is rarely made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFrequency:
    """How often people make a move.

    Attributes:
        ratio: moves that were made, divided by those that one would expect if people took jobs by
            the number of people in them alone; above 0.
        moves: number of recorded moves between the two occupations; None if the figures are of
            their major groups.
        source: where the figures come from.
    """

    derived: ClassVar[tuple[str, ...]] = ("is_often", "is_rare")

    ratio: float
    moves: float | None = None
    source: str

    @property
    def is_often(self) -> bool:
        """Whether people do make this move."""
        return self.ratio >= OFTEN

    @property
    def is_rare(self) -> bool:
        """Whether people rarely make it, although the work is similar."""
        return self.ratio <= SELDOM


@dataclass(frozen=True, slots=True)
class SharedTask:
    """A task of the origin and its most similar task of another occupation.

    Attributes:
        task: the task of the origin.
        matches: the task of the other occupation.
        similarity: cosine, in [-1, 1].
    """

    task: str
    matches: str
    similarity: float


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task of another occupation that no task of the origin resembles.

    Attributes:
        task: the task.
        time_share: its time share in the other occupation, in [0, 1].
    """

    task: str
    time_share: float
