from __future__ import annotations

import pytest

from engine.careers.similarity_levels import similarity_level


@pytest.mark.parametrize(
    ("similarity", "level"),
    [(1.0, "very similar"), (0.5, "very similar"), (0.499, "similar"), (0.1, "similar"),
     (0.0999, "somewhat similar"), (0.02, "somewhat similar"), (0.0199, "little in common"),
     (0.0, "little in common")],
)  # fmt: skip
def test_levels_begin_at_their_thresholds(similarity: float, level: str) -> None:
    assert similarity_level(similarity) == level
