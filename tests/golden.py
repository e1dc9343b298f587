"""Golden scores: known scores of the engines that ship.

``python -m tests.golden starter|published ENGINE_FOLDER`` records them. Do so only if a change
is meant to move scores, and explain it in the commit message.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from engine import RiskEngine

FILE = Path(__file__).parent / "data" / "golden_scores.json"

OCCUPATIONS = (
    "11-3121.00",
    "13-2011.00",
    "15-1252.00",
    "21-1093.00",
    "29-1129.01",
    "35-2014.00",
    "41-2011.00",
    "43-9021.00",
    "47-2111.00",
    "53-3032.00",
)

TASKS = (
    "Reply to emails from members who want to change their bookings.",
    "Unload pallets from the truck and stack them in the cold store.",
    "Translate product descriptions from Dutch into English.",
    "Comfort children who are upset after a fall on the playground.",
    "Check invoices against delivery notes and enter them in the ledger.",
    "Replace worn brake pads and test the car on the road.",
    "Write unit tests for the payment service and fix failing builds.",
    "Negotiate the price of office leases with landlords.",
    "Take blood samples from patients and label the tubes.",
    "Plan the weekly menu and order what the kitchen needs.",
)


def scores(engine: RiskEngine) -> dict[str, dict[str, float]]:
    """Score ten occupations and ten tasks: code or task -> figure -> value."""
    found = {}
    for code in OCCUPATIONS:
        result = engine.score_occupation(code)
        low, high = result.risk_interval
        found[code] = {
            "risk": result.risk,
            "risk_low": low,
            "risk_high": high,
            "ai_capability": result.ai_capability,
            "high_risk_time_share": result.high_risk_time_share,
        }
    for task in engine.score_tasks(TASKS):
        low, high = task.risk_interval
        found[task.task] = {
            "risk": task.risk,
            "risk_low": low,
            "risk_high": high,
            "ai_capability": task.ai_capability,
            "novelty": task.novelty,
        }
    return found


def read() -> dict[str, dict[str, dict[str, float]]]:
    """Read the recorded scores: reference -> as ``scores`` returns them."""
    recorded: dict[str, dict[str, dict[str, float]]] = json.loads(FILE.read_text("utf-8"))
    return recorded


def main(reference: str, folder: str) -> None:
    """Record the scores of the engine in a folder."""
    recorded = read() if FILE.is_file() else {}
    recorded[reference] = scores(RiskEngine.load(folder))
    FILE.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
