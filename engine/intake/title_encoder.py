"""The title encoder: job titles as unit vectors, and the occupations that they name.

A title is a bag of its words, their character n-grams and its pairs of words. A small network turns
the sum of their vectors into a unit vector. It was tuned on titles of O*NET, ESCO and the starter
reference, in English, German and Spanish; see ``models/titles/README.md``. Titles of one occupation
have similar vectors in all languages.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np

from engine.encoders.quantized import dequantize, quantize
from engine.errors import EncoderError
from engine.intake.title_features import compound_parts, ngrams, pairs, word_hash
from engine.utils import checksums, resources
from engine.utils.concurrency import check_not_forked
from engine.utils.vectors import unit

WEIGHTS = "encoder.safetensors"

_TABLES = ("words", "ngrams", "pairs")
_MATRICES = ("department", "inner", "outer", "direct", "soc", "isco", "esco")
_LARGEST_OF_TABLES, _LARGEST = 3, 31
"""Largest integers for the numbers of these; see ``engine.encoders.quantized``."""
_REINSTALL = "reinstall the package"
_MAX_WORDS = 200_000
"""Maximum number of words to remember; the memory is cleared when it is full."""

_FIRST_WORDS = 1024

_remembering = threading.Lock()

Words = Sequence[str]
"""The words of a title, as ``engine.intake.title_text.title_words`` returns them."""


@dataclass(frozen=True, kw_only=True)
class Heads:
    """What an occupation looks like: one unit vector per code of a classification.

    Attributes:
        codes: SOC codes, codes of ISCO-08 such as ``ISCO-1111``, or numbers of ESCO concepts.
        vectors: shape (n_codes, n_dimensions).
        biases: added to the scores, shape (n_codes,).
        scale: factor of the cosine.
    """

    codes: tuple[str, ...]
    vectors: np.ndarray
    biases: np.ndarray
    scale: float


class TitleEncoder:
    """Unit vectors of titles; any number of threads may share it.

    Args:
        arrays: the weights, as ``scripts/training/fit_titles.py`` writes them.
        metadata: codes of the heads, separated by spaces.
        fingerprint: SHA-256 of the file of the weights.
    """

    def __init__(
        self, arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str], fingerprint: str
    ) -> None:
        self.fingerprint = fingerprint
        hashes = arrays["word_hashes"]
        self._row = {int(key): row for row, key in enumerate(hashes)}
        self._is_part = arrays["is_part"]
        self._words = dequantize("words", arrays)
        self._ngrams = dequantize("ngrams", arrays)
        self._pairs = dequantize("pairs", arrays)
        self._department, self._inner, self._bias, self._outer, self._direct = (
            dequantize(name, arrays)
            for name in ("department", "inner", "inner_bias", "outer", "direct")
        )
        self.heads = {
            name: Heads(
                codes=tuple(metadata[name].split()),
                vectors=unit(dequantize(name, arrays)),
                biases=arrays[f"{name}_bias"].astype(np.float32),
                scale=float(metadata[f"{name}_scale"]),
            )
            for name in ("soc", "isco", "esco")
        }
        self._remembered: dict[str, int] = {}
        self._vectors = np.zeros((_FIRST_WORDS, self._words.shape[1]), dtype=np.float32)

    @classmethod
    def read(cls, folder: Path) -> TitleEncoder:
        """Read the encoder of a folder.

        Raises:
            EncoderError: if its weights are missing, modified or damaged.
        """
        from safetensors import safe_open

        checksums.check(folder, WEIGHTS)
        path = folder / WEIGHTS
        try:
            with safe_open(str(path), framework="numpy") as stream:
                arrays = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
                return cls(arrays, stream.metadata(), checksums.sha256(path))
        except Exception as error:  # the library raises many kinds for the same reason
            raise EncoderError(
                f"{path} cannot be read as a title encoder ({error!r}); {_REINSTALL}"
            ) from error

    def encode(
        self, titles: Sequence[Words], departments: Sequence[Words] | None = None
    ) -> np.ndarray:
        """Return unit vectors, shape (n_titles, n_dimensions), float32.

        Args:
            titles: the words of each title; a title without words gets a vector of its own.
            departments: the words of the department of each title; none if None.

        Raises:
            EncoderError: if an engine or an encoder was loaded before this process was forked.
        """
        check_not_forked()  # before the lock, and before linear algebra, which has threads
        bags = self._bags(titles, paired=True)
        if departments is not None:
            bags += self._bags(departments, paired=True) @ self._department.T
        bags = unit(bags) * np.float32(bags.shape[1] ** 0.5 / 4)
        hidden = bags @ self._inner.T + self._bias
        found = np.maximum(hidden, 0.0, out=hidden) @ self._outer.T + bags @ self._direct.T
        return unit(found).astype(np.float32)

    def knows(self, word: str) -> bool:
        """Return whether the encoder has a vector for this word or for a part of it."""
        return word_hash(word) in self._row or bool(compound_parts(word, self._may_be_part))

    def _bags(self, titles: Sequence[Words], *, paired: bool) -> np.ndarray:
        """Return the sums of the vectors of the features, shape (n_titles, n_features)."""
        from scipy.sparse import csr_array

        with _remembering:
            rows = self._rows_of(titles)
            vectors = self._vectors
        starts = np.cumsum([0, *map(len, titles)])
        ones = np.ones(len(rows), dtype=np.float32)
        bags = csr_array((ones, rows, starts), shape=(len(titles), len(vectors))) @ vectors
        if paired:
            found = [pairs(words) for words in titles]
            counts = np.array([len(part) for part in found])
            weights = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
            columns = np.fromiter(chain.from_iterable(found), np.int64, counts.sum())
            bags += (
                csr_array(
                    (weights, columns, np.cumsum([0, *counts])),
                    shape=(len(titles), len(self._pairs)),
                )
                @ self._pairs
            )
        return bags

    def _rows_of(self, titles: Sequence[Words]) -> np.ndarray:
        """Return the rows of all words in ``_vectors``, after adding those that are new."""
        if len(self._remembered) > _MAX_WORDS:
            # New ones, since another thread may still read the old ones.
            self._remembered, self._vectors = {}, np.zeros_like(self._vectors[:_FIRST_WORDS])
        remembered = self._remembered
        words = list(chain.from_iterable(titles))
        for word in words:
            if word not in remembered:
                row = remembered[word] = len(remembered)
                if row >= len(self._vectors):
                    self._vectors = np.vstack([self._vectors, np.zeros_like(self._vectors)])
                self._vectors[row] = self._word_vector(word)
        return np.fromiter(map(remembered.__getitem__, words), np.int64, len(words))

    def _word_vector(self, word: str) -> np.ndarray:
        parts = list(ngrams(word))
        vector = self._ngrams[parts].sum(axis=0) / np.float32(len(parts) ** 0.5)
        for known in (word, *compound_parts(word, self._may_be_part)):
            row = self._row.get(word_hash(known))
            if row is not None:
                vector = vector + self._words[row]
        return vector

    def _may_be_part(self, word: str) -> bool:
        row = self._row.get(word_hash(word))
        return row is not None and bool(self._is_part[row])


def pack(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return weights as ``TitleEncoder`` reads them: matrices as integers, with a scale per row.

    Args:
        arrays: the weights, by name.
    """
    packed: dict[str, np.ndarray] = {}
    for name, array in arrays.items():
        if name in _TABLES:
            packed |= quantize(name, array, _LARGEST_OF_TABLES, block=None)
        elif name in _MATRICES:
            packed |= quantize(name, array, _LARGEST, block=None)
        else:
            packed[name] = array
    return packed


@lru_cache(maxsize=1)
def shipped() -> TitleEncoder:
    """Return the encoder that ships, loaded once.

    Raises:
        EncoderError: if its weights are missing or modified.
    """
    return TitleEncoder.read(resources.shipped("models") / "titles")
