"""No row of fewer than five people, and none that could be worked out from the others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.workforce.disclosure import small_groups


@pytest.mark.parametrize(
    ("headcounts", "merged"),
    [
        ([], []),
        ([5, 6, 100], []),
        ([4, 6, 100], [0, 1]),  # one small group would be the total minus the others
        ([1, 2, 6, 100], [0, 1, 2]),  # three people are still too few
        ([3, 2, 6, 100], [1, 0]),
        ([4], [0]),
        ([1, 1], [0, 1]),
        ([2, 200], [0, 1]),
        ([4.5, 4.6, 50], [0, 1]),
    ],
)
def test_small_groups_are_merged_with_the_next_smallest(
    headcounts: list[float], merged: list[int]
) -> None:
    assert small_groups(headcounts) == merged


@settings(max_examples=300)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_no_row_shows_or_gives_away_few_people(headcounts: list[int]) -> None:
    merged = small_groups(headcounts)
    shown = [count for group, count in enumerate(headcounts) if group not in merged]
    assert all(count >= 5 for count in shown)
    if shown and merged:
        assert len(merged) >= 2
        assert sum(headcounts[group] for group in merged) >= 5
    if all(count >= 5 for count in headcounts):
        assert merged == []
