"""Scored tasks, occupations and postings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from engine.mcp.results.base import Interval, Part, Result, first
from engine.records import estimates as records
from engine.records import rubric
from engine.records.measures import Source

EVIDENCE = "evidence"
"""Name of the limit of reference tasks for each task."""

_HEADLINES = (rubric.RISK_MEASURE, rubric.CAPABILITY_MEASURE)


def _of_headlines(sources: Mapping[str, Source]) -> dict[str, Source]:
    return {name: sources[name] for name in _HEADLINES if name in sources}


def _values(barriers: Mapping[str, records.Estimate | float]) -> dict[str, float]:
    """Return the values of estimates; values stay, because the SDK validates results again."""
    return {
        name: known if isinstance(known, float | int) else known.value
        for name, known in barriers.items()
    }


class Estimate(Part):
    """An estimate and its interval, all in [0, 1]."""

    value: float
    low: float
    high: float


class MeasureSource(Part):
    """Where known outcomes come from; "" where that is unknown."""

    title: str
    """The publication or corpus."""
    rater: str
    """Who judged or counted."""
    date: str
    """When, as an ISO date of any precision."""
    license: str


class ReferenceTask(Part):
    """A reference task: evidence for the score of a similar task."""

    text: str
    similarity: float
    """Cosine similarity to the scored task, in [-1, 1]."""
    outcomes: dict[str, float]
    """Measure -> known outcome, in [0, 1]: automation is the rated risk, exposure the rated AI
    capability."""
    occupation: str
    soc_code: str


class TaskScore(Part):
    """A scored task."""

    task: str
    risk: float
    """Expected automation by software, in [0, 1]: what software could take over."""
    risk_interval: Interval
    """Interval of the risk at the engine's confidence."""
    ai_capability: float
    """What AI can help with, including what it can take over, in [0, 1]."""
    ai_capability_interval: Interval
    ai_capability_level: str
    """Most likely exposure level: E0 none, E2 with software built on AI, E1 directly."""
    category: str
    """Group of work activities."""
    barriers: Annotated[dict[str, float], BeforeValidator(_values)]
    """What stands in the way of automation, each in [0, 1]: cognitive, physical, regulatory."""
    time_share: float | None = None
    """Share of working time, in [0, 1]."""
    time_share_source: str | None = None
    """given, frequency, importance, similar_tasks or equal."""
    out_of_scope: bool
    """The text does not read like work; its score means nothing."""
    unlike_reference: bool
    """No reference task is similar enough; the score has little support."""
    raters_disagree: bool
    """Ratings of different dates differ so much that one number misleads."""
    known_outcomes: dict[str, float]
    """Measure -> known rating of this very text. The estimates never use it."""
    neighbours: Annotated[list[ReferenceTask], first(EVIDENCE)]
    """The evidence: the nearest reference tasks with their known outcomes, nearest first."""


class OccupationSummary(Part):
    """A scored occupation without its tasks."""

    title: str
    soc_code: str | None = None
    job_zone: int | None = None
    """Preparation: 1 little to 5 extensive."""
    risk: float
    """Time-weighted mean of the risk of the tasks, in [0, 1]: the share of working time that
    software could take over."""
    risk_interval: Interval
    """Interval of the risk at the engine's confidence."""
    tier: str
    """Low below .2, Moderate below .4, High below .6, Very high from there."""
    ai_capability: float
    ai_capability_interval: Interval
    can_help: float
    """Share of working time that AI can help with beyond what it can take over, in [0, 1]."""
    stays_human: float
    """The rest of working time; risk, can_help and stays_human sum to 1."""
    high_risk_time_share: float
    """Share of working time in tasks with a risk of .5 or more, in [0, 1]."""
    unlike_reference_time_share: float
    """Share of working time in tasks whose score has little support, in [0, 1]."""
    out_of_scope_time_share: float
    """Share of working time in texts that do not read like work, in [0, 1]."""
    raters_disagree: bool
    """Ratings of different dates differ so much that one number misleads."""
    dated_estimates: dict[str, Estimate]
    """Measures that ask the same question at different dates, the oldest first."""
    known_outcomes: dict[str, float]
    """Measure -> time-weighted known ratings. The estimates never use them."""
    barriers: dict[str, Estimate]
    """What stands in the way of automation: cognitive, physical, regulatory."""
    confidence: float
    """Probability of the intervals."""
    reference: str
    """Name of the reference corpus behind the numbers."""
    sources: Annotated[dict[str, MeasureSource], BeforeValidator(_of_headlines)]
    """Who rated risk (automation) and AI capability (exposure), and when."""


class OccupationScore(OccupationSummary, Result):
    """A scored occupation with its tasks."""

    description: str = ""
    tasks: list[TaskScore]
    """In the order given; their time shares sum to 1."""


class TaskScores(Result):
    """Scored tasks that belong to no occupation."""

    tasks: list[TaskScore]
    """In the order given."""
    confidence: float
    """Probability of the intervals."""
    reference: str
    """Name of the reference corpus behind the numbers."""


class LeftOutLine(Part):
    """A line of a pasted text that is no task."""

    text: str
    reason: str
    """What it is instead, such as requirement, benefit, heading or negated."""


class OwnOccupation(Part):
    """The occupation of the catalog that a job looks like."""

    soc_code: str
    title: str
    by_title: bool
    """True if the job title names it; False if its tasks are the most similar."""

    @classmethod
    def if_any(cls, own: Any) -> OwnOccupation | None:
        """Return the part of a record; None without one."""
        return None if own is None else cls.of(own)


class PostingScore(Result):
    """A pasted text, read into tasks and scored."""

    title: str | None = None
    """Job title; null if the text names none."""
    department: str | None = None
    language: str
    """ISO 639-1 code."""
    job: OccupationScore
    """The job as scored by its own tasks."""
    looks_like: OwnOccupation | None = None
    """The occupation of the catalog that it looks like."""
    left_out: list[LeftOutLine]
    """Lines that are no task, in the order of the text. Check that nothing important is among
    them."""
    left_out_lines: int
    """Number of all such lines, also those not shown."""

    @classmethod
    def read(cls, posting: Any, **parts: Any) -> PostingScore:
        """Return the result of a posting with its scored parts."""
        return cls(
            title=posting.title, department=posting.department, language=posting.language, **parts
        )
