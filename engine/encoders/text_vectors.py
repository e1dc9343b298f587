"""Vectors of texts for an engine: from its corpus, from memory, or from the encoder."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder, check_fingerprint
from engine.encoders.multilingual import TranslatingEncoder, translating_encoder
from engine.encoders.plain_words import in_plain_words
from engine.errors import EncoderError
from engine.utils.concurrency import check_not_forked
from engine.utils.language import ENGLISH, check_languages, identify

_MAX_REMEMBERED = 10_000
"""Number of texts to remember: the most recently encoded ones."""

_remembering = threading.Lock()


class VectorSource:
    """Unit vectors of any text, by the encoder that the corpus was embedded with.

    Idioms of English are put into plain words before they are embedded. If a student of the encoder
    ships, it embeds text of the other languages that it reads.

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
        self._remembered: OrderedDict[tuple[str, str], np.ndarray] = OrderedDict()

    def __call__(self, texts: Sequence[str], where: str) -> np.ndarray:
        """Return unit vectors, shape (n_texts, n_dimensions), float32.

        Args:
            texts: at least one text.
            where: where the texts are, as error messages name it.

        Raises:
            InputError: naming ``where``, if a text that the engine does not know is of a language
                that it does not read.
            EncoderError: if the encoder cannot be loaded, is not the one that the corpus was
                embedded with, or the engine was loaded before a fork.
        """
        return self.with_languages(texts, where)[0]

    def with_languages(
        self, texts: Sequence[str], where: str, *, first: int = 1
    ) -> tuple[np.ndarray, list[str]]:
        """Return the vectors of a call, and the code of the language of each text.

        Args:
            texts, where: as for a call.
            first: number of the first text, for errors.

        Raises:
            InputError, EncoderError: as for a call.
        """
        check_not_forked()
        languages = self.languages_of(texts, where, first=first)
        asked = list(zip(languages, texts, strict=True))
        rows = self._row_of_text
        with _remembering:
            known = {key: self._remembered[key] for key in asked if key in self._remembered}
        known |= {key: self._vectors[rows[key[1]]] for key in asked if key[1] in rows}
        new = [key for key in dict.fromkeys(asked) if key not in known]
        if new:
            vectors = self.encode([text for _, text in new], [language for language, _ in new])
            encoded = dict(zip(new, vectors, strict=True))
            known |= encoded
            self._remember(encoded)
        return np.stack([known[key] for key in asked]), languages

    def languages_of(self, texts: Sequence[str], where: str, *, first: int = 1) -> list[str]:
        """Return the code of the language of each text; a text of the corpus is English.

        Raises:
            InputError: as for a call.
        """
        rows = self._row_of_text
        unknown = ["" if text in rows else text for text in texts]
        vocabulary = self._corpus.vocabulary
        return check_languages(unknown, where, self.reads, vocabulary, first=first)

    def can_read(self, text: str) -> bool:
        """Return whether it reads the language of a text."""
        language = identify(text, self._corpus.vocabulary)
        return language == ENGLISH or language in self.reads()

    def reads(self) -> frozenset[str]:
        """Return the codes of the languages that it reads."""
        translating = self._translating
        return frozenset([ENGLISH]) | (translating.languages if translating else frozenset())

    def encode(self, texts: Sequence[str], languages: Sequence[str]) -> np.ndarray:
        """Return unit vectors of texts that were checked, and do not remember them.

        For tables of many texts.

        Args:
            texts: any number of texts.
            languages: code of the language of each, one of ``reads()``.

        Raises:
            EncoderError: as for a call.
        """
        check_not_forked()
        check_fingerprint(self.encoder, self.fingerprint, "this engine")
        other = np.array([language != ENGLISH for language in languages], dtype=bool)
        if not other.any():
            return self.encoder.encode([in_plain_words(text) for text in texts])
        translated = self._translator.encode([texts[row] for row in np.flatnonzero(other).tolist()])
        vectors = np.empty((len(texts), translated.shape[1]), dtype=np.float32)
        vectors[other] = translated
        if not other.all():
            vectors[~other] = self.encoder.encode(
                [in_plain_words(texts[row]) for row in np.flatnonzero(~other).tolist()]
            )
        return vectors

    def error_factors(self, languages: Sequence[str]) -> np.ndarray:
        """Return by how much the expected error of a text of each language grows, shape (n,), ≥ 1.

        1 for English.
        """
        known = {ENGLISH: 1.0}
        for language in set(languages) - known.keys():
            known[language] = self._translator.error_factor(language)
        return np.array([known[language] for language in languages])

    @cached_property
    def _translating(self) -> TranslatingEncoder | None:
        return translating_encoder(self.fingerprint)

    @property
    def _translator(self) -> TranslatingEncoder:
        if self._translating is None:
            raise EncoderError(f"encoder {self.encoder.name!r} reads English; translate the texts")
        return self._translating

    @cached_property
    def _row_of_text(self) -> Mapping[str, int]:
        return {text: row for row, text in enumerate(self._corpus.tasks["task"])}

    def _remember(self, vectors: Mapping[tuple[str, str], np.ndarray]) -> None:
        with _remembering:
            self._remembered.update(vectors)
            while len(self._remembered) > _MAX_REMEMBERED:
                self._remembered.popitem(last=False)
