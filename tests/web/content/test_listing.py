from __future__ import annotations

import pytest

from engine.web.content.explore import MapChoices
from engine.web.content.listing import ordered, page_of


def test_an_address_names_what_differs_from_the_defaults() -> None:
    assert MapChoices().query() == ""
    choices = MapChoices(q="a b&c", own=True, page=3)
    assert choices.query(page=4) == "?page=4&q=a+b%26c&own=1"
    assert choices.query(sort="risk") == "?q=a+b%26c&own=1&sort=risk"  # from the first page
    assert choices.query(own=False, q="") == ""


@pytest.mark.parametrize(
    ("page", "shown", "number"),
    [(1, [0, 1, 2], 1), (3, [6], 3), (9, [6], 3)],
)
def test_pages(page: int, shown: list[int], number: int) -> None:
    listing = page_of(range(7), page, 3)
    assert (list(listing.rows), listing.page, listing.pages, listing.total) == (shown, number, 3, 7)
    assert page_of([], page, 3).pages == 1


def test_unknown_values_come_last_in_both_directions_and_ties_by_code() -> None:
    rows = [
        {"soc_code": code, "value": value}
        for code, value in (("d", None), ("c", 1), ("b", 2), ("a", 1), ("e", None))
    ]
    for descending, expected in ((True, "bacde"), (False, "acbde")):
        found = ordered(rows, lambda row: row["value"], descending=descending)
        assert "".join(row["soc_code"] for row in found) == expected
