"""Vectors that ship for the texts of the starter reference, so that its engine is built at once.

``scripts/training/embed_starter.py`` writes a file for each of its two encoders. Vectors are found
by the encoder's fingerprint and the hash of the text, so a text that has changed is not found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
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
_PRECISE = "precise."
"""Prefix of the names of arrays of the texts that are stored precisely."""

_KEY_BYTES = 8
LARGEST: Mapping[str, int] = {"work": 160, "minilm": 48}
"""Largest integer for a number of a task's vector, by folder.

With fewer, the risk of more occupations would change by more than .001. Vectors of MiniLM only
decide which careers are similar.
"""

_LARGEST_PRECISE = 2_047
"""Largest integer for a number of any other vector: each stands for a whole occupation."""

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
            vectors={
                key: vector
                for prefix in ("", _PRECISE)
                for key, vector in _by_key(
                    arrays[prefix + _TEXTS], unit(dequantize(prefix + _VECTORS, arrays))
                ).items()
            },
            means=_by_key(arrays[_GROUPS], dequantize(_MEANS, arrays)),
        )
    return NOTHING


def write(
    folder: Path,
    fingerprint: str,
    vectors: Mapping[str, np.ndarray],
    means: Mapping[tuple[str, ...], np.ndarray],
    tasks: Collection[str],
) -> Path:
    """Write the vectors that ship for an encoder, and update the checksums of the folder.

    Vectors of tasks are stored in fewer bits than other vectors and means.

    Args:
        folder: of the encoder, in ``models``; one of ``FOLDERS``.
        fingerprint: of the encoder.
        vectors: unit vector of each text; at least one.
        means: mean of the unit vectors of each group of texts.
        tasks: the texts that are tasks.

    Returns:
        The file.
    """
    from safetensors.numpy import save_file

    width = len(next(iter(vectors.values())))
    kept = set(tasks)
    arrays = {_GROUPS: _keys([_SEPARATOR.join(group) for group in means])}
    arrays |= _rows(_MEANS, [*means.values()], width, _LARGEST_PRECISE)
    for prefix, largest in (("", LARGEST[folder.name]), (_PRECISE, _LARGEST_PRECISE)):
        texts = [text for text in vectors if (text in kept) == (prefix != _PRECISE)]
        arrays[prefix + _TEXTS] = _keys(texts)
        arrays |= _rows(prefix + _VECTORS, [vectors[text] for text in texts], width, largest)
    path = folder / FILE
    save_file(arrays, str(path), metadata={_ENCODER: fingerprint})
    path.chmod(0o644)  # readable by all users, as the other weights
    checksums.write(folder)
    return path


def _rows(name: str, rows: Sequence[np.ndarray], width: int, largest: int) -> dict[str, np.ndarray]:
    return quantize(name, np.array(rows).reshape(-1, width), largest, block=None)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:_KEY_BYTES]


def _keys(texts: Sequence[str]) -> np.ndarray:
    joined = np.frombuffer(b"".join(map(_key, texts)), dtype=np.uint8)
    return joined.reshape(-1, _KEY_BYTES)


def _by_key(keys: np.ndarray, rows: np.ndarray) -> dict[bytes, np.ndarray]:
    return {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}
