from __future__ import annotations

import numpy as np
import pytest

from scripts.benchmarks.extension import errors


def test_errors_and_coverage_by_hand() -> None:
    columns = {
        "risk": np.array([0.2, 0.6, 0.5]),
        "risk_low": np.array([0.1, 0.5, 0.0]),
        "risk_high": np.array([0.3, 0.7, 1.0]),
        "ai_capability": np.array([0.5, 0.5, 0.5]),
        "ai_capability_low": np.array([0.4, 0.4, 0.4]),
        "ai_capability_high": np.array([0.6, 0.6, 0.6]),
        "novelty": np.array([0.0, 0.5, 1.0]),
    }
    outcomes = {
        "automation": np.array([0.25, 1.0, np.nan]),
        "exposure": np.array([0.5, 0.0, 1.0]),
    }
    assert errors(columns, outcomes) == pytest.approx(
        {
            "risk error": (0.05 + 0.4) / 2,
            "risk coverage": 1 / 2,
            "AI error": (0.0 + 0.5 + 0.5) / 3,
            "AI coverage": 1 / 3,
            "novelty": 0.5,
        }
    )
