"""Vectors of texts for an engine: from its corpus, from memory, or from the encoder."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder, check_fingerprint
from engine.utils.concurrency import check_not_forked
from engine.utils.language import check_english

_MAX_REMEMBERED = 10_000
"""Number of texts to remember: the most recently encoded ones."""

_remembering = threading.Lock()


class VectorSource:
    """Unit vectors of any text, by the encoder that the corpus was embedded with.

    Args:
        corpus: tasks that need no encoding.
        vectors: unit vectors of the tasks, shape (n_tasks, n_dimensions), float32.
        encoder: encoder of all other texts, loaded when it is first needed.
        fingerprint: fingerprint that the encoder must have.
    """

    def __init__(
        self, corpus: Corpus, vectors: np.ndarray, encoder: Encoder, fingerprint: str
    ) -> None:
        check_not_forked()
        self.encoder = encoder
        self.fingerprint = fingerprint
        self._corpus = corpus
        self._vectors = vectors
        self._remembered: OrderedDict[str, np.ndarray] = OrderedDict()

    def __call__(self, texts: Sequence[str], where: str) -> np.ndarray:
        """Return unit vectors, shape (n_texts, n_dimensions), float32.

        Args:
            texts: at least one text.
            where: where the texts are, as error messages name it.

        Raises:
            InputError: naming ``where``, if a text that the engine does not know is not English.
            EncoderError: if the encoder cannot be loaded, is not the one that the corpus was
                embedded with, or the engine was loaded before a fork.
        """
        check_not_forked()
        rows = self._row_of_text
        with _remembering:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
        known |= {text: self._vectors[rows[text]] for text in texts if text in rows}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            checked = [text if text in new else "" for text in texts]
            check_english(checked, where, self._corpus.vocabulary)
            encoded = dict(zip(new, self.encode(new), strict=True))
            known |= encoded
            self._remember(encoded)
        return np.stack([known[text] for text in texts])

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors of texts that were checked, and do not remember them.

        For tables of many texts.

        Raises:
            EncoderError: as for a call.
        """
        check_not_forked()
        check_fingerprint(self.encoder, self.fingerprint, "this engine")
        return self.encoder.encode(texts)

    @cached_property
    def _row_of_text(self) -> Mapping[str, int]:
        return {text: row for row, text in enumerate(self._corpus.tasks["task"])}

    def _remember(self, vectors: Mapping[str, np.ndarray]) -> None:
        with _remembering:
            self._remembered.update(vectors)
            while len(self._remembered) > _MAX_REMEMBERED:
                self._remembered.popitem(last=False)
