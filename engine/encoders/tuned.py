"""Encoders that were tuned on outcomes, and what each version of them has not seen.

Whatever is fitted after such an encoder must meet each task as it would meet a new one, so beside
the final version there are further ones, each made without one fold of the occupations.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from engine.encoders.base import Encoder
from engine.encoders.probe import Readout
from engine.errors import EncoderError
from engine.utils import checksums

BASE = "sentence-transformers/all-MiniLM-L6-v2"
FINAL = "final"
HEADS = "readout.safetensors"
_SETTINGS = "encoder.json"


def fold_name(number: int) -> str:
    """Folder of the adapter that has not seen fold ``number``."""
    return f"fold_{number}"


@dataclass(frozen=True, kw_only=True)
class AdapterSet:
    """Which occupations each adapter has not seen.

    Attributes:
        folds: number of folds.
        fold_of: fold of each occupation that tuned the adapters, by SOC code.
        corpus: fingerprint of the corpus they were tuned on.
        seed: of the tuning.
    """

    folds: int
    fold_of: dict[str, int]
    corpus: str
    seed: int

    @classmethod
    def read(cls, folder: Path) -> AdapterSet:
        """Read what ``write`` wrote.

        Raises:
            EncoderError: if it is missing, changed or damaged.
        """
        path = folder / _SETTINGS
        if path.is_file():
            checksums.check(folder, _SETTINGS)
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            fold_of = {
                str(code): number
                for number, codes in enumerate(found["occupations_by_fold"])
                for code in codes
            }
            folds = len(found["occupations_by_fold"])
            return cls(
                folds=folds, fold_of=fold_of, corpus=str(found["corpus"]), seed=int(found["seed"])
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(
                f"{path} cannot be read ({error!r}): expected the encoder as it ships; install the "
                "package again, tune it with scripts/tune_encoder.py, or use --encoder minilm"
            ) from error

    def write(self, folder: Path) -> None:
        """Write it into the folder that holds the adapters."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "base": BASE,
            "corpus": self.corpus,
            "seed": self.seed,
            "occupations_by_fold": [
                sorted(code for code, fold in self.fold_of.items() if fold == number)
                for number in range(self.folds)
            ],
        }
        (folder / _SETTINGS).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        checksums.write(folder)

    def folds_of(self, soc_codes: Sequence[str]) -> np.ndarray:
        """Fold of each occupation, shape (n,); one that tuned no adapter is given any, for good."""
        return np.array([self.fold_of.get(code, _any_fold(code, self.folds)) for code in soc_codes])


def _any_fold(code: str, folds: int) -> int:
    return hashlib.sha256(code.encode()).digest()[0] % folds


def content_encoder(encoder: Encoder) -> Encoder:
    """The encoder of content that goes with an encoder: itself, where that was not tuned."""
    return encoder.content if isinstance(encoder, TunedEncoder) else encoder


class TunedEncoder(ABC):
    """An encoder of several versions in one folder; as ``Encoder``, and what is said here.

    Args:
        folder: where the versions are.
        fold: use the version that has not seen this fold, instead of the final one.
    """

    name: str

    def __init__(self, folder: Path, fold: int | None) -> None:
        self.folder = folder
        self.version = folder / (FINAL if fold is None else fold_name(fold))

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """As of ``Encoder``."""

    @abstractmethod
    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """As of ``Encoder``."""

    @property
    @abstractmethod
    def readout(self) -> Readout:
        """The heads that were tuned together with this version, on its vectors."""

    @property
    @abstractmethod
    def content(self) -> Encoder:
        """The encoder of what is done, whatever becomes of it: by it careers are compared."""

    @abstractmethod
    def without(self, fold: int) -> TunedEncoder:
        """The version that has not seen the occupations of ``fold``."""

    @cached_property
    def adapters(self) -> AdapterSet:
        """Which occupations tuned it."""
        return AdapterSet.read(self.folder)
