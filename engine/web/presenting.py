"""Words and numbers as a page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine import taxonomy
from engine.report import interval, percent

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


def points(difference: float) -> str:
    """A difference of two numbers in [0, 1]: -0.12 -> «−12 points»."""
    number = round(100 * difference)
    return f"{'−' if number < 0 else '+' if number > 0 else ''}{abs(number)} points"


def tier_class(risk: float) -> str:
    """Name of a risk's tier for the stylesheet: ``very-high``."""
    return taxonomy.tier(risk).lower().replace(" ", "-")


def time_by_category(tasks: Sequence[Mapping[str, object]]) -> list[tuple[str, float]]:
    """Category -> its share of time, the largest first."""
    shares: dict[str, float] = {}
    for task in tasks:
        name = str(task["category"])
        shares[name] = shares.get(name, 0.0) + float(task["time_share"] or 0.0)  # type: ignore[arg-type]
    return sorted(shares.items(), key=lambda item: -item[1])


def major_group(soc_code: str) -> str:
    """Name of the major group of a SOC code."""
    return taxonomy.MAJOR_GROUPS[soc_code[:2]]
