"""Store arrays of weights or vectors as small integers, and restore them.

A block of consecutive numbers of a row shares a scale: the largest magnitude of the block divided
by the largest integer. So the error of a number is at most half of its block's scale.

Integers up to 7 are stored two in a byte, those up to 127 one in a byte. The low and the high bytes
of larger ones are stored apart. The fewer integers there are, the smaller a wheel is, because its
compression (deflate) spends fewer bits on each.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

MAX_NIBBLE, MAX_BYTE, MAX_PAIR = 7, 127, 32_639
"""Largest integers that fit into half a byte, a byte, and two bytes."""

BLOCK = 32
"""Numbers that share a scale, unless their writer chooses another number."""

_SCALES = ".scale"
_PLANES = 3
"""Dimensions of an array of low and high bytes."""


def quantize(
    name: str, array: np.ndarray, largest: int, *, block: int | None = BLOCK
) -> dict[str, np.ndarray]:
    """Return a matrix as named arrays of integers and scales; ``dequantize`` restores it.

    Args:
        name: of the matrix.
        array: shape (n_rows, n_columns); n_columns is even if ``largest`` fits into half a byte.
        largest: the largest integer, 1 to 32,639.
        block: numbers that share a scale, of which n_columns is a multiple; a row if None.
    """
    width = block or array.shape[1]
    blocks = array.reshape(len(array), array.shape[1] // width, width).astype(np.float32)
    # Of integers that need two bytes, a scale in half precision would be the larger error.
    precise = np.float32 if largest > MAX_BYTE else np.float16
    scale = (np.abs(blocks).max(axis=2, initial=0) / largest).astype(precise)
    divisor = np.maximum(scale.astype(np.float32), np.finfo(precise).tiny)
    numbers = np.clip(np.rint(blocks / divisor[..., None]), -largest, largest)
    numbers = numbers.reshape(array.shape).astype(np.int32)
    return {name: _stored(numbers, largest), name + _SCALES: scale}


def dequantize(name: str, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return a matrix that ``quantize`` turned into integers, float32.

    Arrays that were not quantized are returned as float32.
    """
    if name + _SCALES not in arrays:
        return arrays[name].astype(np.float32)
    numbers = _restored(arrays[name])
    scale = arrays[name + _SCALES].astype(np.float32)
    width = numbers.shape[1] // scale.shape[1]
    blocks = numbers.reshape(*scale.shape, width).astype(np.float32)
    blocks *= scale[..., None]
    return blocks.reshape(numbers.shape)


def _stored(numbers: np.ndarray, largest: int) -> np.ndarray:
    """Return integers in as many bytes as the largest of them needs."""
    if largest > MAX_BYTE:
        low = ((numbers + 128) & 255) - 128  # signed, so that few numbers need a high byte
        return np.stack([low, (numbers - low) >> 8]).astype(np.int8)
    if largest > MAX_NIBBLE:
        return numbers.astype(np.int8)
    unsigned = (numbers + 8).astype(np.uint8)
    return unsigned[:, 0::2] | (unsigned[:, 1::2] << 4)


def _restored(stored: np.ndarray) -> np.ndarray:
    """Return the integers that ``_stored`` turned into bytes, int8 or int16."""
    if stored.ndim == _PLANES:
        low, high = stored.astype(np.int16)
        return low + (high << 8)
    if stored.dtype != np.uint8:
        return stored
    unpacked = np.empty((len(stored), 2 * stored.shape[1]), dtype=np.int8)
    unpacked[:, 0::2] = stored & 15
    unpacked[:, 1::2] = stored >> 4
    unpacked -= 8
    return unpacked
