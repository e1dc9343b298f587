"""Encoders that were tuned on outcomes, and what each version of them was tuned on.

Heads and calibration must be fitted on tasks that are embedded like new tasks, by an encoder that
has not seen their outcomes. So a tuned encoder has a final version, tuned on every occupation, and
one version for each fold, tuned without the occupations of that fold.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from engine.encoders.base import Encoder
from engine.encoders.probe import LinearProbe
from engine.errors import EncoderError
from engine.utils import checksums

BASE = "sentence-transformers/all-MiniLM-L6-v2"
FINAL = "final"
PROBE_FILE = "readout.safetensors"
REINSTALL = "reinstall the package, or use another encoder, such as --encoder minilm"
_FOLDS_FILE, _TEXTS_FILE, _TEXTS = "encoder.json", "tuned_texts.safetensors", "texts"


def fold_name(fold: int) -> str:
    """Return the name of the folder of the version that was tuned without a fold."""
    return f"fold_{fold}"


@dataclass(frozen=True, kw_only=True)
class TuningFolds:
    """The folds of the occupations that an encoder was tuned on.

    Attributes:
        count: number of folds.
        fold_of: SOC code -> fold, in [0, count), of each of those occupations.
        corpus: fingerprint of the corpus that the encoder was tuned on.
        seed: seed of the tuning.
        texts: hashes of the text keys of the tasks whose outcomes the encoder was tuned on,
            ascending, uint64, shape (n_texts,); see ``hashed``.
    """

    count: int
    fold_of: dict[str, int]
    corpus: str
    seed: int
    texts: np.ndarray

    @classmethod
    def read(cls, folder: Path) -> TuningFolds:
        """Read the folds from the folder of an encoder.

        Raises:
            EncoderError: if the file is missing, modified or damaged.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        for name in (_FOLDS_FILE, _TEXTS_FILE):
            if (folder / name).is_file():
                checksums.check(folder, name)
        try:
            found = json.loads((folder / _FOLDS_FILE).read_text(encoding="utf-8"))
            by_fold = found["occupations_by_fold"]
            return cls(
                count=len(by_fold),
                fold_of={str(code): fold for fold, codes in enumerate(by_fold) for code in codes},
                corpus=str(found["corpus"]),
                seed=int(found["seed"]),
                texts=load_file(str(folder / _TEXTS_FILE))[_TEXTS],
            )
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise EncoderError(
                f"{folder}: {_FOLDS_FILE} or {_TEXTS_FILE} cannot be read ({error!r}); {REINSTALL}"
            ) from error

    def write(self, folder: Path) -> None:
        """Write the folds into the folder of an encoder."""
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "base": BASE,
            "corpus": self.corpus,
            "seed": self.seed,
            "occupations_by_fold": [
                sorted(code for code, fold in self.fold_of.items() if fold == number)
                for number in range(self.count)
            ],
        }
        (folder / _FOLDS_FILE).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        save_file({_TEXTS: self.texts}, str(folder / _TEXTS_FILE))
        checksums.write(folder)

    def of(self, soc_codes: Sequence[str]) -> np.ndarray:
        """Return the fold of each occupation, shape (n,).

        An occupation that the encoder was not tuned on has a fixed fold, by a hash of its code.
        """
        return np.array([self.fold_of.get(code, _hashed(code, self.count)) for code in soc_codes])

    def of_tasks(self, soc_codes: Sequence[str], keys: Sequence[str]) -> np.ndarray:
        """Return the fold of each task that the encoder was tuned on, shape (n,); -1 for others.

        A copy of such a task in an occupation that the encoder was not tuned on has its fold.

        Args:
            soc_codes: occupation of each task.
            keys: text key of each task.
        """
        tuned = self.saw(keys)
        folds = np.array(
            [
                self.fold_of.get(code, -1) if known else -1
                for code, known in zip(soc_codes, tuned, strict=True)
            ]
        )
        fold_of_key = {
            key: fold for key, fold in zip(keys, folds.tolist(), strict=True) if fold >= 0
        }
        copies = np.flatnonzero(tuned & (folds < 0))
        folds[copies] = [fold_of_key.get(keys[row], -1) for row in copies.tolist()]
        return folds

    def saw(self, keys: Sequence[str]) -> np.ndarray:
        """Return whether the encoder was tuned on the outcome of each text, bool, shape (n,)."""
        return np.isin(_hashes(keys), self.texts)


def hashed(keys: Iterable[str]) -> np.ndarray:
    """Return the distinct hashes of text keys, ascending, uint64, shape (n_distinct,)."""
    return np.unique(_hashes(list(keys)))


def _hashes(keys: Sequence[str]) -> np.ndarray:
    digests = b"".join(hashlib.sha256(key.encode()).digest()[:8] for key in keys)
    return np.frombuffer(digests, dtype="<u8")


def _hashed(code: str, count: int) -> int:
    return hashlib.sha256(code.encode()).digest()[0] % count


class TunedEncoder(ABC):
    """An ``Encoder`` that was tuned on outcomes: one version of several in a folder.

    Args:
        folder: folder of all versions.
        fold: use the version tuned without this fold; the final version if None.

    Attributes:
        version: folder of the version.
    """

    name: str

    def __init__(self, folder: Path, fold: int | None) -> None:
        self.folder = folder
        self.version = folder / (FINAL if fold is None else fold_name(fold))

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """See ``Encoder``."""

    @abstractmethod
    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """See ``Encoder``."""

    @property
    @abstractmethod
    def probe(self) -> LinearProbe:
        """The linear probe that was tuned together with this version."""

    @property
    @abstractmethod
    def content(self) -> Encoder:
        """The encoder that careers are compared by; it embeds the work, whatever its outcome."""

    @abstractmethod
    def without(self, fold: int) -> TunedEncoder:
        """Return the version that was tuned without the occupations of ``fold``."""

    @cached_property
    def folds(self) -> TuningFolds:
        """The folds of the occupations that the encoder was tuned on."""
        return TuningFolds.read(self.folder)


def content_encoder(encoder: Encoder) -> Encoder:
    """Return the encoder that careers are compared by; an untuned encoder is its own."""
    return encoder.content if isinstance(encoder, TunedEncoder) else encoder
