from __future__ import annotations

from engine.careers.results import CareerMatches, CareerPaths


def test_the_reason_counts_what_each_filter_removed() -> None:
    removed = {"safer_only": 3, "max_job_zone_gap": 0, "growing_only": 1}
    assert CareerMatches([], 5, removed).reason == (
        "Compared 5 occupations; removed 4 (safer_only 3, growing_only 1); 1 remains."
    )
    assert CareerMatches([], 1, {}).reason == "Compared 1 occupation; removed none; 1 remains."
    assert CareerMatches().reason == "The catalog has no other occupation to compare with."


def test_the_reason_of_paths_counts_single_moves_too() -> None:
    paths = CareerPaths(
        [],
        3,
        {"max_risk": 2, "out_of_reach": 1},
        steps_considered=40,
        steps_removed={"max_job_zone_gap": 7},
    )
    assert paths.reason == (
        "Compared 3 occupations; removed 3 (max_risk 2, out_of_reach 1); 0 remain. Considered 40 "
        "single moves; removed 7 (max_job_zone_gap 7)."
    )
    assert CareerPaths().reason == CareerMatches().reason
