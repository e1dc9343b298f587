from __future__ import annotations

import numpy as np
import pytest

from engine.encoders.quantized import BLOCK, dequantize, quantize

LARGEST = [1, 5, 7, 8, 63, 127, 128, 2_047, 32_639]


@pytest.mark.parametrize("largest", LARGEST)
@pytest.mark.parametrize("block", [BLOCK, None])
def test_the_error_is_at_most_half_a_step_of_the_block(largest: int, block: int | None) -> None:
    array = np.random.default_rng(0).normal(size=(5, 3 * BLOCK)).astype(np.float32)
    array[2] *= 100
    stored = quantize("a", array, largest, block=block)
    blocks = (5, 3, BLOCK) if block else (5, 1, 3 * BLOCK)
    step = np.abs(array.reshape(blocks)).max(axis=2, keepdims=True) / largest
    error = np.abs(dequantize("a", stored) - array).reshape(blocks)
    # Scales have half precision, and so the largest number may be off by a little more.
    assert (error <= step * (0.51 + 0.0005 * largest * (largest <= 127))).all()
    assert stored["a.scale"].shape == blocks[:2]


@pytest.mark.parametrize(
    ("largest", "size"), [(1, 0.5), (7, 0.5), (8, 1), (127, 1), (128, 2), (32_639, 2)]
)
def test_bytes_of_a_number(largest: int, size: float) -> None:
    assert quantize("a", np.ones((3, BLOCK)), largest)["a"].nbytes == 3 * BLOCK * size


def test_numbers_worked_by_hand() -> None:
    array = np.zeros((1, BLOCK), np.float32)
    array[0, :4] = [7.0, -7.0, 3.4, -0.6]
    stored = quantize("a", array, 7)
    assert stored["a.scale"].tolist() == [[1.0]]
    # 7 and -7 are stored as 15 and 1, in one byte; 3 and -1 as 11 and 7.
    assert stored["a"][0, :2].tolist() == [15 + 16 * 1, 11 + 16 * 7]
    assert dequantize("a", stored)[0, :4].tolist() == [7.0, -7.0, 3.0, -1.0]


def test_low_and_high_bytes_worked_by_hand() -> None:
    array = np.array([[2047.0, -2047.0, 300.2, -1.0]], np.float32)
    stored = quantize("a", array, 2_047, block=None)
    assert stored["a.scale"].tolist() == [[1.0]]
    (low,), (high,) = stored["a"].tolist()
    assert low == [-1, 1, 44, -1]  # 2047 = 8 × 256 - 1, -2047 = -8 × 256 + 1
    assert high == [8, -8, 1, 0]
    assert dequantize("a", stored).tolist() == [[2047.0, -2047.0, 300.0, -1.0]]


@pytest.mark.parametrize("largest", LARGEST)
def test_quantizing_twice_changes_nothing(largest: int) -> None:
    array = np.random.default_rng(1).normal(size=(4, BLOCK)).astype(np.float32)
    once = dequantize("a", quantize("a", array, largest))
    np.testing.assert_allclose(dequantize("a", quantize("a", once, largest)), once, rtol=1e-3)


def test_zeros_stay_zero_and_plain_arrays_pass() -> None:
    zeros = np.zeros((2, BLOCK), np.float32)
    np.testing.assert_array_equal(dequantize("a", quantize("a", zeros, 7)), zeros)
    plain = dequantize("b", {"b": np.array([1, 2], np.float16)})
    assert plain.dtype == np.float32
    assert plain.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("largest", [7, 127, 32_639])
def test_no_rows_are_restored_as_no_rows(largest: int) -> None:
    assert dequantize("a", quantize("a", np.zeros((0, 2 * BLOCK)), largest)).shape == (0, 2 * BLOCK)
