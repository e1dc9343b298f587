from __future__ import annotations

from typing import Any

import pytest

from engine.records.measures import PUBLISHED_SOURCES, STARTER_SOURCES
from engine.records.serialize import as_plain
from engine.report.formatting import barrier_words
from engine.web.pages import reading
from engine.web.store.documents import document
from tests.web import hand_made

GREET, MINUTES, CHAIRS, COPY = range(4)


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    return document(hand_made.occupation())


def test_the_three_parts_are_percentages_of_the_whole(record: dict[str, Any]) -> None:
    widths = [[part.width for part in reading.parts(task)] for task in record["tasks"]]
    assert widths == [[13, 12, 75], [63, 12, 25], [0, 0, 100], [13, 12, 75]]
    assert [part.x for part in reading.parts(record["tasks"][MINUTES])] == [0, 63, 75]
    # Of working time: risk .25; help .3 × .125 × 2 + .2 × .125 = .1.
    assert [part.width for part in reading.parts(record)] == [25, 10, 65]
    assert reading.parts_words(record) == "Can take over 25%, can help 10%, human 65%"


def test_a_known_rating_stands_beside_its_estimate(record: dict[str, Any]) -> None:
    assert reading.rated(record["tasks"][MINUTES], "automation") == "rated 75%, estimated 63%"
    assert reading.rated(record["tasks"][CHAIRS], "automation") == ""
    # (.3 × .25 + .3 × .75 + .2 × .25) / .8
    assert reading.rated(record, "automation") == "rated 44%, estimated 25%"


def test_measures_have_their_interval_rating_rater_and_date(record: dict[str, Any]) -> None:
    rows = reading.measure_rows(record["tasks"][MINUTES], record["sources"])
    named = {row.label: row for row in rows}
    risk = named["automation, as rated in 2023"]
    assert (risk.estimated, risk.interval, risk.rated) == ("63%", "43–83%", "75%")
    assert risk.source == PUBLISHED_SOURCES["automation"]
    assert named["cognitive complexity, 2026"].rated == "–"
    assert "delegated use, Claude 2025" in named


def test_a_measure_of_use_without_similar_use_is_said_to_be_absent(record: dict[str, Any]) -> None:
    task, sources = record["tasks"][GREET], record["sources"]
    assert reading.not_estimated(task, sources, reason="No use.") == [
        "Not estimated: delegated use, Claude 2025. No use."
    ]
    assert len(reading.measure_rows(task, sources)) == len(sources) - 1
    assert reading.not_estimated(record["tasks"][MINUTES], sources, reason="") == []
    further = sources | {"comfort_at_work": as_plain(STARTER_SOURCES["automation"])}
    (*_, last) = reading.not_estimated(task, further, reason="No use.")
    assert last == "Not estimated: comfort at work. Too few similar tasks are rated."


def test_a_measure_of_another_source_is_named_after_it(record: dict[str, Any]) -> None:
    starter = {name: as_plain(source) for name, source in STARTER_SOURCES.items()}
    assert reading.measure_words("automation", record["sources"]) == "automation, as rated in 2023"
    assert reading.measure_words("automation", starter).startswith("automation (starter reference")


def test_a_rating_without_an_estimate_is_shown(record: dict[str, Any]) -> None:
    task = record["tasks"][GREET]
    rated = task | {"known_outcomes": task["known_outcomes"] | {"observed_automation": 0.5}}
    row = reading.measure_rows(rated, record["sources"])[-1]
    assert (row.estimated, row.interval, row.rated) == ("–", "–", "50%")


def test_raters_disagree_only_where_dated_estimates_lie_apart(record: dict[str, Any]) -> None:
    sources = record["sources"]
    assert reading.disagreement(record["tasks"][MINUTES], sources) == (
        "by 43 points: automation, as rated in 2023 63%; automation potential, ILO 2025 20%"
    )
    assert reading.disagreement(record["tasks"][GREET], sources) == ""
    assert reading.spread(record["tasks"][GREET], sources).startswith("by 18 points: ")
    alone = record["tasks"][GREET] | {
        "estimates": {"automation": {"value": 0, "low": 0, "high": 1}}
    }
    assert reading.spread(alone, sources) == ""


def test_barriers_are_words_and_absent_where_unknown(record: dict[str, Any]) -> None:
    assert "judgment" in reading.barriers(record["tasks"][MINUTES])
    chairs = reading.barriers(record["tasks"][CHAIRS])
    assert chairs == barrier_words({"cognitive": 0.0, "physical": 1.0, "regulatory": 0.0})
    assert reading.barriers(document(hand_made.occupation(with_barriers=False))) == ""


def test_an_explanation_adds_up(record: dict[str, Any]) -> None:
    assert reading.explanation(record["tasks"][MINUTES]) == (
        "Neighbors say 50%, the text adds 13 points"
    )
    assert reading.explanation(record["tasks"][GREET]) == (
        "Neighbors say 50%, the text takes away 37 points"
    )
    alone = record["tasks"][GREET] | {"neighbour_means": {}}
    assert reading.explanation(alone) == "No neighbor is rated; the text alone says 13%"


def test_levels_are_named_as_those_of_their_rater(record: dict[str, Any]) -> None:
    exposure, automation = reading.levels(record["tasks"][MINUTES], record["sources"])
    assert exposure.startswith("GPT-4’s level: E2, as rated and as estimated (E2: ")
    assert automation == "GPT-4’s automation level: T3."
    (exposure, _) = reading.levels(record["tasks"][GREET], record["sources"])
    assert exposure.startswith("GPT-4’s level: E0 as rated, E2 as estimated (E0: ")
    (exposure,) = reading.levels(record["tasks"][CHAIRS], record["sources"])
    assert exposure.startswith("GPT-4’s level: E2 as estimated (E2: ")
    starter = {name: as_plain(source) for name, source in STARTER_SOURCES.items()}
    (exposure, _) = reading.levels(record["tasks"][GREET], starter)
    assert exposure.startswith("Level by two language models, adjudicated: E0 as rated, E2 as")
    unknown = {name: {"title": "mine", "rater": ""} for name in ("exposure", "automation")}
    assert reading.levels(record["tasks"][CHAIRS], unknown)[0].startswith("Level: E2")


def test_a_rating_between_two_levels_has_no_level(record: dict[str, Any]) -> None:
    between = record["tasks"][GREET] | {"known_outcomes": {"automation": 0.375}}
    assert len(reading.levels(between, record["sources"])) == 1


def test_other_outcomes_leave_out_those_in_columns() -> None:
    outcomes = {"automation": 0.25, "exposure": 0.5, "exposure_model": 0.5, "genai_potential": 0.4}
    assert reading.other_outcomes(outcomes) == "ILO 2025 40%"
    assert reading.other_outcomes({"automation": 0.25, "comfort_at_work": 1.0}) == (
        "comfort at work 100%"
    )


def test_risk_names_its_rater_and_publication(record: dict[str, Any]) -> None:
    assert reading.rater(record["sources"]) == "GPT-4, March 2023"
    assert reading.rater_and_title(record["sources"]).startswith("GPT-4, March 2023, in “GPTs are")
    mine = {"automation": {"title": "mine", "rater": "", "date": ""}}
    assert reading.rater_and_title(mine) == "“mine”"
