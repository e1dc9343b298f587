"""A sentence-transformer of a ``StaticEmbedding`` and two dense layers, without the library.

The same vectors as the library gives, and many times faster: a word is cut into its tokens once,
and met again it is one look-up.
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

from engine.errors import EncoderError
from engine.utils.text import text_key

FIRST = "\u2581"
"""Stands before the first word of a text, which has a token of its own: in a task, what is done."""

_WEIGHTS, _TOKENIZER = "model.safetensors", "tokenizer.json"

INNER, OUTER = "2_Dense", "3_Dense"
"""Folders of the layers; the ones before and after bring vectors to length 1."""

_WORDS = 100_000
"""Words that are remembered; with more the memory is begun anew."""

_NO_MARKS = dict.fromkeys(code for code in range(128) if chr(code).isalnum() or chr(code) == " ")


@dataclass(frozen=True)
class Layers:
    """Two layers on the mean of the token vectors.

    Attributes:
        inner: weight of the first, shape (n_hidden, n_token_dimensions).
        bias: of the first, shape (n_hidden,); what is below 0 after it becomes 0.
        outer: weight of the second, shape (n_dimensions, n_hidden).
    """

    inner: np.ndarray
    bias: np.ndarray
    outer: np.ndarray

    def __call__(self, means: np.ndarray) -> np.ndarray:
        """Vectors of length 1, shape (n, n_dimensions), of means of token vectors."""
        hidden = unit(means) @ self.inner.T + self.bias
        return unit(np.maximum(hidden, 0.0, out=hidden) @ self.outer.T)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows at length 1; a row of zeros stays one."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


class TokenMeans:
    """Mean token vectors of texts; several threads may use it.

    Args:
        folder: of the sentence-transformer.

    Attributes:
        layers: what makes vectors of the means.
        fingerprint: SHA-256 over tokenizer and weights.

    Raises:
        EncoderError: if its files are missing or are not what is expected.
    """

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        try:
            weights, *layers = (
                (folder / part / _WEIGHTS).read_bytes() for part in ("", INNER, OUTER)
            )
            tokenizer = (folder / _TOKENIZER).read_bytes()
            self._tokenizer = Tokenizer.from_buffer(tokenizer)
            self._normalizer = _normalizer(json.loads(tokenizer))
            self._vectors = load(weights)["embedding.weight"].astype(np.float32)
            inner, outer = (
                {name: part.astype(np.float32) for name, part in load(layer).items()}
                for layer in layers
            )
            self.layers = Layers(
                inner["linear.weight"], inner["linear.bias"], outer["linear.weight"]
            )
        except Exception as error:  # the libraries raise many kinds, all of them meaning this
            raise EncoderError(
                f"{folder} cannot be loaded ({error!r}): expected a sentence-transformer of a "
                "StaticEmbedding with a lower-casing BERT tokenizer and two dense layers, as the "
                "encoder 'static' ships; install the package again, or make it with "
                "scripts/distill_encoder.py"
            ) from error
        self._tokenizer.normalizer = None  # it is given words that are normalized
        self.fingerprint = hashlib.sha256(b"".join([weights, *layers, tokenizer])).hexdigest()
        self._lock = threading.Lock()
        self._forget()

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Means, shape (n_texts, n_dimensions), float32; zero for a text without tokens."""
        from scipy.sparse import csr_array

        words = [self._words(text) for text in texts]
        with self._lock:
            rows = np.fromiter(map(self._rows.__getitem__, chain.from_iterable(words)), np.int64)
            self._cut_new_words()
            sums, counts = self._sums, self._counts
            if len(self._rows) > _WORDS:
                self._forget()
        starts = np.cumsum([0, *map(len, words)])
        # A sparse product adds up rows without copying them first.
        of_texts = csr_array(
            (np.ones(len(rows), dtype=np.float32), rows, starts), shape=(len(words), len(sums))
        )
        return (of_texts @ sums) / np.maximum(of_texts @ counts, 1.0)[:, None]

    def _words(self, text: str) -> list[str]:
        """What ``text`` can be cut into before its tokens are looked for, in any order."""
        if not (text.isascii() and text.isprintable()):
            return self._normalizer.normalize_str(text).split() if text else []
        # To a BERT tokenizer each mark is a word of its own.
        words = [*text_key(text).split(), *text.translate(_NO_MARKS)]
        if not words:
            return words
        if text.lstrip()[0].isalnum():
            words[0] = FIRST + words[0]
        else:
            words.append(FIRST)
        return words

    def _forget(self) -> None:
        self._rows = _Rows()
        self._sums = np.zeros((0, self._vectors.shape[1]), dtype=np.float32)
        self._counts = np.zeros(0, dtype=np.float32)

    def _cut_new_words(self) -> None:
        known = len(self._counts)
        if len(self._rows) == known:
            return
        new = list(self._rows)[known:]
        found = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
        sums = np.stack([self._vectors[encoding.ids].sum(axis=0) for encoding in found])
        self._sums = np.vstack([self._sums, sums])
        counts = np.array([len(encoding.ids) for encoding in found], dtype=np.float32)
        self._counts = np.concatenate([self._counts, counts])


def _normalizer(tokenizer: Mapping[str, Any]) -> Any:
    """Of a tokenizer as its file describes it, if it is the kind whose words are known here."""
    from tokenizers import Tokenizer

    steps = tokenizer["normalizer"].get("normalizers", [])
    rules = [*(step["type"] for step in steps), tokenizer["pre_tokenizer"]["type"]]
    if (
        rules != ["BertNormalizer", "Strip", "Prepend", "BertPreTokenizer"]
        or not steps[0]["lowercase"]
        or steps[2]["prepend"] != FIRST
        or tokenizer["added_tokens"]
    ):
        raise ValueError(f"the tokenizer is by {', '.join(rules)}")
    return Tokenizer.from_str(json.dumps(tokenizer)).normalizer


class _Rows(dict[str, int]):
    """Word -> its row; a new word gets the next one."""

    def __missing__(self, word: str) -> int:
        row = self[word] = len(self)
        return row
