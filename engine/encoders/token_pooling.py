"""Inference for a sentence-transformer of a ``StaticEmbedding`` and two dense layers.

It gives the same vectors as the library, many times faster. It splits a word into tokens once, and
each further occurrence is one lookup. Matrices are quantized, which is the only difference from the
files of the library.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders.quantized import dequantize
from engine.encoders.tuned import REINSTALL
from engine.errors import EncoderError
from engine.utils.text import text_key
from engine.utils.vectors import unit

FIRST_MARK = "\u2581"
"""Mark of the first word of a text, which has its own tokens: in a task, it is the action."""

WEIGHTS_FILE, TABLE = "model.safetensors", "embedding.weight"
"""File of weights in each folder, and the name of the vectors of the tokens in theirs."""

TOKENIZER_FILE = "tokenizer.json"
"""In the folder that contains those of the versions, which share it."""

INNER, OUTER = "2_Dense", "3_Dense"
MATRIX, _BIAS = "linear.weight", "linear.bias"
"""Folders of the layers, and what their files contain."""

_MAX_WORDS = 100_000
"""Maximum number of words to remember; the memory is cleared when it is full."""

_TO_PUNCTUATION = dict.fromkeys(
    code for code in range(128) if chr(code).isalnum() or chr(code) == " "
)
"""Translation that deletes everything but punctuation."""

_pooling = threading.Lock()  # of the module, so that encoders can be pickled


@dataclass(frozen=True)
class Layers:
    """Two dense layers on the mean of the token vectors of a text.

    Attributes:
        inner: weight of the first layer, shape (n_hidden, n_token_dimensions).
        bias: bias of the first layer, shape (n_hidden,); a rectifier (ReLU) follows.
        outer: weight of the second layer, shape (n_dimensions, n_hidden).
    """

    inner: np.ndarray
    bias: np.ndarray
    outer: np.ndarray

    def __call__(self, means: np.ndarray) -> np.ndarray:
        """Return unit vectors, shape (n, n_dimensions).

        Args:
            means: mean token vectors, shape (n, n_token_dimensions).
        """
        hidden = unit(means) @ self.inner.T + self.bias
        return unit(np.maximum(hidden, 0.0, out=hidden) @ self.outer.T)


class TokenPooling:
    """A static sentence-transformer in memory; any number of threads may share it.

    Args:
        folder: folder of the sentence-transformer, with its tokenizer in the folder above.

    Attributes:
        fingerprint: SHA-256 of weights, layers and tokenizer.

    Raises:
        EncoderError: if a file is missing or has another architecture.
    """

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        try:
            weights, *layers = (
                (folder / part / WEIGHTS_FILE).read_bytes() for part in ("", INNER, OUTER)
            )
            tokenizer = (folder.parent / TOKENIZER_FILE).read_bytes()
            self._tokenizer = Tokenizer.from_buffer(tokenizer)
            self._normalizer = _normalizer(json.loads(tokenizer))
            self._vectors = dequantize(TABLE, load(weights))
            inner, outer = (load(layer) for layer in layers)
            self._layers = Layers(
                dequantize(MATRIX, inner), dequantize(_BIAS, inner), dequantize(MATRIX, outer)
            )
        except Exception as error:  # the libraries raise many kinds for the same reason
            raise EncoderError(
                f"{folder} is not a StaticEmbedding with a lowercase BERT tokenizer and two dense "
                f"layers ({error!r}); {REINSTALL}"
            ) from error
        self._tokenizer.normalizer = None  # its input is normalized words
        self.fingerprint = hashlib.sha256(b"".join([weights, *layers, tokenizer])).hexdigest()
        self._forget_words()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors, shape (n_texts, n_dimensions), float32."""
        return self._layers(self._means(texts))

    def _means(self, texts: Sequence[str]) -> np.ndarray:
        """Mean token vectors, shape (n_texts, n_token_dimensions); zero without tokens."""
        from scipy.sparse import csr_array

        words = [self._words(text) for text in texts]
        with _pooling:
            rows = np.fromiter(map(self._rows.__getitem__, chain.from_iterable(words)), np.int64)
            self._tokenize_new_words()
            sums, counts = self._sums, self._counts
            if len(self._rows) > _MAX_WORDS:
                self._forget_words()
        starts = np.cumsum([0, *map(len, words)])
        # A sparse product adds rows without copying them first.
        words_of_texts = csr_array(
            (np.ones(len(rows), dtype=np.float32), rows, starts), shape=(len(words), len(sums))
        )
        return (words_of_texts @ sums) / np.maximum(words_of_texts @ counts, 1.0)[:, None]

    def _words(self, text: str) -> list[str]:
        """Split a text as the tokenizer does before it splits words into tokens, in any order."""
        if not (text.isascii() and text.isprintable()):
            return self._normalizer.normalize_str(text).split() if text else []
        # A BERT tokenizer treats each punctuation mark as a word.
        words = [*text_key(text).split(), *text.translate(_TO_PUNCTUATION)]
        if not words:
            return words
        if text.lstrip()[0].isalnum():
            words[0] = FIRST_MARK + words[0]
        else:
            words.append(FIRST_MARK)
        return words

    def _forget_words(self) -> None:
        self._rows = _Rows()
        self._sums = np.zeros((0, self._vectors.shape[1]), dtype=np.float32)
        self._counts = np.zeros(0, dtype=np.float32)

    def _tokenize_new_words(self) -> None:
        """Append the sum and the number of the token vectors of each new word."""
        known = len(self._counts)
        if len(self._rows) == known:
            return
        new = list(self._rows)[known:]
        encodings = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
        sums = np.stack([self._vectors[encoding.ids].sum(axis=0) for encoding in encodings])
        self._sums = np.vstack([self._sums, sums])
        counts = np.array([len(encoding.ids) for encoding in encodings], dtype=np.float32)
        self._counts = np.concatenate([self._counts, counts])


def _normalizer(tokenizer: Mapping[str, Any]) -> Any:
    """Return the normalizer of a tokenizer file, if it is of the kind that ``_words`` knows."""
    from tokenizers import Tokenizer

    steps = tokenizer["normalizer"].get("normalizers", [])
    rules = [*(step["type"] for step in steps), tokenizer["pre_tokenizer"]["type"]]
    if (
        rules != ["BertNormalizer", "Strip", "Prepend", "BertPreTokenizer"]
        or not steps[0]["lowercase"]
        or steps[2]["prepend"] != FIRST_MARK
        or tokenizer["added_tokens"]
    ):
        raise ValueError(f"steps of the tokenizer are {', '.join(rules)}")
    return Tokenizer.from_str(json.dumps(tokenizer)).normalizer


class _Rows(dict[str, int]):
    """Word -> row of its sum and count; a new word gets the next row."""

    def __missing__(self, word: str) -> int:
        row = self[word] = len(self)
        return row
