"""The encoder for work: MiniLM beside MiniLM with an adapter tuned on published outcomes.

A vector has two halves, what a task says and what becomes of it: the plain embedding, so that
neighbours are alike in content, and the tuned one, so that they are alike in outcome.

The adapter has seen outcomes. Whatever is fitted after it must meet each task as it would meet a
new one, so there are further adapters, each tuned without one fold of the occupations.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine import places, readout
from engine.encoder import Encoder, SentenceTransformerEncoder
from engine.errors import EncoderError

TUNED_PART = 0.7
"""Part of a similarity that the tuned half makes up; the plain half makes up the rest."""

BASE = "sentence-transformers/all-MiniLM-L6-v2"
FINAL = "final"
_SETTINGS = "encoder.json"
_HEADS = "readout.safetensors"
_WEIGHTS = "adapter_model.safetensors"


def fold_name(number: int) -> str:
    """Folder of the adapter that has not seen fold ``number``."""
    return f"fold_{number}"


@dataclass(frozen=True)
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
            EncoderError: if it is missing or damaged.
        """
        path = folder / _SETTINGS
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            fold_of = {
                str(code): number
                for number, codes in enumerate(found["occupations_by_fold"])
                for code in codes
            }
            folds = len(found["occupations_by_fold"])
            return cls(folds, fold_of, str(found["corpus"]), int(found["seed"]))
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

    def folds_of(self, soc_codes: Sequence[str]) -> np.ndarray:
        """Fold of each occupation, shape (n,); one that tuned no adapter is given any, for good."""
        return np.array([self.fold_of.get(code, _any_fold(code, self.folds)) for code in soc_codes])


def _any_fold(code: str, folds: int) -> int:
    return hashlib.sha256(code.encode()).digest()[0] % folds


def write_adapter(folder: Path, network: Any, weight: Any, bias: Any) -> None:
    """Write a tuned adapter and its own heads, in half precision."""
    from safetensors.numpy import save_file

    # Not the folder it was loaded from, which is of this machine.
    network.peft_config["default"].base_model_name_or_path = BASE
    network.half().save_pretrained(str(folder), save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)
    heads = {"weight": weight, "bias": bias}
    arrays = {key: value.detach().numpy().astype(np.float16) for key, value in heads.items()}
    save_file(arrays, str(folder / _HEADS))


class WorkEncoder:
    """Plain and tuned embedding side by side, each vector of length 1.

    Args:
        folder: where the adapters are; the one that ships by default.
        fold: use the adapter that has not seen this fold, instead of the final one.
    """

    name = "work"

    def __init__(self, folder: Path | None = None, *, fold: int | None = None) -> None:
        self._folder = folder or places.shipped("models") / "work"
        adapter = self._folder / (FINAL if fold is None else fold_name(fold))
        if not (adapter / _WEIGHTS).is_file():
            raise EncoderError(
                f"{adapter} has no adapter: expected the encoder 'work' as it ships; install the "
                "package again, tune it with scripts/tune_encoder.py, or use --encoder minilm"
            )
        self._adapter = adapter
        self.parts = (
            SentenceTransformerEncoder("minilm"),
            SentenceTransformerEncoder("minilm", adapter=adapter),
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the fingerprints of both parts and how they are mixed."""
        described = [*(part.fingerprint for part in self.parts), repr(TUNED_PART)]
        return hashlib.sha256("".join(described).encode()).hexdigest()

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Unit vectors, shape (n_texts, 768), float32: the plain half, then the tuned half."""
        return self.join([part.encode(texts, progress=progress) for part in self.parts])

    def join(self, halves: Sequence[np.ndarray]) -> np.ndarray:
        """Vectors of ``parts`` as vectors of this encoder."""
        plain, tuned = halves
        return np.hstack([np.sqrt(1 - TUNED_PART) * plain, np.sqrt(TUNED_PART) * tuned]).astype(
            np.float32
        )

    @cached_property
    def adapters(self) -> AdapterSet:
        """Which occupations tuned it."""
        return AdapterSet.read(self._folder)

    @cached_property
    def readout(self) -> readout.Readout:
        """The heads that were tuned together with the adapter, on vectors of this encoder."""
        from safetensors.numpy import load_file

        arrays = load_file(str(self._adapter / _HEADS))
        weight = arrays["weight"].astype(np.float64) * readout.SCALE / np.sqrt(TUNED_PART)
        plain = np.zeros_like(weight)
        return readout.Readout(np.hstack([plain, weight]), arrays["bias"].astype(np.float64))

    def without(self, fold: int) -> WorkEncoder:
        """The encoder that has not seen the occupations of ``fold``."""
        return WorkEncoder(self._folder, fold=fold)


def find_encoder(name: str) -> Encoder:
    """The encoder of a name: ``work``, or what ``SentenceTransformerEncoder`` takes."""
    return WorkEncoder() if name == WorkEncoder.name else SentenceTransformerEncoder(name)
