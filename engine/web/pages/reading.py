"""What a page says about a scored task or occupation, from its stored record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.display.wording import gettext, labeled, marked, ngettext, phrase, semicolons
from engine.records import rubric
from engine.records.estimated import Estimated
from engine.records.estimates import Estimate
from engine.records.measures import OBSERVED, PUBLISHED_SOURCES, Source
from engine.report import formatting
from engine.report.formatting import percent
from engine.web.pages import labels

_OTHER_MEASURES = (
    *(marked("automation"), marked("exposure"), marked("automation 2026"), marked("human agency")),
)
"""Names of measures of the starter reference, which phrase() translates."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the three parts of a task or of working time, in whole percent.

    Attributes:
        name: class in the style sheet, and ID of its number: ``take``, ``help`` or ``human``.
        words: its name for people.
        meaning: what it is, in a few words.
        width: its size, 0 to 100; the sizes of the three parts sum to 100.
        x: size of the parts before it.
    """

    name: str
    words: str
    meaning: str
    width: int
    x: int


def parts(scored: Mapping[str, Any]) -> list[Part]:
    """The three parts of a scored task or occupation."""
    widths = formatting.three_parts(scored["can_take_over"], scored["can_help"])
    return [
        Part(
            name=name,
            words=phrase(words),
            meaning=phrase(meaning),
            width=width,
            x=sum(widths[:number]),
        )
        for number, ((name, words, meaning), width) in enumerate(
            zip(formatting.PARTS, widths, strict=True)
        )
    ]


def parts_words(scored: Mapping[str, Any]) -> str:
    """The three parts on one line: "Can take over 37%, can help 25%, human 38%"."""
    return formatting.parts_sentence(
        formatting.three_parts(scored["can_take_over"], scored["can_help"])
    )


@dataclass(frozen=True, kw_only=True)
class StoredEstimates(Estimated):
    """The estimates of a stored record, with what ``Estimated`` derives from them."""

    estimates: Mapping[str, Estimate]
    sources: Mapping[str, Source]

    @classmethod
    def of(
        cls, scored: Mapping[str, Any], sources: Mapping[str, Mapping[str, str]]
    ) -> StoredEstimates:
        """The estimates of a scored task or occupation."""
        return cls(
            estimates={name: Estimate(**known) for name, known in scored["estimates"].items()},
            sources={name: Source(**known) for name, known in sources.items()},
        )


def measure_words(name: str, sources: Mapping[str, Mapping[str, str]]) -> str:
    """A measure's name in words, as ``formatting.measure_words``."""
    return _words(name, {key: Source(**known) for key, known in sources.items()})


def _words(name: str, sources: Mapping[str, Source]) -> str:
    source = sources.get(name)
    if source is None or source == PUBLISHED_SOURCES.get(name, source):
        return labels.measure(name)
    return f"{phrase(name.replace('_', ' '))} ({phrase(source.title)})"


@dataclass(frozen=True, kw_only=True)
class MeasureRow:
    """A row of a table of measures; numbers are text, "–" where there is none."""

    label: str
    estimated: str
    interval: str
    rated: str
    source: Source


def measure_rows(
    scored: Mapping[str, Any], sources: Mapping[str, Mapping[str, str]]
) -> list[MeasureRow]:
    """Every measure that is estimated or rated, in the order of the sources."""
    found = StoredEstimates.of(scored, sources)
    rated = scored["known_outcomes"]
    rows = []
    for name, source in found.sources.items():
        estimate = found.estimates.get(name)
        if estimate is None and name not in rated:
            continue
        rows.append(
            MeasureRow(
                label=_words(name, found.sources),
                estimated=percent(estimate.value) if estimate else labels.NONE,
                interval=formatting.interval(estimate.interval) if estimate else labels.NONE,
                rated=percent(rated[name]) if name in rated else labels.NONE,
                source=source,
            )
        )
    return rows


def not_estimated(
    scored: Mapping[str, Any], sources: Mapping[str, Mapping[str, str]], *, reason: str
) -> list[str]:
    """Sentences about measures without an estimate; none if all are estimated.

    Args:
        scored: a task or an occupation.
        sources: measure -> its source, for all measures of the engine.
        reason: why a measure of observed use is absent.
    """
    words = {
        name: measure_words(name, sources) for name in sources if name not in scored["estimates"]
    }
    used = [label for name, label in words.items() if name in OBSERVED]
    others = [label for name, label in words.items() if name not in OBSERVED]
    sentences = []
    if used:
        listed = gettext("Not estimated: %(measures)s.", measures=semicolons(used))
        sentences.append(f"{listed} {phrase(reason)}")
    if others:
        listed = gettext("Not estimated: %(measures)s.", measures=semicolons(others))
        sentences.append(f"{listed} {gettext('Too few similar tasks are rated.')}")
    return sentences


def disagreement(scored: Mapping[str, Any], sources: Mapping[str, Mapping[str, str]]) -> str:
    """How raters disagree: "by 34 points: … 12%; … 46%"; "" if they do not."""
    found = StoredEstimates.of(scored, sources)
    return _spread(found) if found.raters_disagree else ""


def spread(scored: Mapping[str, Any], sources: Mapping[str, Mapping[str, str]]) -> str:
    """How far estimates of different dates lie apart: "by 4 points: … 42%; … 46%"; "" for one."""
    found = StoredEstimates.of(scored, sources)
    return _spread(found) if len(found.dated_estimates) > 1 else ""


def _spread(found: Estimated) -> str:
    dated = [
        f"{_words(name, found.sources)} {percent(estimate.value)}"
        for name, estimate in found.dated_estimates.items()
    ]
    return ngettext(
        "by %(number)s point: %(estimates)s",
        "by %(number)s points: %(estimates)s",
        formatting.hundredths(found.disagreement),
        estimates=semicolons(dated),
    )


def barriers(scored: Mapping[str, Any]) -> str:
    """What keeps people in a task or occupation, in words; "" if the engine does not know it."""
    values = {name: estimate["value"] for name, estimate in scored["barriers"].items()}
    return formatting.barrier_words(values) if values else ""


def rated(scored: Mapping[str, Any], measure: str) -> str:
    """A known rating beside its estimate: "rated 25%, estimated 43%"; "" if it is not rated."""
    known = scored["known_outcomes"].get(measure)
    if known is None:
        return ""
    return formatting.rated_words(known, scored["estimates"][measure]["value"])


def explanation(task: Mapping[str, Any]) -> str:
    """What similar tasks say about the risk of a task, and what its own text adds."""
    said = formatting.explanation_words(
        task["risk"], task["neighbour_means"].get(rubric.RISK_MEASURE)
    )
    return said[:1].upper() + said[1:]


def levels(task: Mapping[str, Any], sources: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Sentences about the rubric levels of a task, each with the name of its rater."""
    measure = next(
        name for name in (rubric.LEVEL_MEASURE, rubric.CAPABILITY_MEASURE) if name in sources
    )
    rated_level, level = _level(measure, task), task["ai_capability_level"]
    if rated_level is None:
        shown = gettext("%(level)s as estimated", level=level)
    elif rated_level == level:
        shown = gettext("%(level)s, as rated and as estimated", level=level)
    else:
        shown = gettext(
            "%(rated)s as rated, %(level)s as estimated", rated=rated_level, level=level
        )
    named = dict.fromkeys((rated_level or level, level))
    meanings = semicolons(labeled(name, phrase(labels.LEVELS[name])) for name in named)
    found = [labeled(_whose(sources[measure]), f"{shown} ({meanings}).")]
    automation = _level(rubric.RISK_MEASURE, task)
    if automation:
        found.append(labeled(_whose_automation(sources[rubric.RISK_MEASURE]), f"{automation}."))
    return found


def _level(measure: str, task: Mapping[str, Any]) -> str | None:
    """The level of a known rating; None if there is none, or it lies between two levels."""
    known = task["known_outcomes"].get(measure)
    levels_by_value = {value: level for level, value in rubric.levels_of(measure).items()}
    return levels_by_value.get(known)


def _whose(source: Mapping[str, str]) -> str:
    """Whose level it is: "GPT-4’s level"; a rater of several words follows the level."""
    rater = phrase(source["rater"])
    if not rater:
        return gettext("Level")
    if " " in source["rater"]:
        return gettext("Level by %(rater)s", rater=rater)
    return gettext("%(rater)s’s level", rater=rater)


def _whose_automation(source: Mapping[str, str]) -> str:
    rater = phrase(source["rater"])
    if not rater:
        return gettext("Automation level")
    if " " in source["rater"]:
        return gettext("Automation level by %(rater)s", rater=rater)
    return gettext("%(rater)s’s automation level", rater=rater)


def other_outcomes(outcomes: Mapping[str, float]) -> str:
    """Known outcomes of a neighbor, without those in columns of their own and their parts."""
    in_columns = (rubric.RISK_MEASURE, rubric.CAPABILITY_MEASURE, *rubric.EXPOSURE_RATERS)
    return " · ".join(
        f"{labels.short_measure(name)} {percent(value)}"
        for name, value in outcomes.items()
        if name not in in_columns
    )


def rater(sources: Mapping[str, Mapping[str, str]]) -> str:
    """Whose ratings the risk follows: "GPT-4, March 2023"; "" if unknown."""
    source = sources[rubric.RISK_MEASURE]
    return labels.rater_and_date(source["rater"], source["date"])


def rater_and_title(sources: Mapping[str, Mapping[str, str]]) -> str:
    """Whose ratings the risk follows, and where they were published."""
    by, title = rater(sources), phrase(sources[rubric.RISK_MEASURE]["title"])
    if not by:
        return gettext("“%(title)s”", title=title)
    return gettext("%(rater)s, in “%(title)s”", rater=by, title=title)
