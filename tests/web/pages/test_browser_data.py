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
    data = json.loads(browser_data.comparison(record, matches, with_wages=False))
    assert data["risk"] == {
        "text": percent(record["risk"]),
        "interval": interval(record["risk_interval"]),
        "tier": record["tier"],
        "tier_class": record["tier"].lower().replace(" ", "-"),
    }
    assert ["Time in high-risk tasks", percent(record["high_risk_time_share"]), ""] in data[
        "figures"
    ]
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
    data = json.loads(browser_data.comparison(unrated, [], with_wages=False))
    assert data["figures"][0] == ["Rated risk", "not rated", ""]


def test_copies_of_a_task_name_the_first() -> None:
    texts = ("Wash cars.", "Sell cars.", "wash  CARS", "Sell cars!")
    assert browser_data.first_copies([{"task": text} for text in texts]) == [0, 1, 0, 1]


def test_wages_are_shown_only_if_the_reference_has_them(site: Site) -> None:
    record = site.occupation(ART)

    def wage(**facts: object) -> list[str]:
        data = json.loads(browser_data.comparison(record | facts, [], with_wages=True))
        return [text for label, text, _ in data["figures"] if label == "Median wage"]

    assert wage(median_wage=239_200.0, wage_is_minimum=True) == ["$239,200+"]
    assert wage(median_wage=None) == ["not published"]
    assert wage() == [formatting.wage(record["median_wage"])]
    assert "Median wage" not in browser_data.comparison(record, [], with_wages=False)
