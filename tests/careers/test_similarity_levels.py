from __future__ import annotations

import pytest

from engine.careers.filters import LEAST_CARRIED_OVER, NEAREST
from engine.careers.similarity_levels import LEVELS, similarity_level


@pytest.mark.parametrize(
    ("rank", "level"),
    [(1, "very similar"), (10, "very similar"), (11, "similar"), (20, "similar"),
     (21, "somewhat similar"), (100, "somewhat similar"), (101, "little in common")],
)  # fmt: skip
def test_levels_follow_the_lists_of_onet(rank: int, level: str) -> None:
    assert similarity_level(rank, 922, 0.5) == level


def test_a_small_catalog_has_fewer_similar_occupations() -> None:
    levels = [similarity_level(rank, 50, 0.5) for rank in range(1, 8)]
    assert levels == ["very similar", *["somewhat similar"] * 4, *["little in common"] * 2]


def test_where_little_carries_over_little_is_in_common() -> None:
    assert similarity_level(1, 922, LEAST_CARRIED_OVER - 1e-9) == "little in common"
    assert similarity_level(1, 922, LEAST_CARRIED_OVER) == "very similar"


def test_the_default_filters_allow_what_is_at_least_somewhat_similar() -> None:
    assert similarity_level(NEAREST, 922, 0.5) == LEVELS[-1][1]
    assert similarity_level(NEAREST + 1, 922, 0.5) != LEVELS[-1][1]
