from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.records import rubric
from engine.records.measures import LABELS
from engine.web.content.site import Site
from engine.web.pages import labels
from engine.web.pages.rendering import STATIC
from tests.web.conftest import ART


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1.0, "1"), (0.25, ".25"), (0.123456, ".12346"), (1.5, "1.5")],
)
def test_compact(value: float, text: str) -> None:
    assert labels.compact(value) == text


def test_scripts_get_the_tiers_of_the_rubric() -> None:
    for risk in (0.0, 0.2499, 0.25, 0.4999, 0.5, 0.74, 0.75, 1.0):
        name, css_class = next((n, c) for lowest, n, c in labels.tiers() if risk >= lowest)
        assert name == rubric.tier(risk)
        assert css_class == labels.tier_class(risk)


@pytest.mark.parametrize(
    ("iso", "text"),
    [("", ""), ("2026", "2026"), ("2026-03", "March 2026"), ("2025-12-09", "December 9, 2025")],
)
def test_date(iso: str, text: str) -> None:
    assert labels.date(iso) == text


def test_rater_and_date() -> None:
    assert labels.rater_and_date("GPT-4", "2023-03") == "GPT-4, March 2023"
    assert labels.rater_and_date("", "2023") == "2023"
    assert labels.rater_and_date("people", "") == "people"


def test_short_names_are_of_known_measures() -> None:
    assert set(labels.SHORT_MEASURES) <= set(LABELS)
    assert labels.measure("comfort_at_work") == "comfort at work"


@pytest.mark.parametrize("script", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_scripts_have_no_tiers_or_measures_of_their_own(script: Path) -> None:
    names = [name for _, name in rubric.TIERS] + list(LABELS)
    text = re.sub(r"//.*", "", script.read_text("utf-8"))
    assert not [name for name in names if re.search(rf"\b{name}\b", text)]
    assert not [lowest for lowest, _ in rubric.TIERS if lowest and f"{lowest:g}" in text]


def test_time_by_category_is_that_of_the_result(site: Site) -> None:
    expected = site.engine.score_occupation(ART).time_by_category
    assert labels.time_by_category(site.occupation(ART)["tasks"]) == list(expected.items())
