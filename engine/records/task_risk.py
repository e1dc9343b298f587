"""A scored task: its estimates, their evidence, and what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from engine.display.html import card
from engine.display.numbers import interval, percent
from engine.display.short_repr import short_repr
from engine.errors import InputError, abbreviate
from engine.records import rubric
from engine.records.estimated import Estimated
from engine.records.estimates import Estimate, FrozenMapping, Neighbour
from engine.records.explanation import Explanation
from engine.records.measures import WHAT_RISK_IS, Source


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TaskRisk(Estimated):
    """A scored task.

    Attributes:
        task: the sentence.
        estimates: measure -> ``Estimate``; always has ``automation`` (risk) and ``exposure`` (AI
            capability).
        ai_capability_level: the most likely exposure level: E0, E2 or E1.
        category: work-activity group.
        novelty: share of reference tasks that lie closer to the rest of the reference than this
            task does, in [0, 1]. 0.99 means farther away than 99% of them.
        out_of_scope: the text does not read like work.
        unlike_reference: no reference task is similar enough for a well-supported score.
        neighbours: the nearest reference tasks, nearest first: the evidence. Never the task
            itself or a task of its own occupation. If the risk lies outside the outcomes of the
            five nearest, the last one is the nearest whose outcome lies on the other side.
        neighbour_means: measure -> mean known outcome of the 20 nearest reference tasks, weighted
            by similarity; a measure that none of them has is absent.
        in_reference: the reference has this exact text.
        known_outcomes: measure -> outcome that the reference has for this exact text; empty if it
            has none. The estimates are left out: made without this outcome, by every part.
        sources: measure -> where its outcomes come from.
        time_share: share of working time, in [0, 1]; None outside an occupation.
        time_share_source: given, frequency, importance, similar_tasks or equal; None outside an
            occupation.
    """

    derived: ClassVar[tuple[str, ...]] = (
        "risk",
        "risk_interval",
        "ai_capability",
        "ai_capability_interval",
        "can_take_over",
        "can_help",
        "stays_human",
        "barriers",
        "contribution",
    )
    internal: ClassVar[tuple[str, ...]] = ("sources",)

    task: str
    estimates: Mapping[str, Estimate]
    ai_capability_level: str
    category: str
    novelty: float
    out_of_scope: bool
    unlike_reference: bool
    neighbours: tuple[Neighbour, ...]
    in_reference: bool = False
    known_outcomes: Mapping[str, float] = field(default_factory=dict)
    neighbour_means: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    time_share: float | None = None
    time_share_source: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "estimates", FrozenMapping(self.estimates))
        object.__setattr__(self, "known_outcomes", FrozenMapping(self.known_outcomes))
        object.__setattr__(self, "neighbour_means", FrozenMapping(self.neighbour_means))
        object.__setattr__(self, "sources", FrozenMapping.of(self.sources))

    @property
    def can_take_over(self) -> float:
        """Part of the task that software can take over: its risk, in [0, 1]."""
        return self.risk

    @property
    def can_help(self) -> float:
        """Part of the task that AI can help with beyond what it can take over, in [0, 1]."""
        return max(self.ai_capability - self.risk, 0.0)

    @property
    def stays_human(self) -> float:
        """The rest of the task, in [0, 1]: with the two other parts, it makes 1."""
        return 1.0 - max(self.ai_capability, self.risk)

    def explain(self, measure: str = rubric.RISK_MEASURE) -> Explanation:
        """Return what the neighbors say about a measure, and what the text itself adds.

        Raises:
            InputError: if the measure is not estimated.
        """
        if measure not in self.estimates:
            raise InputError(
                f"{abbreviate(measure)} is not estimated for this task; choose from: "
                + ", ".join(self.estimates)
            )
        value, mean = self.estimates[measure].value, self.neighbour_means.get(measure)
        return Explanation(
            measure=measure,
            value=value,
            from_neighbours=mean,
            from_text=value - (mean or 0.0),
            evidence=tuple(
                (neighbour, neighbour.outcomes[measure])
                for neighbour in self.neighbours
                if measure in neighbour.outcomes
            ),
        )

    @property
    def contribution(self) -> float | None:
        """The task's part of the occupation's risk: time share × risk."""
        return None if self.time_share is None else self.time_share * self.risk

    def __repr__(self) -> str:
        return short_repr(
            self,
            self.task,
            risk=self.risk,
            risk_interval=self.risk_interval,
            ai_capability=self.ai_capability,
            time_share=self.time_share,
        )

    def _repr_html_(self) -> str:
        return card(
            self.task,
            (
                f"Risk {percent(self.risk)} ({interval(self.risk_interval)}) · AI capability "
                f"{percent(self.ai_capability)} ({interval(self.ai_capability_interval)}), "
                f"{self.ai_capability_level} · {self.category}",
                _scope_words(self),
            ),
            header=("Similar task with a known rating", "Occupation", "Risk", "Similarity"),
            rows=[
                (
                    neighbour.text,
                    neighbour.occupation,
                    percent(neighbour.outcomes[rubric.RISK_MEASURE]),
                    f"{neighbour.similarity:.2f}",
                )
                for neighbour in self.neighbours
                if rubric.RISK_MEASURE in neighbour.outcomes
            ],
            numbers=2,
            note=WHAT_RISK_IS,
        )


def _scope_words(task: TaskRisk) -> str:
    """Say what a reader must know of a task before its score; "" if nothing."""
    if task.out_of_scope:
        return "This text does not read like work."
    if task.unlike_reference:
        return "No reference task is similar; the score has little support."
    return ""
