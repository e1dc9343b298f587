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
_STATIC_BATCH = 2_048


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


def write_static(
    folder: Path, tokenizer: Any, vectors: np.ndarray, weight: np.ndarray, bias: np.ndarray
) -> None:
    """Write one version as a sentence-transformer, in half precision, with its heads.

    Args:
        tokenizer: of the library ``tokenizers``; its ids are the rows of ``vectors``.
        vectors: of the tokens, shape (n_tokens, n_dimensions).
        weight, bias: as of ``Readout``.
    """
    from safetensors.numpy import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    module = StaticEmbedding(tokenizer, embedding_weights=vectors.astype(np.float16))
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    (folder / "README.md").unlink(missing_ok=True)  # generated; there is one card for all versions
    heads = {"weight": weight.astype(np.float16), "bias": bias.astype(np.float16)}
    save_file(heads, str(folder / _HEADS))


class StaticEncoder(WorkEncoder):
    """The encoder for work imitated by a vector a token, whose mean is the sentence's.

    Without attention a sentence costs microseconds. Its token vectors are taught whole sentences,
    as the encoder for work embeds them, and the outcomes that one was tuned on; so the same caution
    holds, and the version for a fold has met no sentence and no outcome of the fold.

    The first columns of a vector imitate the teacher's plain half, the others its tuned half.

    Args:
        folder: where the versions are; the one that ships by default.
        fold: use the version that has not seen this fold, instead of the final one.
    """

    name = "static"

    def __init__(self, folder: Path | None = None, *, fold: int | None = None) -> None:
        self._folder = folder or places.shipped("models") / "static"
        self._version = self._folder / (FINAL if fold is None else fold_name(fold))
        if not (self._version / _HEADS).is_file():
            raise EncoderError(
                f"{self._version} has no static encoder: expected the one that ships; install the "
                "package again, make it with scripts/distill_encoder.py, or use --encoder minilm"
            )
        self._model = SentenceTransformerEncoder(str(self._version), batch_size=_STATIC_BATCH)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over token vectors and tokenizer."""
        return self._model.fingerprint

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Unit vectors, shape (n_texts, n_dimensions), float32."""
        return self._model.encode(texts, progress=progress)

    @cached_property
    def readout(self) -> readout.Readout:
        """The heads that were taught together with the token vectors."""
        from safetensors.numpy import load_file

        arrays = load_file(str(self._version / _HEADS))
        return readout.Readout(
            arrays["weight"].astype(np.float64), arrays["bias"].astype(np.float64)
        )

    def without(self, fold: int) -> StaticEncoder:
        """The version that has not seen the occupations of ``fold``."""
        return StaticEncoder(self._folder, fold=fold)


def find_encoder(name: str) -> Encoder:
    """The encoder of a name: ``work``, ``static``, or what ``SentenceTransformerEncoder`` takes."""
    own = {encoder.name: encoder for encoder in (WorkEncoder, StaticEncoder)}
    return own[name]() if name in own else SentenceTransformerEncoder(name)
