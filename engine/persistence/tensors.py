"""Read the header of a safetensors file: what it says it holds, checked before it is believed.

A header of a few bytes can claim arrays of any size. So names, types and shapes are read first,
within bounds, and compared with the size of the file. The format is described at
https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

ENDING = ".safetensors"

MAX_HEADER_BYTES = 1_000_000
"""Maximum size of a header; that of an engine with a hundred measures has a tenth of it."""

LENGTH_BYTES = 8
"""Length of the number at the start of a file, which is the size of the header."""

DTYPES: Mapping[str, str] = {
    "BOOL": "bool",
    "U8": "uint8",
    "I32": "int32",
    "F16": "float16",
    "F32": "float32",
    "F64": "float64",
}
"""Type in a header -> its name in numpy, of the types that engines use."""

_MAX_DIMENSIONS = 4


@dataclass(frozen=True)
class Declared:
    """What a header says of an array.

    Attributes:
        dtype: name of its numpy type.
        shape: its shape.
    """

    dtype: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Size of the array in bytes."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize


def header_bytes(start: bytes) -> int:
    """Return how many bytes of a file its length and its header take.

    Args:
        start: the first ``LENGTH_BYTES`` of the file, or more.

    Raises:
        ValueError: if the header is too large.
    """
    length = int.from_bytes(start[:LENGTH_BYTES], "little")
    if len(start) < LENGTH_BYTES or length > MAX_HEADER_BYTES:
        raise ValueError(f"its header has more than {MAX_HEADER_BYTES:,} bytes, or is cut off")
    return LENGTH_BYTES + length


def parse_header(start: bytes, file_size: int) -> dict[str, Declared]:
    """Return name -> what the header says of the array.

    Args:
        start: the file, at least as far as ``header_bytes``.
        file_size: size of the file in bytes.

    Raises:
        ValueError: if the header is invalid, or the arrays do not take exactly the rest of the
            file.
    """
    end = header_bytes(start)
    try:
        found = json.loads(start[LENGTH_BYTES:end])
        found.pop("__metadata__", None)
        arrays = {name: _declared(fact) for name, fact in found.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        raise ValueError("its header cannot be read") from None
    if len(start) < end or end + sum(array.size for array in arrays.values()) != file_size:
        raise ValueError("its header does not fit the size of the file")
    return arrays


def _declared(fact: Mapping[str, Any]) -> Declared:
    shape = fact["shape"]
    if not isinstance(shape, list) or len(shape) > _MAX_DIMENSIONS:
        raise ValueError
    if any(type(size) is not int or not 0 <= size < 1 << 40 for size in shape):
        raise ValueError
    return Declared(DTYPES[fact["dtype"]], tuple(shape))
