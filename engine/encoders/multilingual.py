"""Embed text of other languages among the English vectors of another encoder.

A student of that encoder learned to give a translation the vector of its English original. So the
index, the heads and the evidence of an engine serve its languages unchanged. Translations are not
perfect imitations: ``error_factor`` says by how much expected errors grow.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders.convolution import MATRICES, VECTORS, ConvolutionNetwork
from engine.encoders.quantized import dequantize, quantize
from engine.errors import EncoderError
from engine.utils import checksums, resources
from engine.utils.cancellation import check_cancelled
from engine.utils.vectors import unit

FOLDER = "multilingual"
"""Folder of the student that ships, in ``models``."""

WEIGHTS_FILE, TOKENIZER_FILE = "student.safetensors", "tokenizer.json"
_REINSTALL = "reinstall the package"

START, END = 1, 2
"""IDs of the pieces before and after a text."""

MAX_PIECES = 256
"""Pieces of a text that are read."""

_LARGEST, _LARGEST_OF_PIECES = 127, 7
"""Largest integers for the numbers of a matrix; see ``engine.encoders.quantized``."""

_BATCH = 1_024
_FACTS = "facts"


@dataclass(frozen=True, kw_only=True)
class Projection:
    """A linear map from the student's vectors into the space of an encoder.

    Attributes:
        weight: shape (n_student_dimensions, n_dimensions).
        bias: shape (n_dimensions,).
        fingerprint: of the encoder.
    """

    weight: np.ndarray
    bias: np.ndarray
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class Student:
    """A network that reads other languages, and maps into the spaces of its teachers.

    Attributes:
        weights: of the network, by name; see ``convolution.MATRICES`` and ``VECTORS``.
        tokenizer: of the library ``tokenizers``; its IDs are rows of the matrix ``pieces``.
        projections: name of a teacher -> map into its space.
        error_factors: code of each language that it reads -> factor on expected errors, ≥ 1.
    """

    weights: Mapping[str, np.ndarray]
    tokenizer: Any
    projections: Mapping[str, Projection]
    error_factors: Mapping[str, float]

    @cached_property
    def _network(self) -> ConvolutionNetwork:
        return ConvolutionNetwork(self.weights)

    def tokenize(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Return the piece IDs of each text."""
        return [
            np.array([START, *found.ids[:MAX_PIECES], END], dtype=np.int64)
            for found in self.tokenizer.encode_batch(list(texts))
        ]

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return the student's own unit vectors, shape (n_texts, n_student_dimensions)."""
        width = self.weights["dense_3"].shape[1]
        parts = [np.zeros((0, width), dtype=np.float32)]
        for start in range(0, len(texts), _BATCH):
            check_cancelled()
            parts.append(self._network(self.tokenize(texts[start : start + _BATCH])))
        return np.vstack(parts)

    def write(self, folder: Path) -> None:
        """Write the student into a folder, and update its checksums."""
        from safetensors.numpy import save_file

        arrays: dict[str, np.ndarray] = {}
        for name in MATRICES:
            largest = _LARGEST_OF_PIECES if name == "pieces" else _LARGEST
            arrays |= quantize(name, self.weights[name], largest)
        arrays |= {name: self.weights[name].astype(np.float16) for name in VECTORS}
        for name, projection in self.projections.items():
            arrays |= quantize(f"{name}.weight", projection.weight, _LARGEST)
            arrays[f"{name}.bias"] = projection.bias.astype(np.float16)
        facts = {
            "teachers": {name: one.fingerprint for name, one in self.projections.items()},
            "error_factors": dict(self.error_factors),
        }
        folder.mkdir(parents=True, exist_ok=True)
        contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        path = folder / WEIGHTS_FILE
        save_file(contiguous, str(path), metadata={_FACTS: json.dumps(facts, sort_keys=True)})
        self.tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
        checksums.write(folder)

    @classmethod
    def read(cls, folder: Path) -> Student:
        """Read a student that ``write`` wrote.

        Raises:
            EncoderError: if a file is missing, modified or damaged.
        """
        from safetensors import SafetensorError, safe_open
        from tokenizers import Tokenizer

        for name in (WEIGHTS_FILE, TOKENIZER_FILE):
            checksums.check(folder, name)
        try:
            with safe_open(str(folder / WEIGHTS_FILE), framework="numpy") as stream:
                facts = json.loads(stream.metadata()[_FACTS])
                arrays = {key: stream.get_tensor(key) for key in stream.keys()}  # noqa: SIM118
            return cls(
                weights={name: dequantize(name, arrays) for name in (*MATRICES, *VECTORS)},
                tokenizer=Tokenizer.from_file(str(folder / TOKENIZER_FILE)),
                projections={
                    name: Projection(
                        weight=dequantize(f"{name}.weight", arrays),
                        bias=dequantize(f"{name}.bias", arrays),
                        fingerprint=fingerprint,
                    )
                    for name, fingerprint in facts["teachers"].items()
                },
                error_factors=facts["error_factors"],
            )
        except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
            raise EncoderError(
                f"{folder}: the student cannot be read ({error!r}); {_REINSTALL}"
            ) from error


class TranslatingEncoder:
    """An ``Encoder`` of other languages, in the space of an English encoder.

    Args:
        student: that reads the languages.
        teacher: name of the English encoder among the student's projections.
    """

    def __init__(self, student: Student, teacher: str) -> None:
        self.name = f"{FOLDER} {teacher}"
        self._student = student
        self._projection = student.projections[teacher]

    @property
    def languages(self) -> frozenset[str]:
        """Codes of the languages that it reads, without English."""
        return frozenset(self._student.error_factors)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the student's weights, its tokenizer, and the teacher."""
        digest = hashlib.sha256(self.name.encode())
        digest.update(self._student.tokenizer.to_str().encode())
        for name, array in sorted(self._student.weights.items()):
            digest.update(name.encode() + np.ascontiguousarray(array).tobytes())
        for array in (self._projection.weight, self._projection.bias):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Return unit vectors in the teacher's space, shape (n_texts, n_dimensions), float32."""
        own = self._student.embed(texts)
        projected = own @ self._projection.weight + self._projection.bias
        return np.asarray(unit(projected), dtype=np.float32)

    def error_factor(self, language: str) -> float:
        """Return by how much the expected error of a text of a language grows, ≥ 1."""
        return float(self._student.error_factors[language])


def translating_encoder(fingerprint: str, folder: Path | None = None) -> TranslatingEncoder | None:
    """Return the encoder of other languages in the space of an English encoder.

    Args:
        fingerprint: of the English encoder.
        folder: of the student; the one that ships if None.

    Returns:
        None if no student of that encoder ships.

    Raises:
        EncoderError: if the files of the student are modified or damaged.
    """
    folder = folder or resources.shipped("models") / FOLDER
    if not (folder / WEIGHTS_FILE).is_file():
        return None
    student = read_student(folder)
    for name, projection in student.projections.items():
        if projection.fingerprint == fingerprint:
            return TranslatingEncoder(student, name)
    return None


@lru_cache(maxsize=2)
def read_student(folder: Path) -> Student:
    """Return the student of a folder, read once; see ``Student.read``."""
    return Student.read(folder)
