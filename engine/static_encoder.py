"""The static encoder: the encoder for work imitated by one vector a token, for speed.

Without attention a sentence costs microseconds, and everything else stays as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine import checksums, places
from engine.encoder import Encoder
from engine.errors import EncoderError
from engine.readout import Readout
from engine.token_means import TokenMeans
from engine.tuned_encoder import HEADS, TunedEncoder

_BATCH = 8_192
"""Texts encoded at a time, which bounds memory."""


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
    save_file(heads, str(folder / HEADS))
    checksums.write(folder.parent)


class StaticEncoder(TunedEncoder):
    """A vector a token, whose mean is the sentence's.

    The token vectors are taught whole sentences, as the encoder for work embeds them, and the
    outcomes that one was tuned on. The version for a fold has met no sentence and no outcome of it.

    The first columns of a vector imitate plain MiniLM, the others the encoder for work.

    Args:
        folder: where the versions are; the one that ships by default.
        fold: use the version that has not seen this fold, instead of the final one.
    """

    name = "static"

    def __init__(self, folder: Path | None = None, *, fold: int | None = None) -> None:
        super().__init__(folder or places.shipped("models") / "static", fold)
        if not (self.version / HEADS).is_file():
            raise EncoderError(
                f"{self.version} has no static encoder: expected the one that ships; install the "
                "package again, make it with scripts/distill_encoder.py, or use --encoder minilm"
            )
        checksums.check(self.folder, self.version.name)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over token vectors and tokenizer."""
        return self._means.fingerprint

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Unit vectors, shape (n_texts, n_dimensions), float32.

        Raises:
            EncoderError: if it cannot be loaded.
        """
        starts = range(0, max(len(texts), 1), _BATCH)
        means = np.vstack([self._means(texts[start : start + _BATCH]) for start in starts])
        return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)

    @cached_property
    def content(self) -> Encoder:
        """The columns that imitate the teacher's encoder of content, at length 1."""
        return _Content(self)

    @cached_property
    def _means(self) -> TokenMeans:
        return TokenMeans(self.version)

    @cached_property
    def readout(self) -> Readout:
        """The heads that were taught together with the token vectors."""
        from safetensors.numpy import load_file

        arrays = load_file(str(self.version / HEADS))
        return Readout(arrays["weight"].astype(np.float64), arrays["bias"].astype(np.float64))

    def without(self, fold: int) -> StaticEncoder:
        """The version that has not seen the occupations of ``fold``."""
        return StaticEncoder(self.folder, fold=fold)


class _Content:
    """The columns of a static encoder that its heads do not read."""

    name = "static content"

    def __init__(self, whole: StaticEncoder) -> None:
        self._whole = whole
        self._columns = ~whole.readout.weight.any(axis=0)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(f"content of {self._whole.fingerprint}".encode()).hexdigest()

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        part = self._whole.encode(texts, progress=progress)[:, self._columns]
        return part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12)
