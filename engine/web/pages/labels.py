"""Words on pages: names of job zones, levels, measures and tiers, and short numbers for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.records import results, rubric, soc

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
"""Job zone -> its name in O*NET."""

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
    "equal": "an equal share, because nothing is known about it",
}

MEASURES = {
    "automation": "risk (automation)",
    "exposure": "AI capability (exposure)",
    "exposure_human": "exposure, rated by people",
    "exposure_model": "exposure, rated by a model",
    "observed_automation": "automation observed in use",
    "automation_2026": "automation by software of late 2026",
    "human_agency": "need for a person in late 2026",
}

NOT_PUBLISHED = "not published"


def job_zone(zone: int | None) -> str:
    """A job zone with its name: "Job Zone 5 (Extensive preparation)"."""
    return f"Job Zone {zone} ({JOB_ZONES[zone]})" if zone else "Job Zone unknown"


def measure(name: str) -> str:
    """A measure's name in words."""
    return MEASURES.get(name, name.replace("_", " "))


def rank(number: int) -> str:
    """A rank by similarity: 1 -> "most similar", 22 -> "22nd most similar"."""
    if number == 1:
        return "most similar"
    teen = 10 < number % 100 < 20
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if teen else number % 10, "th")
    return f"{number}{ending} most similar"


def compact(value: float) -> str:
    """A number for scripts, in few characters: 0.25000 -> ".25"."""
    return f"{value:.5f}".rstrip("0").rstrip(".").removeprefix("0") or "0"


def _css_class(tier: str) -> str:
    return tier.lower().replace(" ", "-")


def tier_class(risk: float) -> str:
    """Class of a risk's tier in the style sheet, such as "very-high"."""
    return _css_class(rubric.tier(risk))


TIERS = [[threshold, name, _css_class(name)] for threshold, name in rubric.TIERS]
"""For scripts: lowest risk of each tier, its name and its class, the highest tier first."""


def major_group(soc_code: str) -> str:
    """Name of the major group of a SOC code."""
    return soc.MAJOR_GROUPS[soc_code[:2]]


def time_by_category(tasks: Iterable[Mapping[str, Any]]) -> list[tuple[str, float]]:
    """Category and total time share of scored tasks in a record, the largest first."""
    shares = ((str(task["category"]), float(task["time_share"] or 0.0)) for task in tasks)
    return list(results.time_by_category(shares).items())
