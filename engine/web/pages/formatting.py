"""Words and numbers as a page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.records import rubric, soc
from engine.report.formatting import interval, percent

__all__ = ["interval", "percent"]

WHAT_RISK_IS = "Risk is the potential of a task to be automated. It is not a forecast of job loss."

NOT_SCORED = (
    "Risk scoring has not been run for this occupation yet. Scores will appear after the scoring "
    "pipeline runs."
)

JOB_ZONES = {
    1: "Little or no preparation",
    2: "Some preparation",
    3: "Medium preparation",
    4: "Considerable preparation",
    5: "Extensive preparation",
}
"""Job zone -> what O*NET calls it."""

LEVELS = {
    "E0": "no gain from a chat model",
    "E1": "a chat model halves the time",
    "E2": "software built on a chat model halves the time",
}

SHARE_SOURCES = {
    "given": "as given",
    "frequency": "from how often it is done (O*NET)",
    "importance": "from its importance (O*NET)",
    "similar_tasks": "from similar reference tasks",
    "equal": "an equal part, as nothing is known",
}

MEASURES = {
    "automation": "risk (automation)",
    "exposure": "AI capability (exposure)",
    "exposure_human": "exposure, rated by people",
    "exposure_model": "exposure, rated by a model",
    "observed_automation": "automation observed in use",
}


def job_zone(zone: int | None) -> str:
    """«Job Zone 5 (Extensive preparation)»."""
    return f"Job Zone {zone} ({JOB_ZONES[zone]})" if zone else "Job Zone unknown"


def measure(name: str) -> str:
    """A measure's name in words."""
    return MEASURES.get(name, name.replace("_", " "))


def difference(risk_difference: float) -> str:
    """How a risk compares with one's own: -0.12 -> «12 points lower»."""
    number = round(100 * risk_difference)
    if number == 0:
        return "about the same"
    noun = "point" if abs(number) == 1 else "points"
    return f"{abs(number)} {noun} {'lower' if number < 0 else 'higher'}"


def chance(probability: float) -> str:
    """A probability as people read it, never as certain as rounding would make it."""
    if probability > 0.99:
        return "over 99 %"
    return "under 1 %" if probability < 0.01 else percent(probability)


def rank(number: int) -> str:
    """A place in the order of likeness: 1 -> «most alike», 22 -> «22nd most alike»."""
    if number == 1:
        return "most alike"
    teen = 10 < number % 100 < 20
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if teen else number % 10, "th")
    return f"{number}{ending} most alike"


def wage(facts: Mapping[str, Any]) -> str:
    """A median wage, with a sign where it is the least it can be: «$239,200+»."""
    return f"${facts['median_wage']:,.0f}{'+' if facts.get('wage_is_minimum') else ''}"


def growth(change: float) -> str:
    """A change of employment: .05 -> «+5 %»."""
    return f"{100 * change:+.0f} %".replace("-", "−")


def compact(value: float) -> str:
    """A number for scripts, in few characters: 0.25000 -> «.25»."""
    return f"{value:.5f}".rstrip("0").rstrip(".").removeprefix("0") or "0"


def points(difference: float) -> str:
    """A difference of two numbers in [0, 1]: -0.12 -> «−12 points»."""
    number = round(100 * difference)
    return f"{'−' if number < 0 else '+' if number > 0 else ''}{abs(number)} points"


def tier_class(risk: float) -> str:
    """Name of a risk's tier for the stylesheet: ``very-high``."""
    return rubric.tier(risk).lower().replace(" ", "-")


def major_group(soc_code: str) -> str:
    """Name of the major group of a SOC code."""
    return soc.MAJOR_GROUPS[soc_code[:2]]
