from __future__ import annotations

import json

from scripts.benchmarks.documents import fill
from scripts.training import model_card


def test_the_card_shows_the_measured_figures() -> None:
    card = model_card.CARD.read_text(encoding="utf-8")
    figures = json.loads(model_card.KEPT.read_text(encoding="utf-8"))
    assert fill(card, model_card.blocks(figures)) == card
    figures["accuracy"]["automation"]["r"] = 0.123
    assert "0.123" in fill(card, model_card.blocks(figures))
