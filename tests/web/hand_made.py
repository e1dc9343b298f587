"""A scored occupation made by hand: every kind of fact that a page shows, without an engine."""

from __future__ import annotations

from dataclasses import replace

from engine import Estimate, Neighbour, TaskRisk
from engine.records.measures import PUBLISHED_SOURCES
from engine.records.pooling import ErrorModel
from engine.records.results import OccupationRisk, combined

GREET = "Greet members at the door and show them to their seats."
MINUTES = "Write the minutes of the meetings of the club."
CHAIRS = "Carry chairs and tables into the hall before an event."

MEASURES = (
    *("exposure", "automation", "exposure_human", "exposure_model"),
    *("genai_potential", "complexity", "physicality", "regulation", "observed_automation"),
)
SOURCES = {name: PUBLISHED_SOURCES[name] for name in MEASURES}
ERRORS = {
    name: ErrorModel(correlation=0.3, edges=(0.2, 0.45), reaches=(2.0, 1.5, 1.0), deviate=1.6)
    for name in MEASURES
}


def estimate(value: float, error: float = 0.1) -> Estimate:
    """An estimate with an interval of twice its error."""
    low, high = max(0.0, value - 2 * error), min(1.0, value + 2 * error)
    return Estimate(value=value, low=low, high=high, error=error)


def task(
    text: str,
    share: float,
    values: dict[str, float],
    *,
    source: str = "importance",
    known: dict[str, float] | None = None,
    far: bool = False,
) -> TaskRisk:
    """A scored task with two neighbors, whose risks are 0.25 and 0.75."""
    neighbours = tuple(
        Neighbour(
            text=text_of_neighbour,
            similarity=similarity,
            outcomes={"automation": risk, "exposure": 0.5, "genai_potential": 0.4},
            occupation="Ushers",
            soc_code="39-3031.00",
            task_id=f"R{number}",
        )
        for number, (text_of_neighbour, similarity, risk) in enumerate(
            (("Take tickets at the gate.", 0.81, 0.25), ("Print the program.", 0.63, 0.75))
        )
    )
    return TaskRisk(
        task=text,
        estimates={name: estimate(value) for name, value in values.items()},
        ai_capability_level="E2",
        category="Administering",
        novelty=0.5,
        out_of_scope=False,
        unlike_reference=far,
        neighbours=neighbours,
        neighbour_means={"automation": 0.5},
        known_outcomes=known or {},
        in_reference=bool(known),
        sources=SOURCES,
        time_share=share,
        time_share_source=source,
    )


def values(
    risk: float, capability: float, *, potential: float = 0.3, barriers: tuple[float, float, float]
) -> dict[str, float]:
    """Estimates of all measures but observed use."""
    named = dict(zip(("complexity", "physicality", "regulation"), barriers, strict=True))
    return {
        "exposure": capability,
        "automation": risk,
        "exposure_human": capability,
        "exposure_model": capability,
        "genai_potential": potential,
        **named,
    }


def occupation(*, with_barriers: bool = True) -> OccupationRisk:
    """A club steward with four tasks: two are copies, one is unrated, and one is far away.

    Raters disagree about the minutes and the chairs. Observed use is known of the minutes alone,
    which take less than half of the time.
    """
    tasks = [
        task(
            GREET,
            0.3,
            values(0.125, 0.25, barriers=(0.25, 0.75, 0.0)),
            known={"automation": 0.25, "exposure": 0.0, "exposure_model": 0.0},
        ),
        task(
            MINUTES,
            0.3,
            values(0.625, 0.75, potential=0.2, barriers=(0.5, 0.0, 0.0))
            | {"observed_automation": 0.5},
            source="frequency",
            known={"automation": 0.75, "exposure": 0.75, "exposure_model": 0.5},
        ),
        task(CHAIRS, 0.2, values(0.0, 0.0, barriers=(0.0, 1.0, 0.0)), source="equal", far=True),
        task(
            GREET.upper(),
            0.2,
            values(0.125, 0.25, barriers=(0.25, 0.75, 0.0)),
            known={"automation": 0.25, "exposure": 0.0, "exposure_model": 0.0},
        ),
    ]
    if not with_barriers:
        dropped = {"complexity", "physicality", "regulation"}
        tasks = [
            task(one.task, one.time_share or 0.0, _values_without(one, dropped)) for one in tasks
        ]
    return OccupationRisk(
        title="Club Stewards",
        soc_code="39-3031.00",
        job_zone=2,
        description="Look after the rooms and the members of a club.",
        tasks=tuple(tasks),
        estimates=combined(tasks, ERRORS),
        confidence=0.9,
        reference="published",
        sources=SOURCES,
        errors=ERRORS,
    )


def numbered(number: int, soc_code: str) -> OccupationRisk:
    """An occupation of one task, whose risk and barriers depend on its number."""
    risk, physical = (number * 7 % 20) / 20, (number * 3 % 20) / 20
    estimates = values(risk, risk, barriers=(0.5 * risk, physical, 0.3))
    one = task(MINUTES, 1.0, estimates)
    return replace(
        occupation(),
        title=f"Occupation {number}",
        soc_code=soc_code,
        tasks=(one,),
        estimates=combined([one], ERRORS),
    )


def _values_without(one: TaskRisk, dropped: set[str]) -> dict[str, float]:
    return {name: known.value for name, known in one.estimates.items() if name not in dropped}
