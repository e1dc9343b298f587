from __future__ import annotations

import numpy as np
import pytest

from engine import EngineError
from engine.model.folds import cross_folds


def test_no_group_and_no_text_is_on_both_sides() -> None:
    generator = np.random.default_rng(0)
    groups = generator.integers(0, 30, size=400).astype(str)
    keys = generator.integers(0, 250, size=400).astype(str)  # many texts in several groups
    seen = []
    for train, held_out in cross_folds(groups, keys):
        assert set(groups[train]).isdisjoint(groups[held_out])
        assert set(keys[train]).isdisjoint(keys[held_out])
        others = np.setdiff1d(np.arange(400), held_out)
        np.testing.assert_array_equal(train, others[~np.isin(keys[others], keys[held_out])])
        seen += held_out.tolist()
    assert sorted(seen) == list(range(400))


def test_a_single_group_is_rejected() -> None:
    with pytest.raises(EngineError, match="only 1 occupation has known outcomes.*add tasks of a"):
        list(cross_folds(np.array(["a", "a"]), np.array(["x", "y"])))
