"""Words on pages: names of job zones, levels, measures and tiers, and short numbers for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.records import codes, results, rubric
from engine.records.measures import LABELS
from engine.report import formatting
from engine.web.content.explore import own_employment

NOT_SCORED = (
    "Risk scoring has not been run for this occupation yet. Scores will appear after the scoring "
    "pipeline runs."
)

NOT_YET_SCORED = "No occupation is scored yet. Scores will appear after the scoring pipeline runs."

JOB_ZONES = {
    1: "Little or no preparation",
    2: "Some preparation",
    3: "Medium preparation",
    4: "Considerable preparation",
    5: "Extensive preparation",
}
"""Job zone -> its name in O*NET."""

LEVELS = {
    "E0": "a chat model does not help",
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

SHORT_MEASURES = {
    "exposure_human": "exposure by people",
    "exposure_model": "exposure by GPT-4",
    "genai_potential": "ILO 2025",
    "complexity": "complexity",
    "physicality": "hands",
    "regulation": "license, law",
    "observed_automation": "delegated 2025",
    "observed_automation_2026": "delegated 2026",
    "completion": "completed",
    "impact_scope": "part done",
    "automation_2026": "automation 2026",
    "human_agency": "need for a person",
}
"""Measure -> its name where there is little space."""

STEPS = {
    "routine screen work": "simple rules, on a screen",
    "skilled screen work": "work on a screen that takes training and some judgment",
    "expert screen work": "hard problems on a screen, and some work that needs a license",
    "hands too": "the same, and most work with the hands or in person",
}
"""Step of a scenario -> what software handles then."""

NOT_IN_USE = "No similar task is in use."
FEW_IN_USE = "Too few tasks are like tasks in use."
"""Why a measure of observed use is absent from a task, and from an occupation."""

NOT_PUBLISHED = "not published"
NONE = "–"
"""Stands for a number that does not exist."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def job_zone(zone: int | None) -> str:
    """A job zone with its name: "Job Zone 5 (Extensive preparation)"."""
    return f"Job Zone {zone} ({JOB_ZONES[zone]})" if zone else "Job Zone unknown"


def measure(name: str) -> str:
    """A measure's name in words."""
    return LABELS.get(name, name.replace("_", " "))


def short_measure(name: str) -> str:
    """A measure's name in few words."""
    return SHORT_MEASURES.get(name, measure(name))


def facts(row: Mapping[str, Any]) -> str:
    """The figures of a scored occupation, and the group that its pay and growth describe."""
    found = [
        f"risk {formatting.percent(row['risk'])}, interval "
        f"{formatting.interval((row['risk_low'], row['risk_high']))}",
        f"AI capability {formatting.percent(row['ai_capability'])}",
    ]
    if row.get("employment_change") is not None:
        found.append(f"employment {formatting.growth(row['employment_change'])} in ten years")
    if row.get("median_wage") is not None:
        found.append(f"median wage {wage(row)}")
    if own_employment(row):
        found.append(f"{formatting.people(own_employment(row))} employed")
    if row["job_zone"]:
        found.append(f"Job Zone {row['job_zone']}")
    if row.get("outlook_group"):
        found.append(f"wage and employment are those of a wider group: {row['outlook_group']}")
    return "; ".join(found)


def wage(facts: Mapping[str, Any]) -> str:
    """The median wage of an occupation, as ``formatting.wage``."""
    return formatting.wage(facts["median_wage"], is_minimum=bool(facts.get("wage_is_minimum")))


def date(iso: str) -> str:
    """An ISO date of any precision in words: "2026-03" -> "March 2026"."""
    year, *rest = iso.split("-")
    if not rest:
        return year
    month = _MONTHS[int(rest[0]) - 1]
    return f"{month} {int(rest[1])}, {year}" if rest[1:] else f"{month} {year}"


def rater_and_date(rater: str, iso: str) -> str:
    """Who rated and when: "GPT-4, March 2023"; what is unknown is absent."""
    return ", ".join(part for part in (rater, date(iso)) if part)


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


def code(soc_code: str) -> str:
    """A code with its classification: "SOC: 29-1141.00" or "ISCO-08: 3313"."""
    return f"{codes.classification(soc_code)}: {codes.number(soc_code)}"


def major_group(soc_code: str) -> str:
    """Name of the major group of a code."""
    return codes.major_group_name(codes.major_group(soc_code))


def time_by_category(tasks: Iterable[Mapping[str, Any]]) -> list[tuple[str, float]]:
    """Category and total time share of scored tasks in a record, the largest first."""
    shares = ((str(task["category"]), float(task["time_share"] or 0.0)) for task in tasks)
    return list(results.time_by_category(shares).items())
