"""A scored task for tests that need one without an engine."""

from __future__ import annotations

from engine import Estimate, Neighbour, TaskRisk


def scored_task(
    text: str,
    *,
    risk: Estimate,
    ai_capability: Estimate,
    share: float,
    category: str = "Administering",
    far: bool = False,
) -> TaskRisk:
    """Return a task of an occupation with one neighbor; a far one is out of scope."""
    return TaskRisk(
        task=text,
        estimates={"automation": risk, "exposure": ai_capability},
        ai_capability_level="E2",
        category=category,
        novelty=0.5,
        out_of_scope=far,
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
        time_share=share,
        time_share_source="given",
    )
