from __future__ import annotations

import numpy as np

from engine.utils.vectors import unit, unit_or_axis

ROWS = np.array([[3.0, 4.0], [0.0, 0.0], [0.0, -2.0]], dtype=np.float32)


def test_rows_are_scaled_to_length_one_and_zeros_stay() -> None:
    scaled = unit(ROWS)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, [[0.6, 0.8], [0.0, 0.0], [0.0, -1.0]], rtol=1e-6)


def test_a_row_of_zeros_can_become_the_first_axis() -> None:
    scaled = unit_or_axis(ROWS.astype(float))
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, [[0.6, 0.8], [1.0, 0.0], [0.0, -1.0]], rtol=1e-6)
