from __future__ import annotations

import numpy as np
import pytest

from scripts.benchmarks.careers import LIST_LENGTH, quality, top
from scripts.training.fit_careers import PRIMARY_GAIN, SUPPLEMENTAL_GAIN


def test_the_nearest_leave_out_the_occupation_itself() -> None:
    scores = np.array([0.5, 9.0, 0.7, 0.7, 0.1])
    assert top(scores, own=1).tolist() == [2, 3, 0, 4]
    assert len(top(np.zeros(100), own=0)) == LIST_LENGTH


def test_recall_and_ndcg_by_hand() -> None:
    gains = np.zeros((30, 30))
    gains[0, [1, 2]] = PRIMARY_GAIN
    gains[0, [3, 4]] = SUPPLEMENTAL_GAIN
    others = list(range(5, 30))
    # One primary occupation first, the other in place 11; one supplemental in place 2.
    order = np.array([1, 3, *others[:8], 2, *others[8:17]])
    found = quality(gains, {0: order})
    assert found["sources"] == 1
    assert found["recall at 10"] == 0.5
    assert found["recall at 20"] == 0.75
    gained = 2 / np.log2(2) + 1 / np.log2(3) + 2 / np.log2(12)
    ideal = 2 / np.log2(2) + 2 / np.log2(3) + 1 / np.log2(4) + 1 / np.log2(5)
    assert found["nDCG"] == pytest.approx(gained / ideal)


def test_quality_is_a_mean_over_sources() -> None:
    gains = np.zeros((3, 3))
    gains[0, 1] = gains[1, 2] = PRIMARY_GAIN
    found = quality(gains, {0: np.array([1]), 1: np.array([0])})
    assert found == {"sources": 2, "recall at 10": 0.5, "recall at 20": 0.5, "nDCG": 0.5}
