from __future__ import annotations

from engine.display.short_repr import MAX_LINES, short_list, short_repr


class Porter:
    """A record."""


def test_floats_are_rounded_and_missing_facts_left_out() -> None:
    found = short_repr(Porter(), "Lift", risk=1 / 3, ends=(0.0, 0.126), code=None, tasks=7)
    assert found == "Porter('Lift', risk=0.33, ends=(0.00, 0.13), tasks=7)"
    assert short_repr(Porter()) == "Porter()"


def test_a_long_title_is_shortened() -> None:
    assert len(short_repr(Porter(), "x" * 5_000)) < 80


def test_a_list_shows_its_first_records() -> None:
    records = list(range(MAX_LINES + 1))
    lines = short_list(Porter(), "all of them", records).splitlines()
    assert lines[0] == "Porter: all of them"
    assert lines[1:] == [*(f"  {number}" for number in range(MAX_LINES)), "  … and 1 more"]
