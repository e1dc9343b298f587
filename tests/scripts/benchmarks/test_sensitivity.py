from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from scripts.benchmarks.sensitivity import VARIANTS, changes_of_risk, with_typo

TASK = "Write reports on monthly sales."


def test_changes_of_risk_by_hand() -> None:
    before = np.array([0.2, 0.4])
    found = changes_of_risk(before, [np.array([0.3, 0.4]), np.array([0.0, 0.8])])
    # |Δ| is 0, 0.1, 0.2, 0.4; its 90th percentile lies 0.7 of the way from 0.2 to 0.4.
    assert found == {
        "sentences": 4,
        "median": pytest.approx(0.15),
        "p90": pytest.approx(0.34),
        "max": pytest.approx(0.4),
    }


def test_a_typo_changes_one_word_inside() -> None:
    for seed in range(20):
        changed = with_typo(TASK, seed)
        assert changed == with_typo(TASK, seed)
        (pair,) = [
            (old, new) for old, new in zip(TASK.split(), changed.split(), strict=True) if old != new
        ] or [("same", "same")]  # two equal letters may have been swapped
        old, new = pair
        assert (old[0], old[-1]) == (new[0], new[-1])
        assert sum((Counter(old) - Counter(new)).values()) <= 1


def test_homoglyphs_look_alike_and_differ() -> None:
    cyrillic, full_width = (change(TASK) for change in VARIANTS["homoglyphs"])
    assert len(cyrillic) == len(full_width) == len(TASK)
    assert not cyrillic.isascii()
    assert set(full_width) & set(TASK) == {" "}
