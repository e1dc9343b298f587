from __future__ import annotations

import copy
import pickle

import pytest

from engine import Estimate
from engine.records.estimates import FrozenMapping, Measured
from engine.records.measures import Source


def test_a_measured_estimate_joins_value_and_source() -> None:
    estimate = Estimate(value=0.4, low=0.2, high=0.7, error=0.1)
    source = Source(title="Survey", rater="people", date="2024-06", license="MIT")
    assert Measured.of(estimate, source) == Measured(
        value=0.4,
        interval=(0.2, 0.7),
        source="Survey",
        rater="people",
        date="2024-06",
        license="MIT",
    )


def test_a_frozen_mapping_is_a_value() -> None:
    mapping = FrozenMapping({"a": 1, "b": 2})
    assert mapping == {"b": 2, "a": 1}
    assert hash(mapping) == hash(FrozenMapping({"b": 2, "a": 1}))
    assert pickle.loads(pickle.dumps(mapping)) == mapping == copy.deepcopy(mapping)
    with pytest.raises(TypeError):
        mapping["a"] = 3  # type: ignore[index]
