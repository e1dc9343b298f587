"""A scored occupation with round numbers."""

from __future__ import annotations

import pytest

from engine import Estimate, OccupationRisk, TaskRisk
from engine.records.pooling import ErrorModel
from tests.scored_tasks import scored_task


def _task(text: str, *, risk: float, share: float, category: str, far: bool = False) -> TaskRisk:
    return scored_task(
        text,
        risk=Estimate(value=risk, low=0.0, high=1.0, error=0.1),
        ai_capability=Estimate(value=0.5, low=0.25, high=0.75, error=0.1),
        share=share,
        category=category,
        far=far,
    )


@pytest.fixture
def result() -> OccupationRisk:
    """Risks .8, .5 and 0 at time shares .5, .3 and .2: a risk of .55."""
    return OccupationRisk(
        title="Clerk",
        tasks=(
            _task("Answer calls.", risk=0.8, share=0.5, category="Administering"),
            _task("File letters.", risk=0.5, share=0.3, category="Information and Data Processing"),
            _task("Paint walls.", risk=0.0, share=0.2, category="Administering", far=True),
        ),
        estimates={
            "automation": Estimate(value=0.55, low=0.35, high=0.75, error=0.1),
            "exposure": Estimate(value=0.5, low=0.4, high=0.6, error=0.1),
        },
        confidence=0.9,
        reference="test",
        soc_code="43-9061.00",
        job_zone=2,
        errors={
            "automation": ErrorModel(correlation=1.0, edges=(), reaches=(2.0,)),
            "exposure": ErrorModel(correlation=0.0, edges=(), reaches=(2.0,)),
        },
    )
