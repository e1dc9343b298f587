from __future__ import annotations

import pytest

from scripts.benchmarks.speed import compare, recombined

TASKS = ["Write monthly reports on sales.", "Lift heavy boxes.", "Plan sessions."]


def test_times_are_medians_and_the_ratio_is_of_pairs() -> None:
    found = compare([(1.0, 2.0), (2.0, 2.0), (4.0, 12.0)])
    assert found == {"plain_seconds": 2.0, "seconds": 2.0, "ratio": 2.0}


def test_new_sentences_are_halves_of_two_tasks() -> None:
    firsts = ("Write monthly", "Lift", "Plan")
    seconds = ("reports on sales.", "heavy boxes.", "sessions.")
    halves = {f"{first} {second}" for first in firsts for second in seconds}
    found = recombined(TASKS, 50, seed=1)
    assert len(found) == 50
    assert set(found) <= halves
    assert found == recombined(TASKS, 50, seed=1)
    assert found != recombined(TASKS, 50, seed=2)


@pytest.mark.parametrize("count", [0, 1])
def test_any_number_of_sentences(count: int) -> None:
    assert len(recombined(TASKS, count, seed=1)) == count
