from __future__ import annotations

from dataclasses import replace

import pytest

from engine import CareerMatch
from engine.careers.comparison import CommonTask, ComparedOccupation, Comparison
from engine.careers.out_of_reach import OutOfReach
from engine.careers.results import (
    NO_OUTLOOK,
    CareerMatches,
    CareerPath,
    CareerPaths,
    NewTask,
    Outlook,
)
from engine.report import careers
from engine.report.move_reasons import explain, explain_paths


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_matches_come_with_their_most_important_reasons(match: CareerMatch) -> None:
    first = replace(match, rank=3, of=922)
    (explained,) = explain(CareerMatches([first]))
    text = _flat(careers.matches_to_text("Porter", [explained], width=200))
    assert text.startswith("Careers similar to Porter")
    assert "1 Laborers 3rd 60% 10% (−27) 80% 2" in text
    assert "1 Laborers (47-2061.00) 3rd most similar of 922 (very similar)" in text
    reasons = explained.reasons
    shown = (reasons.main, reasons.carries_over[1], *reasons.new, *reasons.unknown)
    assert " ".join(shown) in text
    assert reasons.gives[-1] not in text
    assert text.count("not a forecast of job loss") == 1


def test_all_reasons_are_given_on_request(match: CareerMatch) -> None:
    (explained,) = explain(CareerMatches([match]))
    reasons = explained.reasons
    every = (
        *(reasons.main, *reasons.carries_over[1:], *reasons.new, *reasons.takes),
        *(*reasons.gives, *reasons.unknown),
    )
    assert " ".join(every) in _flat(careers.matches_to_text("Porter", [explained], why=True))
    paths = explain_paths(CareerPaths([CareerPath((match,), 0.8, -0.27)]))
    assert " ".join(every) in _flat(careers.paths_to_text("Porter", paths, why=True))


def test_lower_risk_alone_is_called_less_exposed(match: CareerMatch) -> None:
    text = careers.matches_to_text("Porter", [match], width=80)
    assert "exposed" in text
    assert "safer" not in text.lower()


def test_every_report_names_the_reference(match: CareerMatch) -> None:
    found = CareerPaths([CareerPath((match,), 0.8, -0.27)])
    for text in (
        careers.matches_to_text("Porter", [match], reference="ours"),
        careers.matches_to_text("Porter", [], reference="ours"),
        careers.paths_to_text("Porter", found, reference="ours"),
        careers.comparison_to_text(Comparison((), ()), reference="ours"),
    ):
        assert text.count("\nReference: ours\n") == 1
    assert "Reference" not in careers.matches_to_text("Porter", [match])


def test_without_matches_the_text_gives_the_reason() -> None:
    matches = CareerMatches([], 12, {"safer_only": 12})
    text = _flat(careers.matches_to_text("Porter", matches, width=200))
    assert f"No occupation in the catalog passes the filters. {matches.reason}" in text


@pytest.mark.parametrize("width", [80, 120])
def test_matches_fit_the_terminal_without_columns_that_are_unknown(
    match: CareerMatch, width: int
) -> None:
    text = careers.matches_to_text("Porter", [match], width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "Wage" not in text
    outlook = Outlook(median_wage=239_200, wage_is_minimum=True, employment_change=-0.03)
    text = careers.matches_to_text("Porter", [match, replace(match, outlook=outlook)], width=width)
    assert max(map(len, text.splitlines())) <= width
    first, second = (line.split() for line in text.splitlines() if "% (−27) " in line)
    assert first[-2:] == ["–", "–"]
    assert second[-2:] == ["$239,200+", "−3%"]


def test_a_path_lists_its_moves(match: CareerMatch) -> None:
    step = replace(match, rank=2, of=922, job_zone_step=-1, outlook=Outlook(median_wage=45_000))
    text = _flat(careers.paths_to_text("Porter", CareerPaths([CareerPath((step,), 0.8, -0.27)])))
    assert "1 Laborers (47-2061.00): risk 10% (−27 points), effort 0.80" in text
    assert (
        "→ Laborers (47-2061.00): 2nd most similar of 922 (very similar), risk 10% (−27), "
        "Job Zone 2 (−1), median wage $45,000" in text
    )
    empty = CareerPaths([], 5, {"safer_only": 5})
    assert f"No path passes the filters. {empty.reason}" in _flat(
        careers.paths_to_text("Porter", empty, width=200)
    )


def test_a_comparison_lists_common_and_distinct_tasks() -> None:
    clerk = ComparedOccupation(
        title="Clerk",
        soc_code="43-9061.00",
        job_zone=2,
        risk=0.6,
        risk_interval=(0.4, 0.8),
        ai_capability=0.5,
        high_risk_time_share=0.7,
        tier="High",
        categories={"Administering": 1.0},
        outlook=NO_OUTLOOK,
        common_time_share=0.3,
        distinct_tasks=(NewTask("File letters.", 0.7),),
    )
    porter = replace(clerk, title="Porter", soc_code=None, tier="Low", distinct_tasks=())
    common = CommonTask(("Answer calls.", "Take calls."), 0.9)
    text = _flat(careers.comparison_to_text(Comparison((clerk, porter), (common,))))
    assert "SOC code 43-9061.00 –" in text
    assert "Risk 60% (40–80%) 60% (40–80%)" in text
    assert "Tier High Low" in text
    assert "Administering 100% 100%" in text
    assert "Median wage" not in text
    assert "Tasks in common Answer calls. ~ Take calls." in text
    assert "Only in Clerk File letters. (70% of time)" in text
    assert "Only in Porter None: every task has a counterpart in another occupation." in text


def test_a_target_out_of_reach_names_options() -> None:
    obstacle = OutOfReach(
        title="Nurses",
        max_steps=3,
        loosen=("max_job_zone_gap",),
        without_filters=True,
        nearest=("29-2061.00", "Practical Nurses"),
    )
    empty = CareerPaths(
        [],
        1,
        {},
        steps_considered=2_000,
        steps_removed={"max_job_zone_gap": 1},
        out_of_reach=obstacle,
    )
    assert (
        "No path of at most 3 moves leads to Nurses. Loosen --max-job-zone-gap to find one. The "
        "nearest occupation in reach is Practical Nurses (29-2061.00). Considered 2,000 single "
        "moves; removed 1 (max_job_zone_gap 1)."
    ) in _flat(careers.paths_to_text("Porter", empty))
