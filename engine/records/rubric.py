"""What is rated and how: measures, their levels, work-activity groups and risk tiers.

Everything here is a fact of a published rubric or a fixed convention of this project; nothing is
learned.
"""

from __future__ import annotations

# Measures -------------------------------------------------------------------------------------

RISK_MEASURE = "automation"
"""Measure that is reported as risk: expected automation of a task, in [0, 1]."""

CAPABILITY_MEASURE = "exposure"
"""Measure that is reported as AI capability: expected exposure of a task, in [0, 1]."""

EXPOSURE_RATERS = ("exposure_human", "exposure_model")
"""Measures whose mean is ``exposure`` where a corpus has them."""

LEVEL_MEASURE = "exposure_model"
"""Measure that gives exposure as a level, where a corpus has it."""

# Eloundou, Manning, Mishkin & Rock (2023), "GPTs are GPTs": exposure rubric (β) and automation
# rubric of their appendix A.
EXPOSURE_LEVELS = {"E0": 0.0, "E2": 0.5, "E1": 1.0}
AUTOMATION_LEVELS = {"T0": 0.0, "T1": 0.25, "T2": 0.5, "T3": 0.75, "T4": 1.0}


def levels_of(measure: str) -> dict[str, float]:
    """Rubric levels in which values of ``measure`` may be written; empty if it has none."""
    if measure.startswith("exposure"):
        return EXPOSURE_LEVELS
    if measure.startswith("automation"):
        return AUTOMATION_LEVELS
    return {}


# Work activities ------------------------------------------------------------------------------

WORK_ACTIVITY_GROUPS = {
    "4.A.1.a": "Looking for and Receiving Job-Related Information",
    "4.A.1.b": "Identifying and Evaluating Job-Relevant Information",
    "4.A.2.a": "Information and Data Processing",
    "4.A.2.b": "Reasoning and Decision Making",
    "4.A.3.a": "Performing Physical and Manual Work Activities",
    "4.A.3.b": "Performing Complex and Technical Activities",
    "4.A.4.a": "Communicating and Interacting",
    "4.A.4.b": "Coordinating, Developing, Managing, and Advising",
    "4.A.4.c": "Administering",
}
"""Second-level groups of the O*NET Generalized Work Activities: element id -> name."""

CATEGORIES = tuple(WORK_ACTIVITY_GROUPS.values())


# Risk tiers -----------------------------------------------------------------------------------

HIGH_RISK = 0.5
"""A task counts as high-risk from this risk on."""

LOW_RISK = 0.25
"""Below this risk the tier is Low."""

TIERS = ((0.75, "Very high"), (HIGH_RISK, "High"), (LOW_RISK, "Moderate"), (0.0, "Low"))
"""Lowest risk of each tier and its name, the highest tier first."""


def tier(risk: float) -> str:
    """Tier of a risk in [0, 1]: Low, Moderate (from .25), High (.50) or Very high (.75)."""
    return next(name for threshold, name in TIERS if risk >= threshold)
