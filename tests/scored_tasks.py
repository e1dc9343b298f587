"""A scored task for tests that need one without an engine."""

from __future__ import annotations

from collections.abc import Mapping

from engine import Estimate, Neighbour, TaskRisk
from engine.records.measures import BARRIERS, Source


def scored_task(
    text: str,
    *,
    risk: Estimate,
    ai_capability: Estimate,
    share: float | None,
    category: str = "Administering",
    far: bool = False,
    measures: Mapping[str, Estimate] | None = None,
    known: Mapping[str, float] | None = None,
    means: Mapping[str, float] | None = None,
    sources: Mapping[str, Source] | None = None,
    share_source: str | None = "given",
) -> TaskRisk:
    """Return a task with one neighbor; a far one is out of scope.

    Args:
        measures: further estimates.
        known: known outcomes of the task.
        means: mean outcomes of its neighbors.
        sources: where the outcomes come from.
    """
    return TaskRisk(
        task=text,
        estimates={"automation": risk, "exposure": ai_capability, **(measures or {})},
        ai_capability_level="E2",
        category=category,
        novelty=0.5,
        out_of_scope=False,
        unlike_reference=far,
        neighbours=(
            Neighbour(
                text="Draft letters.",
                similarity=0.81,
                outcomes={"automation": 0.75},
                occupation="Secretaries",
                soc_code="43-6014.00",
                task_id="R1",
            ),
        ),
        known_outcomes=known or {},
        neighbour_means=means or {},
        sources=sources or {},
        time_share=share,
        time_share_source=share_source,
    )


def certain(value: float) -> Estimate:
    """Return an estimate without an error."""
    return Estimate(value=value, low=value, high=value)


def barriers(cognitive: float, physical: float, regulatory: float) -> dict[str, Estimate]:
    """Return certain estimates of the measures of the barriers."""
    values = (cognitive, physical, regulatory)
    return {measure: certain(v) for measure, v in zip(BARRIERS.values(), values, strict=True)}
