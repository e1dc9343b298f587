"""The names of a catalog's occupations as vectors, and how well titles fit each occupation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.corpus.corpus import Corpus
from engine.intake.title_encoder import TitleEncoder, Words
from engine.intake.title_text import title_words
from engine.utils.cancellation import check_cancelled
from engine.utils.vectors import unit

SHORTLIST = 10
"""Number of occupations that are compared in detail for each title."""

FEATURES = (
    "name",
    "head",
    "head_alone",
    "centroid",
    "own_title",
    "exact",
    "overlap",
    "coverage",
)
"""What is known of a title and an occupation of its shortlist:

- ``name``: cosine of the title and the most similar name of the occupation.
- ``head``: log probability of the occupation by the head of the encoder, among all that it knows.
- ``head_alone``: the same without the department.
- ``centroid``: cosine of the title and the mean of the names.
- ``own_title``: cosine of the title and the title of the occupation.
- ``exact``: 1 if the title has the words of a name that no other occupation has, 1 / n if n have.
- ``overlap``: weighted part of words that the title and the most similar name share (Jaccard).
- ``coverage``: weighted part of the title's words that occur in any name of the occupation.
"""

_LEAST_CORRECTED, _LEAST_AGREEMENT = 5, 0.8
"""Length of words that are corrected, and the part of their letters that has to agree."""
_MAX_CORRECTED = 8
"""Maximum number of words of a title that are corrected; each takes milliseconds."""
_MAX_CORRECTIONS = 100_000
_LEAST_PROBABILITY = 1e-6
_NAME_WEIGHT = 8.0
_BLOCK_NUMBERS = 1 << 24
"""Maximum number of similarities at once: 64 MB."""


@dataclass(frozen=True, kw_only=True)
class Shortlist:
    """The occupations that fit titles best.

    Attributes:
        columns: positions in ``NameIndex.codes``, shape (n_titles, n_listed), the best first by a
            rough measure.
        features: shape (n_titles, n_listed, n_features), as ``FEATURES``.
        outside: probability of the most probable code that the catalog lacks, shape (n_titles,).
        entropy: entropy of the head over all codes that it knows, in nats, shape (n_titles,).
        weight: sum of the weights of the title's words, shape (n_titles,); low for general words.
        known: part of the title's words that the encoder or the catalog knows, shape (n_titles,).
    """

    columns: np.ndarray
    features: np.ndarray
    outside: np.ndarray
    entropy: np.ndarray
    weight: np.ndarray
    known: np.ndarray


class NameIndex:
    """Titles and alternate titles of the occupations in a catalog.

    Args:
        corpus: the engine's reference corpus.
        encoder: the title encoder.

    Attributes:
        codes: codes of the catalog's occupations, ascending.
        names: every name, those of an occupation in a row, its own title first.
        starts: position of the first name of each occupation, and the number of names at the end.
    """

    def __init__(self, corpus: Corpus, encoder: TitleEncoder) -> None:
        self._encoder = encoder
        self.codes = tuple(sorted(corpus.rows_of))
        names: dict[str, dict[tuple[str, ...], str]] = {code: {} for code in self.codes}
        for table in (corpus.occupations, corpus.alternate_titles):
            for code, name in zip(table["soc_code"], table["title"], strict=True):
                if code in names:
                    words = title_words(str(name))
                    # A title without letters is kept, so that every occupation has a name.
                    names[code].setdefault(words or (str(name),), str(name))
        self.names = tuple(name for code in self.codes for name in names[code].values())
        self.words = tuple(words for code in self.codes for words in names[code])
        self.starts = np.cumsum([0, *(len(names[code]) for code in self.codes)])
        self.vectors = encoder.encode(self.words)
        self._corrections: dict[str, str] = {}
        self._words_like: dict[int, list[str]] = {}

    @cached_property
    def code_of_name(self) -> np.ndarray:
        """Position of the occupation of each name, shape (n_names,)."""
        return np.repeat(np.arange(len(self.codes)), np.diff(self.starts))

    @cached_property
    def named(self) -> dict[frozenset[str], list[int]]:
        """Words of a name -> positions of the occupations that have it."""
        found: dict[frozenset[str], list[int]] = {}
        for words, code in zip(self.words, self.code_of_name.tolist(), strict=True):
            codes = found.setdefault(frozenset(words), [])
            if code not in codes:
                codes.append(code)
        return found

    @cached_property
    def _centroids(self) -> np.ndarray:
        return unit(np.add.reduceat(self.vectors, self.starts[:-1])).astype(np.float32)

    @cached_property
    def _heads(self) -> tuple[np.ndarray, np.ndarray]:
        """Vectors, times the scale, and biases of the catalog's codes, then of all other codes.

        A code that the encoder does not know has the mean of its names.
        """
        heads = self._encoder.heads["soc"]
        isco = self._encoder.heads["isco"]
        if self.codes and self.codes[0] in isco.codes:
            heads = isco
        row = {code: number for number, code in enumerate(heads.codes)}
        vectors = heads.scale * self._centroids
        biases = np.full(len(self.codes), heads.biases.mean(), dtype=np.float32)
        for column, code in enumerate(self.codes):
            if code in row:
                vectors[column] = heads.scale * heads.vectors[row[code]]
                biases[column] = heads.biases[row[code]]
        others = [number for code, number in row.items() if code not in set(self.codes)]
        return (
            np.vstack([vectors, heads.scale * heads.vectors[others]]),
            np.concatenate([biases, heads.biases[others]]),
        )

    @cached_property
    def _word_column(self) -> dict[str, int]:
        distinct = dict.fromkeys(word for words in self.words for word in words)
        return {word: column for column, word in enumerate(distinct)}

    @cached_property
    def _occurs(self) -> np.ndarray:
        """Whether any name of an occupation has a word, shape (n_words, n_codes), float32."""
        found = np.zeros((len(self._word_column) + 1, len(self.codes)), dtype=np.float32)
        for words, code in zip(self.words, self.code_of_name.tolist(), strict=True):
            for word in words:
                found[self._word_column[word], code] = 1.0
        return found

    @cached_property
    def _weights(self) -> np.ndarray:
        """Weight of each word, in [0, 1]; the rarer among occupations, the higher; 1 if new."""
        count = self._occurs.sum(axis=1)
        return np.log((len(self.codes) + 1) / (count + 1)) / np.log(len(self.codes) + 1)

    def weight(self, word: str) -> float:
        """Return the weight of a word, in [0, 1]; 1 if no name has it."""
        return float(self._weights[self._word_column.get(word, -1)])

    def corrected(self, words: Words) -> Words:
        """Return words with misspelled ones replaced by the nearest word of the catalog's names.

        A word counts as misspelled if neither the catalog nor the title encoder knows it. Of a long
        text, only the first ones are replaced.
        """
        unknown = [word for word in dict.fromkeys(words) if self._may_be_misspelled(word)]
        corrected = {word: self._corrected_word(word) for word in unknown[:_MAX_CORRECTED]}
        return tuple(corrected.get(word, word) for word in words)

    def _may_be_misspelled(self, word: str) -> bool:
        return (
            len(word) >= _LEAST_CORRECTED
            and word not in self._word_column
            and not self._encoder.knows(word)
        )

    def _corrected_word(self, word: str) -> str:
        found = self._corrections.get(word)
        if found is None:
            from rapidfuzz import distance, process

            nearest = process.extractOne(
                word,
                self._candidates(len(word)),
                scorer=distance.DamerauLevenshtein.normalized_similarity,
                score_cutoff=_LEAST_AGREEMENT,
            )
            found = nearest[0] if nearest else word
            if len(self._corrections) < _MAX_CORRECTIONS:
                self._corrections[word] = found
        return found

    def _candidates(self, length: int) -> list[str]:
        """Return the words of the catalog that enough letters of such a word could agree with."""
        found = self._words_like.get(length)
        if found is None:
            found = self._words_like[length] = [
                word
                for word in self._word_column
                if len(word) >= _LEAST_CORRECTED
                and min(len(word), length) >= _LEAST_AGREEMENT * max(len(word), length)
            ]
        return found

    def shortlist(self, titles: Sequence[Words], departments: Sequence[Words]) -> Shortlist:
        """Return the occupations that fit titles best.

        Args:
            titles: words of each title, at least one word.
            departments: words of each department; () without one.
        """
        size = max(1, _BLOCK_NUMBERS // len(self.names))
        blocks = []
        for start in range(0, len(titles), size):
            check_cancelled()
            stop = start + size
            blocks.append(self._block(titles[start:stop], departments[start:stop]))
        return Shortlist(
            **{
                name: np.concatenate([getattr(block, name) for block in blocks])
                for name in Shortlist.__dataclass_fields__
            }
        )

    def _block(self, titles: Sequence[Words], departments: Sequence[Words]) -> Shortlist:
        titles = [self.corrected(words) for words in titles]
        vectors = self._encoder.encode(titles, departments)
        similarity = vectors @ self.vectors.T
        best = np.maximum.reduceat(similarity, self.starts[:-1], axis=1)
        head, outside, entropy = self._head(vectors)
        alone = head
        given = np.array([bool(words) for words in departments])
        if given.any():
            alone = head.copy()
            some = np.flatnonzero(given)
            alone[some] = self._head(self._encoder.encode([titles[row] for row in some]))[0]
        listed = min(SHORTLIST, len(self.codes))
        rough = _NAME_WEIGHT * best + head
        columns = np.argpartition(-rough, listed - 1, axis=1)[:, :listed]
        at = np.arange(len(titles))[:, None]
        columns = columns[at, np.argsort(-rough[at, columns], axis=1, kind="stable")]
        exact, overlap, coverage, weight = self._lexical(titles, columns, similarity)
        features = [
            best[at, columns],
            head[at, columns],
            alone[at, columns],
            (vectors @ self._centroids.T)[at, columns],
            similarity[at, self.starts[columns]],
            exact,
            overlap,
            coverage,
        ]
        return Shortlist(
            columns=columns,
            features=np.stack(features, axis=2).astype(np.float32),
            outside=outside,
            entropy=entropy,
            weight=weight,
            known=np.array([self._known(words) for words in titles], dtype=np.float32),
        )

    def _known(self, words: Words) -> float:
        known = [word in self._word_column or self._encoder.knows(word) for word in words]
        return sum(known) / len(known)

    def _head(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return log probabilities of the catalog's codes, and ``outside`` and ``entropy``."""
        weights, biases = self._heads
        scores = vectors @ weights.T + biases
        scores -= scores.max(axis=1, keepdims=True)
        probability = np.exp(scores)
        probability /= probability.sum(axis=1, keepdims=True)
        logs = np.log(np.maximum(probability, _LEAST_PROBABILITY))
        entropy = -(probability * logs).sum(axis=1)
        inside = len(self.codes)
        others = probability[:, inside:]
        outside = others.max(axis=1) if others.shape[1] else np.zeros(len(vectors))
        return logs[:, :inside], outside, entropy

    def _lexical(
        self, titles: Sequence[Words], columns: np.ndarray, similarity: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        exact, overlap, coverage = (np.zeros(columns.shape, np.float32) for _ in range(3))
        total = np.zeros(len(titles), dtype=np.float32)
        column_of, weights, occurs = self._word_column, self._weights, self._occurs
        for row, words in enumerate(titles):
            own = frozenset(words)
            places = [column_of.get(word, -1) for word in own]
            weight = weights[places]
            total[row] = weight.sum()
            share = weight / max(float(total[row]), 1e-6)
            coverage[row] = share @ occurs[places][:, columns[row]]
            codes = self.named.get(own, ())
            for place, column in enumerate(columns[row].tolist()):
                if column in codes:
                    exact[row, place] = 1 / len(codes)
                start, stop = self.starts[column], self.starts[column + 1]
                name = frozenset(self.words[start + int(similarity[row, start:stop].argmax())])
                if shared := own & name:
                    both = sum(self.weight(word) for word in shared)
                    rest = sum(self.weight(word) for word in name - own)
                    overlap[row, place] = both / max(float(total[row]) + rest, 1e-6)
        return exact, overlap, coverage, total
