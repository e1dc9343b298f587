"""Search a catalog by what a user types: codes, the start of words, misspellings, other names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
import pandas as pd

from engine.corpus.corpus import Corpus
from engine.intake.title_index import FEATURES, NameIndex
from engine.intake.title_text import fold, title_words
from engine.records import codes
from engine.records.soc import former_socs
from engine.utils.text import text_key

_OWN_TITLE, _OTHER_NAME = 1.0, 0.8
"""Bonus if the words of a title, or of another name, start with the words of the query."""
_FROM_FIRST_WORD = 0.3
"""Further bonus if the first word of the name is among them."""
_WHOLE_WORDS = 0.3
"""Further bonus if the words of the query are whole words of the name."""
_TYPED = 0.5
"""Further bonus, times the part of the name that is typed."""
_WHOLE_NAME = 0.6
"""Further bonus if the query is the name."""
_LEAST_SIMILARITY = 0.5
"""Least cosine with a name of an occupation that is found without the start of a word."""
_PROBABLE = 0.1
"""Probability of an occupation, by the head of the encoder, that is found without either."""


class TitleSearch:
    """The names of a catalog for a search as a user types.

    Args:
        corpus: the engine's reference corpus.
        names: its names as vectors.
    """

    def __init__(self, corpus: Corpus, names: NameIndex) -> None:
        self._corpus = corpus
        self._index = names
        own, alternate = _names(corpus.occupations, corpus), _names(corpus.alternate_titles, corpus)
        self._own, self._alternate = _codes_by_name(own), _codes_by_name(alternate)
        self._pairs = [*own, *alternate]
        self._is_own = np.arange(len(self._pairs)) < len(own)
        column = {code: number for number, code in enumerate(names.codes)}
        self._code_of_row = np.array([column[code] for _, code in self._pairs], dtype=np.int64)
        self._rows_of_name: dict[str, list[int]] = {}
        rows_of_word: dict[str, list[int]] = {}
        self._length = np.array([len(name) for name, _ in self._pairs])
        first_words = []
        for row, (name, _) in enumerate(self._pairs):
            folded = fold(name)
            self._rows_of_name.setdefault(folded, []).append(row)
            words = folded.split()
            first_words.append(words[0])
            for word in dict.fromkeys(words):
                rows_of_word.setdefault(word, []).append(row)
        self._vocabulary = sorted(rows_of_word)
        postings = [rows_of_word[word] for word in self._vocabulary]
        self._posting_starts = np.cumsum([0, *map(len, postings)])
        self._postings = np.array([row for rows in postings for row in rows], dtype=np.int64)
        rank = {word: number for number, word in enumerate(self._vocabulary)}
        self._first_word = np.array([rank[word] for word in first_words], dtype=np.int64)

    def find(self, query: str, limit: int = 20) -> list[str]:
        """Return the SOC codes of the occupations that best fit a query, best first.

        A query that starts with two digits, also after "ISCO", is the beginning of a code, or of
        one that a code of the catalog superseded. Otherwise occupations with a name whose words
        start with the words of the query come first, as a rule, and those with a similar name, in
        any language of the title encoder, follow.

        Args:
            query: what a user types; typos and unfinished words are tolerated.
            limit: maximum number of codes.
        """
        if codes.is_start(query):
            return self._with_code(query)[:limit]
        key = fold(text_key(query))
        if not key:
            return []
        scores = self._bonuses(key)
        found = scores > 0
        if words := title_words(query):
            listed = self._index.shortlist([words], [()])
            columns = listed.columns[0]
            features = dict(zip(FEATURES, listed.features[0].T, strict=True))
            # As a rule, a finished title has a name that is almost equal, or a clear reading.
            similar = features["name"] >= _LEAST_SIMILARITY
            probable = (np.exp(features["head"]) >= _PROBABLE) & (listed.known[0] > 0)
            scores[columns] += features["name"] + np.sqrt(np.exp(features["head"]))
            found[columns] |= similar | probable
        order = np.argsort(-np.where(found, scores, -np.inf), kind="stable")[:limit]
        return [self._index.codes[column] for column in order if found[column]]

    def _with_code(self, typed: str) -> list[str]:
        """Return the codes that begin with a text; then those that superseded one that does."""
        current = [code for code in self._index.codes if codes.starts_with(code, typed)]
        successors = [
            code
            for code in self._index.codes
            if any(codes.starts_with(former, typed) for former in former_socs(code))
        ]
        return list(dict.fromkeys([*current, *successors]))

    def named(self, title: str) -> list[str]:
        """Return the SOC codes whose own title this is, in the singular or the plural.

        If there is none, return those that have it as another name.
        """
        key = text_key(title)
        for codes_of in (self._own, self._alternate):
            found = [code for form in (key, f"{key}s") for code in codes_of.get(form, ())]
            if found:
                return list(dict.fromkeys(found))
        return []

    def browser_index(self) -> list[tuple[str, str, list[str]]]:
        """Return every occupation as (SOC code, title, normalized names), sorted by code.

        The names are the occupation's own title, then its alternate titles, without duplicates,
        then the codes that its code superseded.
        They are in lower case, with a single space for each run of characters other than letters
        and digits. Normalize queries in the same way.
        """
        names: dict[str, list[str]] = {code: [] for code in self._corpus.rows_of}
        for name, code in self._pairs:
            if name not in names[code]:
                names[code].append(name)
        for code, listed in names.items():
            listed += [former.replace("-", " ").replace(".", " ") for former in former_socs(code)]
        titles, rows = self._corpus.occupations["title"], self._corpus.occupation_rows
        return [(code, str(titles.iat[rows[code]]), names[code]) for code in names]

    def _bonuses(self, key: str) -> np.ndarray:
        """Return the bonus of each occupation whose names start with the words of the query."""
        words, count = key.split(), len(self._pairs)
        starts, whole = np.ones(count, dtype=bool), np.ones(count, dtype=bool)
        for word in words:
            first, last = self._words_from(word)
            starts &= self._has(first, last)
            is_word = first < last and self._vocabulary[first] == word
            whole &= self._has(first, first + 1) if is_word else False
        bonus = np.where(self._is_own, _OWN_TITLE, _OTHER_NAME) + _WHOLE_WORDS * whole
        first, last = self._words_from(words[0])
        bonus += _FROM_FIRST_WORD * ((self._first_word >= first) & (self._first_word < last))
        bonus += _TYPED * np.minimum(len(key) / self._length, 1.0)
        for form in (key, f"{key}s"):
            bonus[self._rows_of_name.get(form, [])] += _WHOLE_NAME
        scores = np.zeros(len(self._index.codes))
        np.maximum.at(scores, self._code_of_row[starts], bonus[starts])
        return scores

    def _words_from(self, start: str) -> tuple[int, int]:
        """Return the range of the words that start with some letters."""
        vocabulary = self._vocabulary
        return bisect_left(vocabulary, start), bisect_left(vocabulary, f"{start}\U0010ffff")

    def _has(self, first: int, last: int) -> np.ndarray:
        """Return whether each name has a word of a range, shape (n_names,)."""
        found = np.zeros(len(self._pairs), dtype=bool)
        found[self._postings[self._posting_starts[first] : self._posting_starts[last]]] = True
        return found


def _names(titles: pd.DataFrame, corpus: Corpus) -> list[tuple[str, str]]:
    """(normalized title, SOC code) of the catalog's occupations in a table, without duplicates."""
    pairs = zip(map(text_key, titles["title"]), titles["soc_code"], strict=True)
    return [(name, code) for name, code in dict.fromkeys(pairs) if name and code in corpus.rows_of]


def _codes_by_name(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, code in names:
        found.setdefault(name, []).append(code)
    return found
