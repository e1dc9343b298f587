"""The encoder for work: MiniLM beside MiniLM with an adapter tuned on published outcomes.

A vector has two halves, what a task says and what becomes of it: the plain embedding, so that
neighbours are alike in content, and the tuned one, so that they are alike in outcome.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine import checksums, places, readout
from engine.encoder import SentenceTransformerEncoder
from engine.errors import EncoderError
from engine.tuned_encoder import BASE, HEADS, TunedEncoder

TUNED_PART = 0.7
"""Part of a similarity that the tuned half makes up; the plain half makes up the rest."""

_WEIGHTS = "adapter_model.safetensors"


def write_adapter(folder: Path, network: Any, weight: Any, bias: Any) -> None:
    """Write a tuned adapter and its own heads, in half precision."""
    from safetensors.numpy import save_file

    # Not the folder it was loaded from, which is of this machine.
    network.peft_config["default"].base_model_name_or_path = BASE
    network.half().save_pretrained(str(folder), save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)
    heads = {"weight": weight, "bias": bias}
    arrays = {key: value.detach().numpy().astype(np.float16) for key, value in heads.items()}
    save_file(arrays, str(folder / HEADS))
    checksums.write(folder.parent)


class WorkEncoder(TunedEncoder):
    """Plain and tuned embedding side by side, each vector of length 1.

    Args:
        folder: where the adapters are; the one that ships by default.
        fold: use the adapter that has not seen this fold, instead of the final one.
    """

    name = "work"

    def __init__(self, folder: Path | None = None, *, fold: int | None = None) -> None:
        super().__init__(folder or places.shipped("models") / "work", fold)
        if not (self.version / _WEIGHTS).is_file():
            raise EncoderError(
                f"{self.version} has no adapter: expected the encoder 'work' as it ships; install "
                "the package again, tune it with scripts/tune_encoder.py, or use --encoder minilm"
            )
        checksums.check(self.folder, self.version.name)
        self.parts = (
            SentenceTransformerEncoder("minilm"),
            SentenceTransformerEncoder("minilm", adapter=self.version),
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
    def readout(self) -> readout.Readout:
        """The heads that were tuned together with the adapter, on vectors of this encoder."""
        from safetensors.numpy import load_file

        arrays = load_file(str(self.version / HEADS))
        weight = arrays["weight"].astype(np.float64) * readout.SCALE / np.sqrt(TUNED_PART)
        plain = np.zeros_like(weight)
        return readout.Readout(np.hstack([plain, weight]), arrays["bias"].astype(np.float64))

    def without(self, fold: int) -> WorkEncoder:
        """The encoder that has not seen the occupations of ``fold``."""
        return WorkEncoder(self.folder, fold=fold)
