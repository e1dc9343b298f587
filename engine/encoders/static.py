"""The static encoder: the encoder for work imitated by one vector a token, for speed.

Without attention a sentence costs microseconds, and everything else stays as it is. Of the order of
words it knows one thing, which of them is the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders.base import Encoder
from engine.encoders.probe import Readout
from engine.encoders.token_pooling import FIRST, Layers, TokenMeans, unit
from engine.encoders.tuned import HEADS, TunedEncoder
from engine.errors import EncoderError
from engine.utils import checksums, resources

_BATCH = 8_192
"""Texts encoded at a time, which bounds memory."""


def mark_first_words(
    tokenizer: Any, words: np.ndarray, first: np.ndarray
) -> tuple[Any, np.ndarray]:
    """A tokenizer that gives the first word of a text tokens of their own, and their vectors.

    Args:
        tokenizer: of the library ``tokenizers``, for BERT; its ids are the rows of both arrays.
        words: vectors of its tokens, shape (n_tokens, n_dimensions).
        first: what is added to a token that a text begins with, of the same shape.

    Returns:
        The tokenizer, and a row for each of its tokens.
    """
    from tokenizers import Tokenizer
    from tokenizers.normalizers import Prepend, Sequence, Strip

    state = json.loads(tokenizer.to_str())
    vocabulary: dict[str, int] = state["model"]["vocab"]
    beginnings = [
        (token, row) for token, row in vocabulary.items() if token.isascii() and token.isalnum()
    ]
    marked = [FIRST, *(FIRST + token for token, _ in beginnings)]
    vocabulary |= {token: len(words) + row for row, token in enumerate(marked)}
    made = Tokenizer.from_str(json.dumps(state))
    made.normalizer = Sequence([made.normalizer, Strip(right=False), Prepend(FIRST)])
    rows = [row for _, row in beginnings]
    nothing = np.zeros((1, words.shape[1]), dtype=words.dtype)
    return made, np.vstack([words, nothing, words[rows] + first[rows]])


def write_static(
    folder: Path, tokenizer: Any, vectors: np.ndarray, layers: Layers, readout: Readout
) -> None:
    """Write one version as a sentence-transformer, in half precision, with its heads.

    Args:
        tokenizer: of the library ``tokenizers``; its ids are the rows of ``vectors``.
        vectors: of the tokens, shape (n_tokens, n_token_dimensions).
        layers: from their mean to the vector of a text.
        readout: the heads, on that vector.
    """
    from safetensors.numpy import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import (
        Dense,
        Normalize,
        StaticEmbedding,
    )
    from torch import nn, tensor

    hidden, width = layers.inner.shape
    inner = Dense(
        width,
        hidden,
        activation_function=nn.ReLU(),
        init_weight=tensor(layers.inner),
        init_bias=tensor(layers.bias),
    )
    outer = Dense(
        hidden,
        len(layers.outer),
        bias=False,
        activation_function=None,
        init_weight=tensor(layers.outer),
    )
    table = StaticEmbedding(tokenizer, embedding_weights=vectors)
    modules: list[nn.Module] = [table, Normalize(), inner, outer, Normalize()]
    SentenceTransformer(modules=modules, device="cpu").half().save(str(folder))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)  # a quarter smaller
    (folder / "README.md").unlink(missing_ok=True)  # generated; there is one card for all versions
    heads = {"weight": readout.weight.astype(np.float16), "bias": readout.bias.astype(np.float16)}
    save_file(heads, str(folder / HEADS))
    checksums.write(folder.parent)


class StaticEncoder(TunedEncoder):
    """A vector a token, and two layers that make of their mean the vector of the sentence.

    They are taught whole sentences, as the encoder for work embeds them, and the outcomes that one
    was tuned on. The version for a fold has met no sentence and no outcome of it.

    The first columns of a vector imitate plain MiniLM, the others the encoder for work.

    Args:
        folder: where the versions are; the one that ships by default.
        fold: use the version that has not seen this fold, instead of the final one.
    """

    name = "static"

    def __init__(self, folder: Path | None = None, *, fold: int | None = None) -> None:
        super().__init__(folder or resources.shipped("models") / "static", fold)
        if not (self.version / HEADS).is_file():
            raise EncoderError(
                f"{self.version} has no static encoder: expected the one that ships; install the "
                "package again, make it with scripts/distill_encoder.py, or use --encoder minilm"
            )
        checksums.check(self.folder, self.version.name)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over token vectors, layers and tokenizer."""
        return self._means.fingerprint

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Unit vectors, shape (n_texts, n_dimensions), float32.

        Raises:
            EncoderError: if it cannot be loaded.
        """
        starts = range(0, max(len(texts), 1), _BATCH)
        means = self._means
        return np.vstack([means.layers(means(texts[at : at + _BATCH])) for at in starts])

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
        return unit(self._whole.encode(texts, progress=progress)[:, self._columns])
