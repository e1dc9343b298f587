"""What results show in a notebook and as a short ``repr``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine import CareerMatch, OccupationRisk
from engine.careers.results import CareerMatches, CareerPath, CareerPaths
from engine.records.measures import WHAT_RISK_IS
from engine.records.title_match import TitleCandidate, TitleMatch, TitleMatches
from tests.display.test_html import HOSTILE, Page


def test_a_repr_is_one_line_with_title_risk_and_interval(
    result: OccupationRisk, match: CareerMatch
) -> None:
    assert repr(result) == (
        "OccupationRisk('Porter', soc_code='43-6014.00', risk=0.37, risk_interval=(0.20, 0.55), "
        "tier='Moderate', tasks=2)"
    )
    assert repr(result.tasks[0]) == (
        "TaskRisk('Lift crates.', risk=0.25, risk_interval=(0.10, 0.90), ai_capability=0.62, "
        "time_share=0.80)"
    )
    assert repr(match) == (
        "CareerMatch('Laborers', soc_code='47-2061.00', similarity=0.50, risk=0.10, "
        "risk_interval=(0.00, 0.20), risk_difference=-0.27)"
    )
    path = CareerPath((match, match), 1.5, -0.27)
    assert repr(path) == (
        "CareerPath(steps=('Laborers', 'Laborers'), risk=0.10, risk_interval=(0.00, 0.20), "
        "risk_difference=-0.27, cost=1.50)"
    )


def test_a_repr_of_a_search_says_what_was_compared(match: CareerMatch) -> None:
    matches = CareerMatches([replace(match, rank=12, of=99)], 3, {"safer_only": 2})
    assert repr(matches).splitlines() == [f"CareerMatches: {matches.reason}", f"  {match!r}"]
    assert repr(CareerPaths()) == (
        "CareerPaths: The catalog has no other occupation to compare with."
    )


def test_an_occupation_shows_its_tasks_the_largest_part_of_the_risk_first(
    result: OccupationRisk,
) -> None:
    texts = Page(result._repr_html_()).texts
    assert "Porter · 43-6014.00" in texts
    assert any("37% (20–55% at 90% confidence) · Moderate" in text for text in texts)
    lift, write = texts.index("Lift crates."), texts.index("=Write letters.")
    assert lift < write  # .8 × .25 > .2 × .85
    assert texts[lift : lift + 6] == [
        *("Lift crates.", "Administering", "62%", "25%", "10–90%", "80%")
    ]
    assert WHAT_RISK_IS in texts[-1]


def test_a_task_shows_its_evidence_and_its_caveats(result: OccupationRisk) -> None:
    texts = Page(result.tasks[1]._repr_html_()).texts
    start = texts.index("Draft letters.")
    assert texts[start : start + 4] == ["Draft letters.", "Secretaries", "75%", "0.81"]
    assert "No reference task is similar; the score has little support." in texts
    outside = replace(result.tasks[0], out_of_scope=True)
    assert "This text does not read like work." in Page(outside._repr_html_()).texts


def test_matches_and_paths_show_risk_difference_and_reason(match: CareerMatch) -> None:
    matches = CareerMatches([replace(match, rank=12, of=99)], 3, {"safer_only": 2})
    texts = Page(matches._repr_html_()).texts
    assert texts[1:3] == ["1 similar career", matches.reason]
    start = texts.index("Laborers")
    assert texts[start : start + 7] == [
        *("Laborers", "10%", "0–20%", "27 points lower", "80%", "12th", "60%")
    ]
    paths = CareerPaths([CareerPath((match, match), 1.5, -0.27)], 3)
    assert Page(paths._repr_html_()).texts.count("Laborers") == 2


def test_titles_show_what_they_name_or_may_name() -> None:
    sure = TitleMatch(query="RN", soc_code="29-1141.00", title="Registered Nurses", probability=0.9)
    other = TitleCandidate("29-1141.00", "Registered Nurses", 0.3)
    unsure = TitleMatch(query="Lead", department="Ward", probability=0.3, alternatives=(other,))
    matches = TitleMatches([sure, unsure])
    assert repr(sure) == (
        "TitleMatch('RN', soc_code='29-1141.00', title='Registered Nurses', probability=0.90)"
    )
    texts = Page(matches._repr_html_()).texts
    assert "1 of 2 titles name an occupation" in texts
    assert "unsure; perhaps Registered Nurses" in texts
    frame = matches.to_frame()
    assert frame["soc_code"].tolist() == ["29-1141.00", ""]
    assert frame["alternatives"].tolist() == ["", "29-1141.00 Registered Nurses (0.30)"]


@pytest.mark.parametrize("kind", ["occupation", "task", "match", "path", "title"])
def test_a_title_cannot_add_markup(result: OccupationRisk, match: CareerMatch, kind: str) -> None:
    hostile = replace(match, title=HOSTILE)
    task = replace(result.tasks[0], task=HOSTILE, category=HOSTILE)
    shown = {
        "occupation": replace(result, title=HOSTILE, tasks=(task,)),
        "task": task,
        "match": CareerMatches([hostile], 1),
        "path": CareerPaths([CareerPath((hostile,), 1.0, 0.0)], 1),
        "title": TitleMatches([TitleMatch(query=HOSTILE, department=HOSTILE)]),
    }
    page = Page(shown[kind]._repr_html_())  # type: ignore[attr-defined]
    assert {"script", "img"} & set(page.tags) == set()
    assert any(HOSTILE in text for text in page.texts)
