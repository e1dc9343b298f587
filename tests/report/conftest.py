"""Scored occupations and a match with round numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine import Estimate, OccupationRisk, TaskRisk
from engine.careers.results import CareerMatch, NewTask, SharedTask
from engine.records.measures import PUBLISHED_SOURCES
from engine.records.pooling import ErrorModel
from tests.scored_tasks import barriers, certain, scored_task


def _task(text: str, *, risk: float, share: float, far: bool = False) -> TaskRisk:
    return scored_task(
        text,
        risk=Estimate(value=risk, low=0.1, high=0.9),
        ai_capability=Estimate(value=0.62, low=0.5, high=0.7),
        share=share,
        far=far,
    )


@pytest.fixture
def result() -> OccupationRisk:
    return OccupationRisk(
        title="Porter",
        tasks=(
            _task("Lift crates.", risk=0.25, share=0.8),
            _task("=Write letters.", risk=0.85, share=0.2, far=True),
        ),
        estimates={
            "automation": Estimate(value=0.37, low=0.2, high=0.55),
            "exposure": Estimate(value=0.62, low=0.5, high=0.7),
        },
        confidence=0.9,
        reference="starter",
        soc_code="43-6014.00",
        job_zone=2,
    )


@pytest.fixture
def rated(result: OccupationRisk) -> OccupationRisk:
    """The same occupation, rated at .4 and 1, with barriers, sources and neighbors' means."""
    measures = ("automation", "exposure", "genai_potential")
    sources = {name: PUBLISHED_SOURCES[name] for name in measures}
    lift, write = result.tasks
    lift = replace(
        lift,
        estimates={**lift.estimates, **barriers(0.25, 1.0, 0.5), "genai_potential": certain(0.6)},
        known_outcomes={"automation": 0.4, "exposure": 0.5, "our_own": 0.1},
        neighbour_means={"automation": 0.75},
        sources=sources,
    )
    write = replace(
        write,
        estimates={**write.estimates, **barriers(0.0, 0.0, 0.0)},
        known_outcomes={"automation": 1.0},
        neighbour_means={"automation": 0.45},
        sources=sources,
    )
    estimates = {**result.estimates, **barriers(0.2, 0.8, 0.4), "genai_potential": certain(0.7)}
    model = ErrorModel(correlation=0.5, edges=(), reaches=(2.0,))
    return replace(
        result,
        tasks=(lift, write),
        estimates=estimates,
        sources=sources,
        errors=dict.fromkeys(estimates, model),
    )


@pytest.fixture
def match() -> CareerMatch:
    return CareerMatch(
        soc_code="47-2061.00",
        title="Laborers",
        job_zone=2,
        similarity=0.5,
        risk=0.1,
        risk_interval=(0.0, 0.2),
        ai_capability=0.2,
        risk_difference=-0.27,
        shared_tasks=(SharedTask("Lift crates from the dock onto trucks.", "Carry boxes.", 0.7),),
        new_tasks=(NewTask("Mix concrete.", 0.2),),
        carries_over=0.6,
        probability_safer=0.8,
    )
