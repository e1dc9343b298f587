"""The static encoder: a fast imitation of the work encoder, with one vector per token.

Without attention, a sentence takes microseconds. The encoder ignores the order of the words, except
for which one comes first.
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
from engine.encoders.probe import LinearProbe
from engine.encoders.quantized import quantize
from engine.encoders.token_pooling import (
    FIRST_MARK,
    INNER,
    MATRIX,
    OUTER,
    TABLE,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    Layers,
    TokenPooling,
)
from engine.encoders.tuned import PROBE_FILE, REINSTALL, TunedEncoder
from engine.errors import EncoderError
from engine.utils import checksums, resources
from engine.utils.concurrency import check_not_forked
from engine.utils.vectors import unit

_LARGEST = {TABLE: 25, MATRIX: 127}
"""Largest integers for the numbers of these; see ``engine.encoders.quantized``."""

_BATCH = 8_192
"""Number of texts to encode at once, to bound memory."""


def mark_first_words(
    tokenizer: Any, words: np.ndarray, first: np.ndarray
) -> tuple[Any, np.ndarray]:
    """Give the first word of a text a token of its own.

    Args:
        tokenizer: a BERT tokenizer of the library ``tokenizers``; its token IDs are the rows of
            both arrays.
        words: vectors of its tokens, shape (n_tokens, n_dimensions).
        first: what to add to the vector of a token that starts a text, of the same shape.

    Returns:
        The new tokenizer, and a vector for each of its tokens.
    """
    from tokenizers import Tokenizer
    from tokenizers.normalizers import Prepend, Sequence, Strip

    state = json.loads(tokenizer.to_str())
    vocabulary: dict[str, int] = state["model"]["vocab"]
    starts = [
        (token, row) for token, row in vocabulary.items() if token.isascii() and token.isalnum()
    ]
    marked = [FIRST_MARK, *(FIRST_MARK + token for token, _ in starts)]
    vocabulary |= {token: len(words) + row for row, token in enumerate(marked)}
    extended = Tokenizer.from_str(json.dumps(state))
    extended.normalizer = Sequence([extended.normalizer, Strip(right=False), Prepend(FIRST_MARK)])
    rows = [row for _, row in starts]
    mark_alone = np.zeros((1, words.shape[1]), dtype=words.dtype)
    return extended, np.vstack([words, mark_alone, words[rows] + first[rows]])


def write_static(
    folder: Path, tokenizer: Any, vectors: np.ndarray, layers: Layers, probe: LinearProbe
) -> None:
    """Write one version as a sentence-transformer, with its probe.

    Matrices are stored as small integers, all else in half precision.

    Args:
        folder: folder of the version.
        tokenizer: of the library ``tokenizers``; its token IDs are the rows of ``vectors``. All
            versions share it.
        vectors: vectors of the tokens, shape (n_tokens, n_token_dimensions).
        layers: from the mean of the token vectors to the vector of a text.
        probe: the probe on that vector.
    """
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
    for part, name in (("", TABLE), (INNER, MATRIX), (OUTER, MATRIX)):
        _quantize_matrix(folder / part / WEIGHTS_FILE, name)
    (folder / TOKENIZER_FILE).unlink()
    tokenizer.save(str(folder.parent / TOKENIZER_FILE), pretty=False)  # a quarter smaller
    (folder / "README.md").unlink(missing_ok=True)  # generated; one model card covers all versions
    probe.write(folder / PROBE_FILE)
    checksums.write(folder.parent)


def _quantize_matrix(path: Path, name: str) -> None:
    """Replace a matrix in a file of weights by integers and scales."""
    from safetensors.numpy import load_file, save_file

    arrays = load_file(path)
    arrays |= quantize(name, arrays.pop(name), _LARGEST[name], block=None)
    save_file(arrays, path)
    path.chmod(0o644)  # readable by all users, as the other weights


class StaticEncoder(TunedEncoder):
    """Token vectors, averaged, and two layers that turn the mean into the vector of the text.

    They were trained to reproduce the vectors of the work encoder, and on the outcomes that the
    work encoder was tuned on. The version of a fold saw no sentence and no outcome of the fold. The
    first columns of a vector imitate plain MiniLM, the others the work encoder.

    Args:
        folder: folder of the versions; the one that ships if None.
        fold: use the version trained without this fold; the final version if None.

    Raises:
        EncoderError: if the version is missing or modified.
    """

    name = "static"

    def __init__(self, folder: Path | None = None, *, fold: int | None = None) -> None:
        super().__init__(folder or resources.shipped("models") / "static", fold)
        if not (self.version / PROBE_FILE).is_file():
            raise EncoderError(f"{self.version} has no static encoder; {REINSTALL}")
        for part in (self.version.name, TOKENIZER_FILE):
            checksums.check(self.folder, part)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of token vectors, layers and tokenizer."""
        return self._pooling.fingerprint

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Return unit vectors, shape (n_texts, n_dimensions), float32.

        Raises:
            EncoderError: if the encoder cannot be loaded, or was loaded before a fork.
        """
        check_not_forked()
        starts = range(0, max(len(texts), 1), _BATCH)
        pooling = self._pooling
        return np.vstack([pooling.encode(texts[at : at + _BATCH]) for at in starts])

    @cached_property
    def content(self) -> Encoder:
        """The columns that imitate plain MiniLM, scaled to unit length."""
        return _ContentColumns(self)

    @cached_property
    def probe(self) -> LinearProbe:
        """The linear probe that was trained together with the token vectors."""
        return LinearProbe.read(self.version / PROBE_FILE)

    def without(self, fold: int) -> StaticEncoder:
        """Return the version that was trained without the occupations of ``fold``."""
        return StaticEncoder(self.folder, fold=fold)

    @cached_property
    def _pooling(self) -> TokenPooling:
        return TokenPooling(self.version)


class _ContentColumns:
    """An encoder of the columns of a static encoder that its probe does not use."""

    name = "static content"

    def __init__(self, encoder: StaticEncoder) -> None:
        self._encoder = encoder
        self._columns = ~encoder.probe.weight.any(axis=0)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(f"content of {self._encoder.fingerprint}".encode()).hexdigest()

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        return unit(self._encoder.encode(texts, progress=progress)[:, self._columns])
