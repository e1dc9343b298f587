"""A tuned encoder for tests: its versions know words, each its own, and have random probes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from engine.encoders.probe import RATED, LinearProbe, levels
from engine.encoders.tuned import TunedEncoder, TuningFolds, hashed
from engine.records import rubric
from tests.conftest import WordEncoder


class TunedWords(TunedEncoder):
    """Word vectors; each version adds vectors of its own to those that all versions have."""

    name = "tuned words"

    def __init__(self, folder: Path, fold: int | None = None) -> None:
        super().__init__(folder, fold)
        self._words = WordEncoder()
        self._turn = np.random.default_rng(_seed(fold)).normal(size=(32, 32)) / 20

    @classmethod
    def tuned(cls, folder: Path, fold_of: Mapping[str, int], keys: Iterable[str]) -> TunedWords:
        """Return an encoder that counts as tuned on occupations, and on tasks with these keys."""
        TuningFolds(
            count=1 + max(fold_of.values()),
            fold_of=dict(fold_of),
            corpus="words",
            seed=0,
            texts=hashed(keys),
        ).write(folder)
        return cls(folder)

    @property
    def fingerprint(self) -> str:
        return f"tuned-words-{self.version.name}"

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        plain = self._words.encode(texts)
        turned = plain + plain @ self._turn
        return (turned / np.linalg.norm(turned, axis=1, keepdims=True)).astype(np.float32)

    @cached_property
    def probe(self) -> LinearProbe:
        scores = sum(len(levels(name)) for name in RATED) + len(rubric.WORK_ACTIVITY_GROUPS)
        generator = np.random.default_rng(_seed(self.version.name))
        return LinearProbe(RATED, 3 * generator.normal(size=(scores, 32)), np.zeros(scores))

    @property
    def content(self) -> WordEncoder:
        return self._words

    def without(self, fold: int) -> TunedWords:
        return TunedWords(self.folder, fold)


def _seed(version: object) -> int:
    return sum(str(version).encode())
