from __future__ import annotations

import numpy as np
import pytest

from engine.retrieval.index import NO_NEIGHBOUR
from scripts.benchmarks.evidence import share_in_common


def test_the_share_of_neighbors_with_a_label_in_common() -> None:
    sets = [{"a"}, {"a", "b"}, {"c"}, set(), {"b"}]
    shown = np.array([[1, 2], [4, NO_NEIGHBOUR], [0, 1]])
    # Row 0: one of two. Row 1: the only one. Row 3 has no label and does not count.
    assert share_in_common(sets, np.array([0, 1, 3]), shown) == pytest.approx((0.5 + 1.0) / 2)
