from __future__ import annotations

import numpy as np
import pytest

from engine.encoders.quantized import BLOCK, dequantize, quantize


@pytest.mark.parametrize(("bits", "largest"), [(4, 7), (8, 127), (16, 32_767)])
def test_the_error_is_at_most_half_a_step_of_the_block(bits: int, largest: int) -> None:
    array = np.random.default_rng(0).normal(size=(5, 3 * BLOCK)).astype(np.float32)
    array[2] *= 100
    stored = quantize("a", array, bits)
    assert stored["a"].nbytes == array.size * bits // 8
    step = np.abs(array.reshape(5, 3, BLOCK)).max(axis=2, keepdims=True) / largest
    error = np.abs(dequantize("a", stored) - array).reshape(5, 3, BLOCK)
    assert (error <= step * 0.51).all()  # scales have half precision


def test_numbers_worked_by_hand() -> None:
    array = np.zeros((1, BLOCK), np.float32)
    array[0, :4] = [7.0, -7.0, 3.4, -0.6]
    stored = quantize("a", array, 4)
    assert stored["a.scale"].tolist() == [[1.0]]
    # 7 and -7 are stored as 15 and 1, in one byte; 3 and -1 as 11 and 7.
    assert stored["a"][0, :2].tolist() == [15 + 16 * 1, 11 + 16 * 7]
    assert dequantize("a", stored)[0, :4].tolist() == [7.0, -7.0, 3.0, -1.0]


@pytest.mark.parametrize("bits", [4, 8, 16])
def test_quantizing_twice_changes_nothing(bits: int) -> None:
    array = np.random.default_rng(1).normal(size=(4, BLOCK)).astype(np.float32)
    once = dequantize("a", quantize("a", array, bits))
    np.testing.assert_allclose(dequantize("a", quantize("a", once, bits)), once, rtol=1e-3)


def test_zeros_stay_zero_and_plain_arrays_pass() -> None:
    zeros = np.zeros((2, BLOCK), np.float32)
    np.testing.assert_array_equal(dequantize("a", quantize("a", zeros, 4)), zeros)
    plain = dequantize("b", {"b": np.array([1, 2], np.float16)})
    assert plain.dtype == np.float32
    assert plain.tolist() == [1.0, 2.0]


def test_no_rows_are_restored_as_no_rows() -> None:
    assert dequantize("a", quantize("a", np.zeros((0, 2 * BLOCK)), 16)).shape == (0, 2 * BLOCK)
