"""Words and numbers as a page shows them."""

from __future__ import annotations

from engine.records import rubric, soc

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


def rank(number: int) -> str:
    """A place in the order of likeness: 1 -> «most alike», 22 -> «22nd most alike»."""
    if number == 1:
        return "most alike"
    teen = 10 < number % 100 < 20
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if teen else number % 10, "th")
    return f"{number}{ending} most alike"


def compact(value: float) -> str:
    """A number for scripts, in few characters: 0.25000 -> «.25»."""
    return f"{value:.5f}".rstrip("0").rstrip(".").removeprefix("0") or "0"


def tier_class(risk: float) -> str:
    """Name of a risk's tier for the stylesheet: ``very-high``."""
    return rubric.tier(risk).lower().replace(" ", "-")


def major_group(soc_code: str) -> str:
    """Name of the major group of a SOC code."""
    return soc.MAJOR_GROUPS[soc_code[:2]]
