from __future__ import annotations

import json
import runpy

from tests.conftest import ROOT


def test_the_card_says_what_was_measured() -> None:
    filled = runpy.run_path(str(ROOT / "scripts" / "model_card.py"))["filled"]
    card = (ROOT / "models" / "README.md").read_text(encoding="utf-8")
    figures = json.loads((ROOT / "models" / "work" / "figures.json").read_text(encoding="utf-8"))
    assert filled(card, figures) == card
    figures["accuracy"]["automation"]["r"] = 0.123
    assert "0.123" in filled(card, figures)
