from __future__ import annotations

import json

from scripts.benchmarks.documents import fill
from scripts.training import model_card
from tests.scripts import scoreboard_toy as toy


def test_the_card_shows_the_measured_figures() -> None:
    card = model_card.CARD.read_text(encoding="utf-8")
    figures = json.loads(model_card.KEPT.read_text(encoding="utf-8"))
    assert fill(card, model_card.blocks(figures)) == card
    figures["accuracy"]["automation"]["r"] = 0.123
    assert "0.123" in fill(card, model_card.blocks(figures))


def test_the_card_shows_the_scoreboard() -> None:
    figures = toy.all_figures()
    blocks = model_card.blocks({"scoreboard": figures})
    assert set(blocks) == {"scoreboard", "coverage by group"}
    card = fill(model_card.CARD.read_text(encoding="utf-8"), blocks)
    for text in blocks.values():
        assert f"\n{text}\n" in card
        assert "nan" not in text
        assert "None" not in text
    lines = blocks["scoreboard"].splitlines()
    (row,) = (line for line in lines if line.startswith("| automation, as rated in 2023 | GPT-4 |"))
    found = figures["outcomes"]["automation"]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[2:4] == ["2023-03", "96"]
    assert cells[5] == f"{found['estimate']['r']:.3f}"
    coverage = figures["occupations"]["11 Management"]["coverage"]
    (group,) = (
        line
        for line in blocks["coverage by group"].splitlines()
        if line.startswith("| 11 Management")
    )
    assert group.startswith(f"| 11 Management | 20 | {coverage:.3f} |")


def test_every_table_of_the_scoreboard_has_rows_of_one_length() -> None:
    for text in model_card.blocks({"scoreboard": toy.all_figures()}).values():
        for table in text.split("\n\n"):
            rows = [line.count("|") for line in table.splitlines() if line.startswith("|")]
            assert len(set(rows)) <= 1


def test_a_benchmark_without_figures_leaves_its_block_alone() -> None:
    assert model_card.blocks({}) == {}
