from __future__ import annotations

import numpy as np

from engine.careers.results import MoveFilters
from scripts.benchmarks.careers_speed import TASKS, synthetic_index


def test_a_synthetic_catalog_can_be_queried() -> None:
    index = synthetic_index(30)
    assert len(index.entries) == 30
    profile = index.entries[0].profile
    np.testing.assert_allclose(np.linalg.norm(profile.vectors, axis=1), np.ones(TASKS), rtol=1e-5)
    found = index.similar(index.origin(0), k=3, filters=MoveFilters())
    assert "0" not in [match.soc_code for match in found]
