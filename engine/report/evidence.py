"""Why a task has its risk, as lines of text: its parts, its evidence and its known ratings."""

from __future__ import annotations

from collections.abc import Mapping

from engine.records import rubric
from engine.records.estimated import Estimated
from engine.records.task_risk import TaskRisk
from engine.report.formatting import (
    barrier_words,
    explanation_words,
    measure_words,
    percent,
    rated_words,
    three_parts_words,
)

_MAX_NEIGHBORS = 3
_HEADLINES = (rubric.RISK_MEASURE, rubric.CAPABILITY_MEASURE)


def evidence_lines(task: TaskRisk) -> list[str]:
    """Return what the estimates of a task are made of, one fact per line.

    The lines have its three parts, its exposure level, what the neighbors say and the text adds,
    the nearest reference tasks with their outcomes, known ratings, barriers, and dated estimates
    that disagree.
    """
    explanation = task.explain()
    said = explanation_words(explanation.value, explanation.from_neighbours)
    lines = [
        f"Evidence for: {task.task}",
        f"  {three_parts_words(task.can_take_over, task.can_help)}",
        f"  Risk: {said}",
    ]
    for neighbour in task.neighbours[:_MAX_NEIGHBORS]:
        lines.append(f"  {neighbour.similarity:.2f}  {neighbour.text}")
        lines.append(f"        {neighbour.occupation} · {_outcomes(neighbour.outcomes)}")
    lines.append(f"  Most likely exposure level: {task.ai_capability_level}{_level_rater(task)}")
    if task.known_outcomes:
        lines.append("  Rated in the reference (not used for these estimates):")
        lines += [f"    {line}" for line in _rated_lines(task)]
    lines += [f"  {line}" for line in caveat_lines(task)]
    return lines


def caveat_lines(scored: Estimated) -> list[str]:
    """Return what keeps people in a task or occupation, and how dated estimates disagree."""
    lines = []
    if barriers := scored.barriers:
        values = {name: estimate.value for name, estimate in barriers.items()}
        lines.append(f"What keeps people in it: {barrier_words(values)}")
    if scored.raters_disagree:
        dated = [
            f"{measure_words(name, scored.sources)} {percent(estimate.value)}"
            for name, estimate in scored.dated_estimates.items()
        ]
        lines.append(f"Raters disagree: {'; '.join(dated)}")
    return lines


def _rated_lines(task: TaskRisk) -> list[str]:
    lines = []
    for measure, rated in task.known_outcomes.items():
        estimate = task.estimates.get(measure)
        said = rated_words(rated, estimate.value) if estimate else f"rated {percent(rated)}"
        lines.append(f"{measure_words(measure, task.sources)}: {said}")
    return lines


def _level_rater(task: TaskRisk) -> str:
    """Name the rater whose levels the exposure level follows; "" if unknown."""
    for measure in (rubric.LEVEL_MEASURE, rubric.CAPABILITY_MEASURE):
        if measure in task.sources:
            rater = task.sources[measure].rater
            return f" (rater: {rater})" if rater else ""
    return ""


def _outcomes(outcomes: Mapping[str, float]) -> str:
    known = [f"{name} {percent(outcomes[name])}" for name in _HEADLINES if name in outcomes]
    return ", ".join(known) or "risk not rated"
