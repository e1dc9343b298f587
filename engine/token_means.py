"""Means of token vectors, as a sentence-transformer of one ``StaticEmbedding`` has them on disk.

The same vectors as the library gives, without loading it, and many times faster: a word is cut into
its tokens once, and met again it is one look-up.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from engine.errors import EncoderError
from engine.text import text_key

_WEIGHTS, _TOKENIZER = "model.safetensors", "tokenizer.json"

_WORDS = 100_000
"""Words that are remembered; with more the memory is begun anew."""

_NO_MARKS = dict.fromkeys(code for code in range(128) if chr(code).isalnum() or chr(code) == " ")


class TokenMeans:
    """Mean token vectors of texts; several threads may use it.

    Args:
        folder: of the sentence-transformer.

    Raises:
        EncoderError: if its files are missing or are not what is expected.
    """

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        try:
            weights = (folder / _WEIGHTS).read_bytes()
            tokenizer = (folder / _TOKENIZER).read_bytes()
            parts = json.loads(tokenizer)
            rules = (parts["normalizer"]["type"], parts["pre_tokenizer"]["type"])
            if (
                rules != ("BertNormalizer", "BertPreTokenizer")
                or not parts["normalizer"]["lowercase"]
            ):
                raise ValueError(f"the tokenizer is by {' and '.join(rules)}")
            self._vectors = load(weights)["embedding.weight"].astype(np.float32)
            self._tokenizer = Tokenizer.from_buffer(tokenizer)
        except Exception as error:  # the libraries raise many kinds, all of them meaning this
            raise EncoderError(
                f"{folder} cannot be loaded ({error!r}): expected a sentence-transformer of one "
                "StaticEmbedding with a lower-casing BERT tokenizer, as the encoder 'static' "
                "ships; install the package again, or make it with scripts/distill_encoder.py"
            ) from error
        self.fingerprint = hashlib.sha256(weights + tokenizer).hexdigest()
        self._lock = threading.Lock()
        self._forget()

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Means, shape (n_texts, n_dimensions), float32; zero for a text without tokens."""
        from scipy.sparse import csr_array

        words = [_words(text) for text in texts]
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


def _words(text: str) -> list[str]:
    """What ``text`` can be cut into before its tokens are looked for, in any order."""
    if text.isascii() and text.isprintable() and "[" not in text:
        # To a BERT tokenizer each mark is a word of its own.
        return [*text_key(text).split(), *text.translate(_NO_MARKS)]
    # Other characters it folds in its own ways, and a bracket may begin a token such as [UNK].
    return text.split(" ")


class _Rows(dict[str, int]):
    """Word -> its row; a new word gets the next one."""

    def __missing__(self, word: str) -> int:
        row = self[word] = len(self)
        return row
