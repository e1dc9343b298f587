"""Similar careers, paths and comparisons."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine.careers.filters import FAILED_WORDS
from engine.mcp.results.base import Interval, Part, Result, first
from engine.mcp.results.scores import OccupationSummary, OwnOccupation

TASKS = "tasks"
"""Name of the limit of shared tasks, and of new tasks, for each move."""

FAILED = "Filters that it does not pass: " + "; ".join(
    f"{name} ({words})" for name, words in FAILED_WORDS.items()
)


class Outlook(Part):
    """Wage, employment and preparation; null or "" where nothing is published."""

    median_wage: float | None = None
    """US dollars a year."""
    wage_is_minimum: bool = False
    """The wage is top-coded: it is this much or more."""
    employment: float | None = None
    """Number of people employed."""
    employment_change: float | None = None
    """Projected change over ten years; .05 means 5% more."""
    annual_openings: float | None = None
    group: str = ""
    """Wider group that the figures describe; "" if they are the occupation's own."""
    education: str = ""
    """What employers typically ask for at entry."""
    license: str = ""
    """License that most states of the US require."""


class SharedTask(Part):
    """A task of the origin and its most similar task of the other occupation."""

    task: str
    matches: str
    similarity: float
    """Cosine, in [-1, 1]."""


class NewTask(Part):
    """A task of an occupation without a counterpart."""

    task: str
    time_share: float
    """Its time share there, in [0, 1]."""


class MoveFrequency(Part):
    """How often people make a move."""

    ratio: float
    """Moves made, divided by those that the numbers of people suggest; from 1.5, people do make
    this move, and up to 0.67, it is rarely made."""
    moves: float | None = None
    """Recorded moves between the two; null if the figures are of their major groups."""
    source: str


class MoveReasons(Part):
    """Why a move is suggested, in sentences. Tasks are in shared_tasks and new_tasks."""

    main: str
    takes: list[str]
    gives: list[str]
    often: list[str]
    unknown: list[str]


class CareerMatch(Part):
    """Another occupation, and what a move there would mean."""

    soc_code: str
    title: str
    job_zone: int | None = None
    """Preparation: 1 little to 5 extensive."""
    similarity: float
    """Of the two occupations, in [0, 1]."""
    rank: int | None = None
    """Place by similarity among the others, from 1."""
    similarity_level: str = ""
    """The place in words, such as "very similar"."""
    risk: float
    """In [0, 1]."""
    risk_interval: Interval
    ai_capability: float
    risk_difference: float
    """Its risk minus that of the origin, in [-1, 1]; negative is safer."""
    probability_safer: float
    """That its true risk is lower, in [0, 1]."""
    carries_over: float
    """Share of working time there in tasks like those of the origin, in [0, 1]."""
    job_zone_step: int | None = None
    """Job zone minus that of the origin, -4 to 4."""
    education_step: float | None = None
    """Years of study that the move takes, for typical entry or a new license; negative if less."""
    wage_ratio: float | None = None
    """Median wage divided by that of the origin."""
    growth_difference: float | None = None
    """Projected change of employment minus that of the origin."""
    effort: float
    """How hard the move is, at least 0: minus the logarithm of the odds that people make it,
    relative to a move to a job that is all but the same."""
    frequency: MoveFrequency | None = None
    reasons: MoveReasons
    outlook: Outlook
    shared_tasks: Annotated[list[SharedTask], first(TASKS)]
    """Evidence: pairs of similar tasks, the most similar first."""
    new_tasks: Annotated[list[NewTask], first(TASKS)]
    """Tasks to learn, the largest time share first."""
    failed: Annotated[list[str], Field(description=FAILED)]


class SimilarCareers(Result):
    """Moves to other occupations, the best first."""

    origin: OccupationSummary
    looks_like: OwnOccupation | None = None
    """Occupation that a job given by its tasks looks like; wages and job zones are compared with
    it. Null for an occupation of the catalog."""
    matches: list[CareerMatch]
    """Moves that pass all filters."""
    next: list[CareerMatch]
    """Where fewer than five pass: moves that fail the fewest filters, and which."""
    considered: int
    """Number of occupations that were compared."""
    reason: str
    """How many occupations each filter removed."""


class CareerPath(Part):
    """A sequence of moves to another occupation."""

    steps: list[CareerMatch]
    """Each compared with the occupation before it."""
    cost: float
    """Effort of all moves, above 0: unlike work, preparation, license, loss of pay or outlook."""
    risk_difference: float
    """Risk of the destination minus that of the origin, in [-1, 1]."""


class CareerPaths(Result):
    """Paths to other occupations, the least effort first."""

    origin: OccupationSummary
    looks_like: OwnOccupation | None = None
    """Occupation that a job given by its tasks looks like; null for one of the catalog."""
    paths: list[CareerPath]
    reason: str
    """What each filter removed from the destinations and from the single moves."""


class ComparedOccupation(Part):
    """One occupation of a comparison; risks and shares in [0, 1]."""

    title: str
    soc_code: str | None = None
    job_zone: int | None = None
    risk: float
    risk_interval: Interval
    tier: str
    ai_capability: float
    high_risk_time_share: float
    categories: dict[str, float]
    """Group of work activities -> share of working time, the largest first."""
    outlook: Outlook
    common_time_share: float
    """Expected share of its working time in tasks that every other occupation has too."""
    distinct_tasks: list[NewTask]
    """Tasks without a counterpart in any other occupation."""


class CommonTask(Part):
    """A task that all compared occupations have."""

    tasks: list[str]
    """Its wording in each occupation, in their order."""
    similarity: float
    """Lowest cosine between two of them, in [-1, 1]."""


class Comparison(Result):
    """Two to five occupations side by side."""

    occupations: list[ComparedOccupation]
    """In the order given."""
    common_tasks: list[CommonTask]
    """The most similar first."""
    confidence: float
    """Probability of the intervals."""
    reference: str
    """Name of the reference corpus behind the numbers."""
