from __future__ import annotations

import json

from engine.report import formatting
from engine.report.formatting import interval, percent
from engine.web.content.site import Site
from engine.web.pages import browser_data
from tests.web.conftest import ART


def test_the_search_index_has_the_names_of_every_occupation(site: Site) -> None:
    rows = {
        code: (title, names) for code, title, names in json.loads(browser_data.search_index(site))
    }
    assert list(rows) == list(site.engine.corpus.rows_of)
    title, names = rows[ART]
    assert title == "Art Therapists"
    assert names[0] == "art therapists"
    assert "art therapist" in " ".join(names)


def test_a_comparison_has_its_numbers_as_text(site: Site) -> None:
    record = site.occupation(ART)
    matches = site.matches(record)
    data = json.loads(browser_data.comparison(record, matches))
    assert data["risk"] == {
        "text": percent(record["risk"]),
        "interval": interval(record["risk_interval"]),
        "tier": record["tier"],
        "tier_class": record["tier"].lower().replace(" ", "-"),
    }
    bars = {bar["name"]: bar["value"] for bar in data["bars"]}
    share = record["high_risk_time_share"]
    assert bars["Time in high-risk tasks"] == {
        "value": share,
        "text": percent(share),
        "remark": "",
        "ends": None,
    }
    assert bars["AI capability"]["remark"] == interval(record["ai_capability_interval"])
    assert bars["Median wage"]["remark"] == f"of {record['outlook_group']}"
    assert [
        "Rated risk",
        percent(record["known_outcomes"]["automation"]),
        record["rated_tier"],
    ] in (data["figures"])
    categories = {task["category"] for task in record["tasks"]}
    assert {label for label, _, _ in data["categories"]} == {f"Time: {name}" for name in categories}
    assert data["moves"][matches[0]["soc_code"]]["carries_over"] == percent(
        matches[0]["carries_over"]
    )


def test_an_occupation_without_ratings_is_not_rated(site: Site) -> None:
    unrated = site.occupation(ART) | {"known_outcomes": {}, "rated_tier": None}
    data = json.loads(browser_data.comparison(unrated, []))
    assert data["figures"][0] == ["Rated risk", "not rated", ""]


def test_copies_of_a_task_name_the_first() -> None:
    texts = ("Wash cars.", "Sell cars.", "wash  CARS", "Sell cars!")
    tasks = [{"task": text} for text in texts]
    assert browser_data.first_copies(tasks, range(4)) == [0, 1, 0, 1]
    assert browser_data.first_copies(tasks, [3, 0, 2, 1]) == [0, 1, 1, 0]


def test_a_wage_that_is_not_published_has_no_bar(site: Site) -> None:
    record = site.occupation(ART)

    def wage(**facts: object) -> str | None:
        data = json.loads(browser_data.comparison(record | facts, []))
        (value,) = [bar["value"] for bar in data["bars"] if bar["name"] == "Median wage"]
        return value and value["text"]

    assert wage(median_wage=239_200.0, wage_is_minimum=True) == "$239,200+"
    assert wage(median_wage=None) is None
    assert wage() == formatting.wage(record["median_wage"])
