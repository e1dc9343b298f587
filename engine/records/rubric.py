"""Measures, rubric levels, work-activity groups and risk tiers.

These are facts of published rubrics or conventions of this project; nothing here is fitted.
"""

from __future__ import annotations

from engine.display.wording import marked
from engine.records.measures import COMPLEXITY, PHYSICALITY, REGULATION

# Measures -------------------------------------------------------------------------------------

RISK_MEASURE = "automation"
"""The measure reported as risk: expected automation of a task, in [0, 1]."""

CAPABILITY_MEASURE = "exposure"
"""The measure reported as AI capability: expected exposure of a task, in [0, 1]."""

EXPOSURE_RATERS = ("exposure_human", "exposure_model")
"""If a corpus has both of these measures, ``exposure`` is their mean."""

LATER_MEASURES = ("automation_2026", "human_agency")
"""Measures of the starter reference as of November 2026.

They are not mixed with those of 2023: estimates of other measures do not use them.
"""

LEVEL_MEASURE = "exposure_model"
"""The measure whose values are exposure levels, if a corpus has it."""

# Eloundou, Manning, Mishkin and Rock (2023), "GPTs are GPTs", appendix A: rubrics of exposure (β)
# and automation.
EXPOSURE_LEVELS = {"E0": 0.0, "E2": 0.5, "E1": 1.0}
AUTOMATION_LEVELS = {"T0": 0.0, "T1": 0.25, "T2": 0.5, "T3": 0.75, "T4": 1.0}

# reference_tasks/GUIDELINE.md: how much a person must be involved.
AGENCY_LEVELS = {"H1": 0.0, "H2": 0.25, "H3": 0.5, "H4": 0.75, "H5": 1.0}


QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Values that stand for a measure without levels where a few values are needed."""


# Parshall and Lopez-Luzuriaga (2026): cognitive complexity, difficulty of deployment, regulation.
_BARRIER_LETTERS = {COMPLEXITY: "C", PHYSICALITY: "D", REGULATION: "R"}
BARRIER_LEVELS = {
    measure: {f"{letter}{level}": level / 4 for level in range(5)}
    for measure, letter in _BARRIER_LETTERS.items()
}
"""Measure of a barrier -> its levels."""

_LEVELS = {
    RISK_MEASURE: AUTOMATION_LEVELS,
    "automation_2026": AUTOMATION_LEVELS,
    "human_agency": AGENCY_LEVELS,
    **BARRIER_LEVELS,
}


def levels_of(measure: str) -> dict[str, float]:
    """Return the rubric levels of a measure: level -> value in [0, 1]; empty if it has none."""
    return EXPOSURE_LEVELS if measure.startswith("exposure") else _LEVELS.get(measure, {})


# Work activities ------------------------------------------------------------------------------

WORK_ACTIVITY_GROUPS = {
    "4.A.1.a": marked("Looking for and Receiving Job-Related Information"),
    "4.A.1.b": marked("Identifying and Evaluating Job-Relevant Information"),
    "4.A.2.a": marked("Information and Data Processing"),
    "4.A.2.b": marked("Reasoning and Decision Making"),
    "4.A.3.a": marked("Performing Physical and Manual Work Activities"),
    "4.A.3.b": marked("Performing Complex and Technical Activities"),
    "4.A.4.a": marked("Communicating and Interacting"),
    "4.A.4.b": marked("Coordinating, Developing, Managing, and Advising"),
    "4.A.4.c": marked("Administering"),
}
"""Second-level groups of the O*NET Generalized Work Activities: element ID -> name."""

CATEGORIES = tuple(WORK_ACTIVITY_GROUPS.values())


# Risk tiers -----------------------------------------------------------------------------------

HIGH_RISK = 0.5
"""Lowest risk of a high-risk task."""

LOW_RISK = 0.2
"""Upper limit of the tier Low, which does not include it."""

TIERS = (
    (0.6, marked("Very high")),
    (0.4, marked("High")),
    (LOW_RISK, marked("Moderate")),
    (0.0, marked("Low")),
)
"""Lowest risk and name of each tier, from the highest tier down.

The limits are fifths: software can take over less than one fifth of the work in the tier Low, and
three fifths or more in the tier Very high.
"""


def tier(risk: float) -> str:
    """Return the tier of a risk in [0, 1]; see ``TIERS``."""
    return next(name for threshold, name in TIERS if risk >= threshold)
