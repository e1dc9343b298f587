"""Words on pages: names of job zones, levels, measures and tiers, and short numbers for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.display.wording import gettext, marked, phrase, semicolons, spoken
from engine.records import codes, results, rubric
from engine.records.measures import LABELS
from engine.report import formatting
from engine.web.content.explore import own_employment

NOT_SCORED = marked(
    "Risk scoring has not been run for this occupation yet. Scores will appear after the scoring "
    "pipeline runs."
)

NOT_YET_SCORED = marked(
    "No occupation is scored yet. Scores will appear after the scoring pipeline runs."
)

JOB_ZONES = {
    1: marked("Little or no preparation"),
    2: marked("Some preparation"),
    3: marked("Medium preparation"),
    4: marked("Considerable preparation"),
    5: marked("Extensive preparation"),
}
"""Job zone -> its name in O*NET."""

LEVELS = {
    "E0": marked("a chat model does not help"),
    "E1": marked("a chat model halves the time"),
    "E2": marked("software built on a chat model halves the time"),
}

SHARE_SOURCES = {
    "given": marked("as given"),
    "frequency": marked("from how often it is done (O*NET)"),
    "importance": marked("from its importance (O*NET)"),
    "similar_tasks": marked("from similar reference tasks"),
    "equal": marked("an equal share, because nothing is known about it"),
}

SHORT_MEASURES = {
    "exposure_human": marked("exposure by people"),
    "exposure_model": marked("exposure by GPT-4"),
    "genai_potential": marked("ILO 2025"),
    "complexity": marked("complexity"),
    "physicality": marked("hands"),
    "regulation": marked("license, law"),
    "observed_automation": marked("delegated 2025"),
    "observed_automation_2026": marked("delegated 2026"),
    "completion": marked("completed"),
    "impact_scope": marked("part done"),
    "automation_2026": marked("automation 2026"),
    "human_agency": marked("need for a person"),
}
"""Measure -> its name where there is little space."""

STEPS = {
    marked("routine screen work"): marked("simple rules, on a screen"),
    marked("skilled screen work"): marked("work on a screen that takes training and some judgment"),
    marked("expert screen work"): marked(
        "hard problems on a screen, and some work that needs a license"
    ),
    marked("hands too"): marked("the same, and most work with the hands or in person"),
}
"""Step of a scenario -> what software handles then."""

NOT_IN_USE = marked("No similar task is in use.")
FEW_IN_USE = marked("Too few tasks are like tasks in use.")
"""Why a measure of observed use is absent from a task, and from an occupation."""

NOT_PUBLISHED = marked("not published")
NONE = "–"
"""Stands for a number that does not exist."""


def job_zone(zone: int | None) -> str:
    """A job zone with its name: "Job Zone 5 (Extensive preparation)"."""
    if not zone:
        return gettext("Job Zone unknown")
    return gettext("Job Zone %(zone)s (%(name)s)", zone=zone, name=phrase(JOB_ZONES[zone]))


def measure(name: str) -> str:
    """A measure's name in words."""
    return phrase(LABELS.get(name, name.replace("_", " ")))


def short_measure(name: str) -> str:
    """A measure's name in few words."""
    return phrase(SHORT_MEASURES[name]) if name in SHORT_MEASURES else measure(name)


def facts(row: Mapping[str, Any]) -> str:
    """The figures of a scored occupation, and the group that its pay and growth describe."""
    ends = formatting.interval((row["risk_low"], row["risk_high"]))
    found = [
        gettext(
            "risk %(risk)s, interval %(interval)s",
            risk=formatting.percent(row["risk"]),
            interval=ends,
        ),
        gettext("AI capability %(percent)s", percent=formatting.percent(row["ai_capability"])),
    ]
    if row.get("employment_change") is not None:
        change = formatting.growth(row["employment_change"])
        found.append(gettext("employment %(change)s in ten years", change=change))
    if row.get("median_wage") is not None:
        found.append(gettext("median wage %(wage)s", wage=wage(row)))
    if own_employment(row):
        people = formatting.people(own_employment(row))
        found.append(gettext("%(people)s employed", people=people))
    if row["job_zone"]:
        found.append(gettext("Job Zone %(zone)s", zone=row["job_zone"]))
    if row.get("outlook_group"):
        found.append(
            gettext(
                "wage and employment are those of a wider group: %(group)s",
                group=row["outlook_group"],
            )
        )
    return semicolons(found)


def wage(facts: Mapping[str, Any]) -> str:
    """The median wage of an occupation, as ``formatting.wage``."""
    return formatting.wage(facts["median_wage"], is_minimum=bool(facts.get("wage_is_minimum")))


def date(iso: str) -> str:
    """An ISO date of any precision in words: "2026-03" -> "March 2026"."""
    return spoken().date(*map(int, iso.split("-"))) if iso else ""


def rater_and_date(rater: str, iso: str) -> str:
    """Who rated and when: "GPT-4, March 2023"; what is unknown is absent."""
    return ", ".join(part for part in (phrase(rater), date(iso)) if part)


def compact(value: float) -> str:
    """A number for scripts, in few characters: 0.25000 -> ".25"."""
    return f"{value:.5f}".rstrip("0").rstrip(".").removeprefix("0") or "0"


def _css_class(tier: str) -> str:
    return tier.lower().replace(" ", "-")


def tier_class(risk: float) -> str:
    """Class of a risk's tier in the style sheet, such as "very-high"."""
    return _css_class(rubric.tier(risk))


def tiers() -> list[list[Any]]:
    """For scripts: lowest risk of each tier, its name and its class, the highest tier first."""
    return [[threshold, phrase(name), _css_class(name)] for threshold, name in rubric.TIERS]


def code(soc_code: str) -> str:
    """A code with its classification: "SOC: 29-1141.00" or "ISCO-08: 3313"."""
    return f"{codes.classification(soc_code)}: {codes.number(soc_code)}"


def major_group(soc_code: str) -> str:
    """Name of the major group of a code."""
    return phrase(codes.major_group_name(codes.major_group(soc_code)))


def time_by_category(tasks: Iterable[Mapping[str, Any]]) -> list[tuple[str, float]]:
    """Category and total time share of scored tasks in a record, the largest first."""
    shares = ((str(task["category"]), float(task["time_share"] or 0.0)) for task in tasks)
    return list(results.time_by_category(shares).items())
