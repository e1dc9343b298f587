"""Vectors that ship for the texts of the starter reference, so that its engine is built at once.

``scripts/training/embed_starter.py`` writes a file for each of its two encoders. Vectors are found
by the encoder's fingerprint and the hash of the text, so a text that has changed is not found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.encoders.quantized import dequantize, quantize
from engine.errors import EncoderError
from engine.utils import checksums, resources
from engine.utils.vectors import unit

FILE = "starter_vectors.safetensors"
FOLDERS = ("work", "minilm")
"""Folders of ``models`` that have the file."""

_ENCODER = "encoder"
_TEXTS, _VECTORS, _GROUPS, _MEANS = "texts", "vectors", "groups", "means"
_KEY_BYTES = 8
_BITS = 16
"""Bits of a number. With 8, similarities of careers change by .003, and near neighbors swap."""
_SEPARATOR = "\n"


@dataclass(frozen=True, kw_only=True)
class ShippedVectors:
    """Vectors by the key of a text, and mean vectors by the key of a group of texts.

    Attributes:
        vectors: unit vectors, float32.
        means: means of unit vectors, float32.
    """

    vectors: Mapping[bytes, np.ndarray]
    means: Mapping[bytes, np.ndarray]

    def of_texts(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        """Return the unit vectors of those texts that are known, by text."""
        return {text: self.vectors[key] for text in texts if (key := _key(text)) in self.vectors}

    def mean_of(self, group: Sequence[str]) -> np.ndarray | None:
        """Return the mean of the unit vectors of a group of texts; None if it is not known."""
        return self.means.get(_key(_SEPARATOR.join(group)))


NOTHING = ShippedVectors(vectors={}, means={})


def read(fingerprint: str) -> ShippedVectors:
    """Return the vectors that ship for an encoder, which may be none.

    Raises:
        EncoderError: if their file is modified or damaged.
    """
    from safetensors import SafetensorError, safe_open

    for name in FOLDERS:
        folder = resources.shipped("models") / name
        if not (folder / FILE).is_file():
            continue
        try:
            with safe_open(str(folder / FILE), framework="numpy") as stream:
                if (stream.metadata() or {}).get(_ENCODER) != fingerprint:
                    continue
                checksums.check(folder, FILE)
                arrays = {key: stream.get_tensor(key) for key in stream.keys()}  # noqa: SIM118
        except (OSError, SafetensorError) as error:
            raise EncoderError(
                f"{folder / FILE} cannot be read ({error}); reinstall the package"
            ) from error
        return ShippedVectors(
            vectors=_by_key(arrays[_TEXTS], unit(dequantize(_VECTORS, arrays))),
            means=_by_key(arrays[_GROUPS], dequantize(_MEANS, arrays)),
        )
    return NOTHING


def write(
    folder: Path,
    fingerprint: str,
    vectors: Mapping[str, np.ndarray],
    means: Mapping[tuple[str, ...], np.ndarray],
) -> Path:
    """Write the vectors that ship for an encoder, and update the checksums of the folder.

    Args:
        folder: of the encoder, in ``models``.
        fingerprint: of the encoder.
        vectors: unit vector of each text; at least one.
        means: mean of the unit vectors of each group of texts.

    Returns:
        The file.
    """
    from safetensors.numpy import save_file

    width = len(next(iter(vectors.values())))
    arrays = {
        _TEXTS: _keys(list(vectors)),
        _GROUPS: _keys([_SEPARATOR.join(group) for group in means]),
        **quantize(_VECTORS, np.stack([*vectors.values()]), _BITS),
        **quantize(_MEANS, np.array([*means.values()]).reshape(-1, width), _BITS),
    }
    save_file(arrays, str(folder / FILE), metadata={_ENCODER: fingerprint})
    checksums.write(folder)
    return folder / FILE


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:_KEY_BYTES]


def _keys(texts: Sequence[str]) -> np.ndarray:
    joined = np.frombuffer(b"".join(map(_key, texts)), dtype=np.uint8)
    return joined.reshape(-1, _KEY_BYTES)


def _by_key(keys: np.ndarray, rows: np.ndarray) -> dict[bytes, np.ndarray]:
    return {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}
