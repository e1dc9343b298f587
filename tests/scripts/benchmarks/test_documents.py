from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from scripts.benchmarks.documents import fill, table, write_card

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


def test_a_card_takes_the_figures_that_are_given_and_keeps_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, card, new = (tmp_path / name for name in ("kept.json", "card.md", "new.json"))
    kept.write_text('{"old": 1, "both": 2}', encoding="utf-8")
    new.write_text("3", encoding="utf-8")
    card.write_text("a\n<!-- sum -->\n?\n<!-- /sum -->\nz\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["card", "--both", str(new)])
    write_card(
        "Write a card.",
        benchmarks=("old", "both"),
        kept=kept,
        card=card,
        blocks=lambda figures: {"sum": str(sum(figures.values()))},
    )
    assert json.loads(kept.read_text("utf-8")) == {"old": 1, "both": 3}
    assert card.read_text("utf-8") == "a\n<!-- sum -->\n4\n<!-- /sum -->\nz\n"
