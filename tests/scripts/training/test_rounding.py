from __future__ import annotations

import numpy as np

from engine.encoders.quantized import dequantize, quantize
from engine.utils.vectors import unit
from scripts.training.rounding import round_for

LARGEST = 160


def _example() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    vectors = unit(generator.normal(size=(30, 64)).astype(np.float32))
    return generator.normal(size=(5, 64)).astype(np.float32), vectors


def test_numbers_are_neighbors_on_the_grid_and_are_stored_exactly() -> None:
    readout, vectors = _example()
    rounded = round_for(readout, vectors, LARGEST)
    scale = np.abs(vectors).max(axis=1, keepdims=True) / LARGEST
    assert (np.abs(rounded - vectors) <= scale * 1.001).all()
    stored = quantize("a", rounded, LARGEST, block=None)
    np.testing.assert_allclose(dequantize("a", stored), rounded, atol=1e-6)


def test_the_readout_changes_much_less_than_with_the_nearest_numbers() -> None:
    readout, vectors = _example()
    nearest = dequantize("a", quantize("a", vectors, LARGEST, block=None))
    rounded = round_for(readout, vectors, LARGEST)
    before, after = (
        np.abs((unit(found) - vectors) @ readout.T).mean() for found in (nearest, rounded)
    )
    assert after < before / 2


def test_a_case_worked_by_hand() -> None:
    """Steps are .1; .04 and .04 sum to .08, so one becomes .1 for the sum to be .1, not 0."""
    vectors = np.array([[1.0, 0.04, 0.04]], dtype=np.float32)
    readout = np.array([[0.0, 10.0, 10.0]], dtype=np.float32)
    rounded = round_for(readout, vectors, 10)
    assert rounded[0, 0] == 1.0
    np.testing.assert_allclose(sorted(rounded[0, 1:]), [0.0, 0.1], atol=1e-6)
