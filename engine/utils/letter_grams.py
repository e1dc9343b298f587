"""Tell English, French, German and Spanish apart by hashed letter sequences, even in one word."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.errors import EncoderError
from engine.utils import checksums, resources

FILE = "languages.safetensors"
"""File of the weights in ``models/multilingual``."""

BUCKETS = 1 << 15
"""Number of buckets that letter sequences are hashed into."""

_LENGTHS = (2, 3, 4, 5)
_MAX_WORDS = 24
"""Words that are read; more change nothing."""


def buckets(words: Sequence[str]) -> np.ndarray:
    """Return the distinct buckets of a text, ascending, int64, shape (n_distinct,).

    Args:
        words: words of the text, in lower case.
    """
    found: set[int] = set()
    for word in words[:_MAX_WORDS]:
        if word.isdigit():
            continue
        marked = f"^{word}$"
        found.add(_bucket(marked))
        for length in _LENGTHS:
            found.update(
                _bucket(marked[at : at + length]) for at in range(len(marked) - length + 1)
            )
    return np.array(sorted(found), dtype=np.int64)


def _bucket(letters: str) -> int:
    return zlib.crc32(letters.encode()) & (BUCKETS - 1)


@dataclass(frozen=True)
class LetterGrams:
    """A linear classifier of languages on the buckets of a text.

    Attributes:
        languages: codes of the languages.
        weight: shape (BUCKETS, n_languages).
        bias: shape (n_languages,).
    """

    languages: tuple[str, ...]
    weight: np.ndarray
    bias: np.ndarray

    def __call__(self, words: Sequence[str]) -> Mapping[str, float]:
        """Return the probability of each language; all are equal for a text without letters."""
        rows = buckets(words)
        if not len(rows):
            return dict.fromkeys(self.languages, 1 / len(self.languages))
        scores = self.weight[rows].sum(axis=0) / np.sqrt(len(rows)) + self.bias
        odds = np.exp(scores - scores.max())
        return dict(zip(self.languages, (odds / odds.sum()).tolist(), strict=True))

    def write(self, folder: Path) -> None:
        """Write the weights into a folder as 8-bit integers, and update its checksums."""
        from safetensors.numpy import save_file

        scale = np.abs(self.weight).max(axis=0) / 127
        arrays = {
            "weight": np.rint(self.weight / scale).astype(np.int8),
            "scale": scale.astype(np.float32),
            "bias": self.bias.astype(np.float32),
        }
        folder.mkdir(parents=True, exist_ok=True)
        save_file(arrays, str(folder / FILE), metadata={"languages": " ".join(self.languages)})
        checksums.write(folder)

    @classmethod
    def read(cls, folder: Path) -> LetterGrams:
        """Read weights that ``write`` wrote.

        Raises:
            EncoderError: if the file is missing, modified or damaged.
        """
        from safetensors import SafetensorError, safe_open

        checksums.check(folder, FILE)
        try:
            with safe_open(str(folder / FILE), framework="numpy") as stream:
                languages = tuple(stream.metadata()["languages"].split())
                weight, scale, bias = (stream.get_tensor(n) for n in ("weight", "scale", "bias"))
        except (OSError, KeyError, TypeError, SafetensorError) as error:
            raise EncoderError(
                f"{folder / FILE} cannot be read ({error!r}); reinstall the package"
            ) from error
        return cls(languages, weight.astype(np.float32) * scale, bias)


@lru_cache(maxsize=1)
def shipped() -> LetterGrams:
    """Return the classifier that ships.

    Raises:
        EncoderError: if its file is missing or modified.
    """
    return LetterGrams.read(resources.shipped("models") / "multilingual")
