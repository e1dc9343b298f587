"""Career matches and paths, and what they are made of: outlook, frequency, tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.careers.reasons import NO_REASONS, MoveReasons
from engine.careers.similarity_levels import similarity_level
from engine.display.short_repr import short_repr


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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CareerMatch:
    """A similar occupation of the catalog, and what a move there from the origin would mean.

    Attributes:
        soc_code, title, job_zone: of the match; the zone is None if unknown.
        similarity: of the two occupations, in [0, 1]; see ``engine.careers.similarity``.
        risk, risk_interval, ai_capability: of the match, in [0, 1].
        risk_difference: risk of the match minus risk of the origin, in [-1, 1]; negative is safer.
        shared_tasks: pairs of tasks that explain the match, most similar first.
        carries_over: share of working time in the match that is spent on tasks like those of the
            origin, in [0, 1]. Each task is weighted by the probability that it and the most similar
            task of the origin belong to the same intermediate work activity of O*NET. The share is
            different in the opposite direction.
        new_tasks: tasks of the match without a counterpart in the origin, largest time share first.
        job_zone_step: job zone of the match minus that of the origin, from -4 to 4; None if either
            is unknown.
        education_step: years of study that the move takes, for typical entry or a new license;
            negative if the match needs less; None if unknown.
        probability_safer: probability that the true risk is lower than that of the origin.
        outlook: wage and employment of the match.
        wage_ratio: median wage of the match divided by that of the origin; None if either is
            unknown.
        growth_difference: projected change of employment minus that of the origin; None if either
            is unknown.
        effort: how hard the move is, at least 0; see ``engine.careers.moves``.
        frequency: how often people make it; None if no source says.
        rank: place by similarity among the other occupations of the catalog, from 1; None if it was
            not ranked.
        of: number of these other occupations.
        score: what the matches are ranked by, in [0, 1].
        failed: names of the filters that the move does not pass; () for a match.
        reasons: why the move is suggested, in sentences.
        origin_outlook: wage and employment of the origin; ``NO_OUTLOOK`` if they are unknown.
    """

    derived: ClassVar[tuple[str, ...]] = ("similarity_level",)
    internal: ClassVar[tuple[str, ...]] = ("origin_outlook",)

    soc_code: str
    title: str
    job_zone: int | None
    similarity: float
    risk: float
    risk_interval: tuple[float, float]
    ai_capability: float
    risk_difference: float
    shared_tasks: tuple[SharedTask, ...]
    carries_over: float = 0.0
    new_tasks: tuple[NewTask, ...] = ()
    job_zone_step: int | None = None
    education_step: float | None = None
    probability_safer: float = 0.5
    outlook: Outlook = NO_OUTLOOK
    wage_ratio: float | None = None
    growth_difference: float | None = None
    effort: float = 0.0
    frequency: MoveFrequency | None = None
    rank: int | None = None
    of: int | None = None
    score: float = 0.0
    failed: tuple[str, ...] = ()
    reasons: MoveReasons = NO_REASONS
    origin_outlook: Outlook = NO_OUTLOOK

    @property
    def similarity_level(self) -> str:
        """The similarity in words, such as "very similar"; "" if the match is not ranked."""
        if self.rank is None or self.of is None:
            return ""
        return similarity_level(self.rank, self.of, self.carries_over)

    def __repr__(self) -> str:
        return short_repr(
            self,
            self.title,
            soc_code=self.soc_code,
            similarity=self.similarity,
            risk=self.risk,
            risk_interval=self.risk_interval,
            risk_difference=self.risk_difference,
        )


@dataclass(frozen=True, slots=True, repr=False)
class CareerPath:
    """A sequence of moves that leads to another occupation.

    Attributes:
        steps: the moves, each described relative to the occupation before it.
        cost: total effort of the moves, above 0; see ``engine.careers.paths``.
        risk_difference: risk of the destination minus risk of the origin, in [-1, 1].
    """

    steps: tuple[CareerMatch, ...]
    cost: float
    risk_difference: float

    @property
    def destination(self) -> CareerMatch:
        """The last move."""
        return self.steps[-1]

    def __repr__(self) -> str:
        return short_repr(
            self,
            steps=tuple(step.title for step in self.steps),
            risk=self.destination.risk,
            risk_interval=self.destination.risk_interval,
            risk_difference=self.risk_difference,
            cost=self.cost,
        )
