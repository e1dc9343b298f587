"""Find an occupation of the catalog by its SOC code or by what people call it.

The catalog is the set of occupations that have tasks in the engine's reference corpus.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from engine.corpus.corpus import Corpus
from engine.errors import UnknownOccupationError
from engine.records import soc
from engine.records.inputs import Occupation
from engine.utils.text import text_key

if TYPE_CHECKING:
    import pandas as pd

_SUGGESTIONS = 5

# Scores are those of rapidfuzz, from 0 to 100.
_CERTAIN, _MARGIN = 90.0, 5.0
"""A misspelled title needs this score, and this lead over all other occupations."""

_MIN_SEARCH_SCORE = 70.0
_SEARCHED_NAMES = 400
"""Number of closest names that a search ranks."""

_TOKEN_SET_WEIGHT = 0.98
_ALTERNATE_WEIGHT = 0.97
"""An occupation's own title ranks above an equal alternate title of another occupation."""

_WORD_START_BONUS = 10.0


def catalogue_code(corpus: Corpus, soc_code: str) -> str:
    """Return the code under which the catalog lists, or would list, an occupation.

    That is the code itself where the catalog has it, or else the code that superseded it.

    Raises:
        InputError: if it is not a SOC code.
    """
    code = soc.parse_soc(soc_code)
    return code if code in corpus.rows_of else soc.current_soc(code)


def find_by_code(corpus: Corpus, soc_code: str) -> Occupation:
    """Return the occupation with this SOC code, or with the code that superseded it.

    Raises:
        InputError: if it is not a SOC code.
        UnknownOccupationError: with the nearest codes, if the catalog does not have it.
    """
    code = catalogue_code(corpus, soc_code)
    if code in corpus.rows_of:
        return corpus.occupation(code)
    near = [
        other
        for prefix in (code[:7], code[:6], code[:5], code[:4])
        for other in corpus.occupations["soc_code"]
        if other.startswith(prefix)
    ]
    raise UnknownOccupationError(
        f"SOC code {soc_code} is not among the {len(corpus.rows_of)} occupations of the "
        f"{corpus.name} reference{_suggestions(corpus, near)}"
    )


def find_by_title(corpus: Corpus, title: str) -> Occupation:
    """Return the one occupation with this title; see ``TitleIndex.match``.

    Raises:
        UnknownOccupationError: with suggestions, if there is no such occupation or several.
    """
    return corpus.occupation(TitleIndex(corpus).match(title))


class TitleIndex:
    """The names of the catalog's occupations: own titles and alternate titles, normalized.

    Build it once per corpus. ``find`` ranks occupations for a search, ``match`` decides on one,
    and ``browser_index`` exports the names for a search without a server.

    Args:
        corpus: the engine's reference corpus.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        own, alternate = _names(corpus.occupations, corpus), _names(corpus.alternate_titles, corpus)
        self._own, self._alternate = _codes_by_name(own), _codes_by_name(alternate)
        self._names = [name for name, _ in (*own, *alternate)]
        self._codes = [code for _, code in (*own, *alternate)]
        self._weights = [1.0] * len(own) + [_ALTERNATE_WEIGHT] * len(alternate)

    def find(self, query: str, limit: int = 20) -> list[str]:
        """Return the SOC codes of the occupations whose names best match a query, best first.

        A query that starts with two digits is the beginning of a SOC code. Otherwise the score of a
        name is its similarity to the query (rapidfuzz: ``WRatio`` and ``token_set_ratio``), plus a
        bonus if one of its words starts with the query. An occupation gets the score of its best
        name.

        Args:
            query: what a user types; typos are tolerated.
            limit: maximum number of codes.
        """
        prefix = query.strip()
        if prefix[:2].isdigit():
            codes = sorted(set(self._codes))
            return [code for code in codes if code.startswith(prefix)][:limit]
        key = text_key(query)
        if not key:
            return []
        scores: dict[str, float] = {}
        for scorer, weight in ((fuzz.WRatio, 1.0), (fuzz.token_set_ratio, _TOKEN_SET_WEIGHT)):
            closest = process.extract(
                key,
                self._names,
                scorer=scorer,
                limit=_SEARCHED_NAMES,
                score_cutoff=_MIN_SEARCH_SCORE,
            )
            for name, similarity, row in closest:
                score = similarity * weight * self._weights[row] + _start_bonus(key, name)
                code = self._codes[row]
                scores[code] = max(score, scores.get(code, 0.0))
        return sorted(scores, key=lambda code: (-scores[code], code))[:limit]

    def match(self, title: str) -> str:
        """Return the SOC code of the one occupation that a title names.

        An occupation's own title decides first, in the singular or the plural; then an alternate
        title. The closest name decides last, if it is almost equal and no other occupation has one
        as close. Part of a name never decides: "king" is not a parking attendant.

        Raises:
            UnknownOccupationError: with suggestions, if there is no such occupation or several.
        """
        key = text_key(title)
        if not key:
            raise UnknownOccupationError("the title is blank; give the name of an occupation")
        for codes_of in (self._own, self._alternate):
            named = dict.fromkeys(
                code for form in (key, f"{key}s") for code in codes_of.get(form, ())
            )
            if len(named) == 1:
                return next(iter(named))
            if named:
                raise UnknownOccupationError(
                    f"title {title!r} names {len(named)} occupations"
                    f"{_suggestions(self._corpus, named)}"
                )
        if code := self._almost_equal(key):
            return code
        raise UnknownOccupationError(
            f"title {title!r} names no occupation of the {self._corpus.name} reference"
            f"{_suggestions(self._corpus, self.find(title, _SUGGESTIONS))}"
        )

    def browser_index(self) -> list[tuple[str, str, list[str]]]:
        """Return every occupation as (SOC code, title, normalized names), sorted by code.

        The names are the occupation's own title, then its alternate titles, without duplicates.
        They are in lower case, with a single space for each run of characters other than letters
        and digits. Normalize queries in the same way.
        """
        names: dict[str, list[str]] = {code: [] for code in self._corpus.rows_of}
        for name, code in zip(self._names, self._codes, strict=True):
            if name not in names[code]:
                names[code].append(name)
        titles, rows = self._corpus.occupations["title"], self._corpus.occupation_rows
        return [(code, str(titles.iat[rows[code]]), names[code]) for code in names]

    def _almost_equal(self, key: str) -> str | None:
        """Return the code of the occupation with the closest name, if it is unambiguous."""
        closest = process.extract(
            key, self._names, scorer=fuzz.ratio, limit=None, score_cutoff=_CERTAIN - _MARGIN
        )
        scores: dict[str, float] = {}
        for _, score, row in closest:
            code = self._codes[row]
            scores[code] = max(score, scores.get(code, 0.0))
        ranked = sorted(scores, key=lambda code: -scores[code])
        if not ranked or scores[ranked[0]] < _CERTAIN:
            return None
        if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < _MARGIN:
            return None
        return ranked[0]


def _start_bonus(key: str, name: str) -> float:
    """Return the bonus of a name if one of its words starts with what is typed so far."""
    return _WORD_START_BONUS if f" {key}" in f" {name}" else fuzz.ratio(key, name) / 20


def _names(titles: pd.DataFrame, corpus: Corpus) -> list[tuple[str, str]]:
    """(normalized title, SOC code) of the catalog's occupations in a table, without duplicates."""
    pairs = zip(map(text_key, titles["title"]), titles["soc_code"], strict=True)
    return [(name, code) for name, code in dict.fromkeys(pairs) if name and code in corpus.rows_of]


def _codes_by_name(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, code in names:
        found.setdefault(name, []).append(code)
    return found


def _suggestions(corpus: Corpus, codes: Iterable[str]) -> str:
    """Return the end of a message: the first few codes with their titles, and another way."""
    listed = [code for code in dict.fromkeys(codes) if code in corpus.rows_of][:_SUGGESTIONS]
    another_way = "score the job from a file of its tasks"
    if not listed:
        return f", and none is similar; {another_way}"
    titles = corpus.occupations["title"]
    named = "; ".join(f"{code} {titles.iat[corpus.occupation_rows[code]]}" for code in listed)
    return f". Did you mean {named}? Otherwise, {another_way}"
