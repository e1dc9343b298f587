"""Store arrays of weights as small integers: 16 or 8 bits, or 4 bits with two numbers in a byte.

A block of consecutive numbers of a row shares a scale: the largest magnitude of the block divided
by the largest integer. So the error of a number is at most half of its block's scale.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

BLOCK = 32
"""Numbers that share a scale."""

_LARGEST = {4: 7, 8: 127, 16: 32_767}
_SCALES = ".scale"


def quantize(name: str, array: np.ndarray, bits: int) -> dict[str, np.ndarray]:
    """Return a matrix as named arrays of integers and scales; ``dequantize`` restores it.

    Args:
        name: of the matrix.
        array: shape (n_rows, n_columns); n_columns is a multiple of ``BLOCK``.
        bits: 4, 8 or 16.
    """
    blocks = array.reshape(len(array), array.shape[1] // BLOCK, BLOCK).astype(np.float32)
    largest = _LARGEST[bits]
    precise = np.float32 if bits == 16 else np.float16  # half precision would be the larger error
    scale = (np.abs(blocks).max(axis=2) / largest).astype(precise)
    divisor = np.maximum(scale.astype(np.float32), np.finfo(precise).tiny)
    numbers = np.clip(np.rint(blocks / divisor[..., None]), -largest, largest)
    numbers = numbers.reshape(array.shape).astype(np.int16 if bits == 16 else np.int8)
    if bits == 4:
        unsigned = (numbers + 8).astype(np.uint8)
        numbers = unsigned[:, 0::2] | (unsigned[:, 1::2] << 4)
    return {name: numbers, name + _SCALES: scale}


def dequantize(name: str, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return a matrix that ``quantize`` turned into integers, float32.

    Arrays that were not quantized are returned as float32.
    """
    numbers = arrays[name]
    if name + _SCALES not in arrays:
        return numbers.astype(np.float32)
    if numbers.dtype == np.uint8:
        unpacked = np.empty((len(numbers), 2 * numbers.shape[1]), dtype=np.int8)
        unpacked[:, 0::2] = (numbers & 15).astype(np.int8) - 8
        unpacked[:, 1::2] = (numbers >> 4).astype(np.int8) - 8
        numbers = unpacked
    scale = arrays[name + _SCALES].astype(np.float32)
    blocks = numbers.reshape(*scale.shape, BLOCK).astype(np.float32)
    return (blocks * scale[..., None]).reshape(numbers.shape)
