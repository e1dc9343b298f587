from __future__ import annotations

import pytest

from scripts.benchmarks.agreement import kappas


def _row(exposure: str, automation: str, category: str, agency: str) -> dict[str, str]:
    cells = {
        "exposure": exposure,
        "automation": automation,
        "category": category,
        "automation_2026": automation,
        "human_agency": agency,
    }
    return {
        f"annotation_{number}_{name}": labels.split("|")[number - 1]
        for name, labels in cells.items()
        for number in (1, 2)
    }


def test_kappas_by_hand() -> None:
    rows = [
        _row("E0|E0", "T0|T0", "a|a", "H1|H1"),
        _row("E0|E2", "T4|T4", "a|b", "H2|H2"),
        _row("E1|E1", "T0|T4", "b|b", "H4|H4"),
        _row("E1|E1", "T4|T0", "b|a", "H5|H5"),
    ]
    found = kappas(rows)
    # Exposure in order of value: E0 0, E2 1, E1 2. Mean distance observed 1/4; expected from the
    # margins (E0 2, E1 2) and (E0 1, E2 1, E1 2): (2·0 + 2·1 + 4·2 + 2·2 + 2·1 + 4·0) / 16 = 1.
    assert found["exposure"] == pytest.approx(1 - 0.25 / 1.0)
    # Half of the labels agree, as many as by chance.
    assert found["automation"] == pytest.approx(0.0)
    assert found["category"] == pytest.approx(0.0)
    assert found["automation_2026"] == found["automation"]
    assert found["human_agency"] == pytest.approx(1.0)
