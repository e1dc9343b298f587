from __future__ import annotations

from pathlib import Path

import pytest

from engine.corpus.sources import cdr, onet


def test_the_first_ratings_and_the_parts_are_averaged(data: Path) -> None:
    ratings = cdr.join(data, onet.read(data).tasks)
    assert ratings.by_task == {
        # C1 and C2; D0 and D1; R4 and R4.
        "101": {"complexity": 0.375, "physicality": 0.125, "regulation": 1.0},
        # The mean of C4 and C1, and of D1 and D3, since "C2" is no rating of D. No first rating of
        # R is valid, but the consensus is.
        "102": {"complexity": 0.625, "physicality": 0.5, "regulation": 0.5},
        "203": {"complexity": 0.0, "physicality": 0.0},
    }
    assert (ratings.matched, ratings.unmatched) == (4, 1)
    assert (ratings.repaired, ratings.unknown) == (1, 1)


@pytest.mark.real_data
def test_the_published_ratings_lose_nothing(data_dir: Path) -> None:
    ratings = cdr.join(data_dir, onet.read(data_dir).tasks)
    assert (ratings.unmatched, ratings.unknown) == (0, 0)
    assert ratings.repaired == 0
    assert ratings.matched >= 21_149  # the copy that leaves out occupations
    values = [value for known in ratings.by_task.values() for value in known.values()]
    assert len(values) == 3 * len(ratings.by_task)
    assert all(0 <= value <= 1 for value in values)
