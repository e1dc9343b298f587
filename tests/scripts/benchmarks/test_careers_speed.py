from __future__ import annotations

import numpy as np

from engine.careers.filters import MoveFilters
from engine.careers.similarity import SimilarityModel
from scripts.benchmarks.careers_speed import TASKS, synthetic_index, synthetic_profiles


def test_a_synthetic_catalog_can_be_queried() -> None:
    profiles = synthetic_profiles(30)
    norms = np.linalg.norm([profile.vectors for profile in profiles], axis=2)
    np.testing.assert_allclose(norms, np.ones((30, TASKS)), rtol=1e-5)
    index = synthetic_index(profiles, SimilarityModel.plain(profiles))
    assert len(index.entries) == 30
    found = index.similar(index.origin(0), k=3, filters=MoveFilters())
    assert "0" not in [match.soc_code for match in found]
