from __future__ import annotations

import pytest

from scripts.benchmarks.documents import fill, table

PAGE = "# Page\n<!-- a -->\nold\n<!-- /a -->\ntext\n<!-- b c -->\n<!-- /b c -->\n"


def test_blocks_are_replaced_between_their_markers() -> None:
    filled = fill(PAGE, {"a": "1\n2", "b c": "3"})
    assert filled == (
        "# Page\n<!-- a -->\n1\n2\n<!-- /a -->\ntext\n<!-- b c -->\n3\n<!-- /b c -->\n"
    )
    assert fill(filled, {"a": "1\n2", "b c": "3"}) == filled


@pytest.mark.parametrize("page", ["", "<!-- a -->\n", "<!-- /a --><!-- a -->\n", PAGE + PAGE])
def test_markers_must_be_a_pair(page: str) -> None:
    with pytest.raises(ValueError, match="one pair of markers <!-- a --> and <!-- /a -->"):
        fill(page, {"a": "1"})


def test_numbers_are_aligned_to_the_right() -> None:
    assert table(["name", "r"], [["x", "0.5"]], 1) == "| name | r |\n| --- | --: |\n| x | 0.5 |"
