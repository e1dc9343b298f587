from __future__ import annotations

from engine.display import numbers


def test_numbers_have_their_noun() -> None:
    assert numbers.counted(1, "task") == "1 task"
    assert numbers.counted(0, "task") == "0 tasks"
    assert numbers.counted(1_200, "task") == "1,200 tasks"
