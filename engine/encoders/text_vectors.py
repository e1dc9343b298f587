"""Vectors of texts for an engine: from its corpus, from memory, or encoded now."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder, check_fingerprint
from engine.utils.concurrency import shared_lock
from engine.utils.language import check_english

_REMEMBERED = 10_000
_remembering = shared_lock()


class VectorSource:
    """Unit vectors of any text, by the encoder that the corpus was embedded with.

    Args:
        corpus, vectors: tasks that need no encoding, and theirs.
        encoder: for everything else; loaded only when it is needed.
        fingerprint: what the encoder's fingerprint must be.
    """

    def __init__(
        self, corpus: Corpus, vectors: np.ndarray, encoder: Encoder, fingerprint: str
    ) -> None:
        self.encoder = encoder
        self.fingerprint = fingerprint
        self._corpus = corpus
        self._vectors = vectors
        self._remembered: OrderedDict[str, np.ndarray] = OrderedDict()

    def __call__(self, texts: Sequence[str], where: str) -> np.ndarray:
        """Unit vectors, shape (n_texts, n_dimensions), float32.

        Raises:
            InputError: naming ``where``, if a text that has to be encoded is not English.
            EncoderError: if the encoder cannot be loaded or is another than the reference's.
        """
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
        """Unit vectors of texts that were checked, kept nowhere; for the many texts of a table.

        Raises:
            EncoderError: if the encoder cannot be loaded or is another than the reference's.
        """
        check_fingerprint(self.encoder, self.fingerprint, "this engine")
        return self.encoder.encode(texts)

    @cached_property
    def _row_of_text(self) -> Mapping[str, int]:
        return {text: row for row, text in enumerate(self._corpus.tasks["task"])}

    def _remember(self, vectors: Mapping[str, np.ndarray]) -> None:
        with _remembering:
            self._remembered.update(vectors)
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
