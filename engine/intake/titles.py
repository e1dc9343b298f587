"""Match job titles to the occupations of a catalog, and search the catalog by title.

One matcher serves Python, the command line, staff lists, the API and the search on pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from engine.corpus.catalogue import suggestions
from engine.corpus.corpus import Corpus
from engine.errors import InputError, UnknownOccupationError, abbreviate
from engine.intake import title_encoder
from engine.intake.title_encoder import TitleEncoder
from engine.intake.title_index import NameIndex
from engine.intake.title_ranking import Ranking
from engine.intake.title_search import TitleSearch
from engine.intake.title_text import title_words
from engine.records.title_match import TitleCandidate, TitleMatch, TitleMatches
from engine.utils import resources
from engine.utils.text import clean, text_key

MAX_ALTERNATIVES = 5
"""Maximum number of alternatives of a match."""

MAX_LENGTH = 300
"""Maximum number of characters of a title; longer text is no title."""

_SUGGESTIONS = 5
_AT_ONCE = 8192


class TitleMatcher:
    """The occupations of a catalog by what staff lists call them.

    Build it once per corpus; any number of threads may share it. The names of the catalog are
    embedded when they are first needed, about 10,000 a second.

    Args:
        corpus: the engine's reference corpus.
        encoder: the title encoder; the one that ships if None.
        ranking: weights of the ranking; those that ship if None.
    """

    def __init__(
        self,
        corpus: Corpus,
        encoder: TitleEncoder | None = None,
        ranking: Ranking | None = None,
    ) -> None:
        self._corpus = corpus
        self._given = encoder, ranking

    def match(
        self, titles: Sequence[str], departments: Sequence[str | None] | None = None
    ) -> TitleMatches:
        """Return the occupation that each title names, or None where it is unsure.

        Args:
            titles: job titles as staff lists have them, in English, German, Spanish or French.
            departments: department of each title; "" or None where it is not known.

        Returns:
            One match for each title, in order. Equal titles in equal departments are matched once.

        Raises:
            InputError: naming the row, if a title is blank, too long or not text; or if there is
                not one department for each title.
        """
        rows = _check(titles, departments)
        distinct = list(dict.fromkeys(rows))
        found: dict[tuple[str, str | None], TitleMatch] = {}
        for start in range(0, len(distinct), _AT_ONCE):
            part = distinct[start : start + _AT_ONCE]
            found |= zip(part, self._match(part), strict=True)
        return TitleMatches(found[row] for row in rows)

    def find(self, query: str, limit: int = 20) -> list[str]:
        """Return the SOC codes of the occupations that best fit what a user types, best first.

        See ``TitleSearch.find``.
        """
        return self._search.find(query, limit)

    def code(self, title: str) -> str:
        """Return the SOC code of the one occupation that a title names.

        A name of the catalog decides, in the singular or the plural, if one occupation alone has
        it. Otherwise the occupation of ``match`` counts, if it is sure.

        Raises:
            UnknownOccupationError: with suggestions, if there is no such occupation or several.
        """
        if not text_key(title):
            raise UnknownOccupationError("the title is blank; give the name of an occupation")
        named = self._search.named(title)
        if len(named) == 1:
            return named[0]
        if named:
            raise UnknownOccupationError(
                f"title {title!r} names {len(named)} occupations{suggestions(self._corpus, named)}"
            )
        (match,) = self.match([title[:MAX_LENGTH]])
        if match.soc_code is not None:
            return match.soc_code
        raise UnknownOccupationError(
            f"title {title!r} names no occupation of the {self._corpus.name} reference for sure"
            f"{suggestions(self._corpus, self.find(title, _SUGGESTIONS))}"
        )

    def browser_index(self) -> list[tuple[str, str, list[str]]]:
        """Return every occupation as (SOC code, title, normalized names); see ``TitleSearch``."""
        return self._search.browser_index()

    def _match(self, rows: Sequence[tuple[str, str | None]]) -> list[TitleMatch]:
        words = [title_words(clean(title)) for title, _ in rows]
        known = [number for number, title in enumerate(words) if title]
        matches = [TitleMatch(query=title, department=name) for title, name in rows]
        if not known:
            return matches
        departments = [title_words(clean(rows[number][1] or "")) for number in known]
        shortlist = self._names.shortlist([words[number] for number in known], departments)
        given = np.array([bool(department) for department in departments])
        columns, probabilities = self._ranking.rank(shortlist, given)
        for place, number in enumerate(known):
            title, department = rows[number]
            listed = [
                TitleCandidate(self._names.codes[column], self._titles[column], float(probability))
                for column, probability in zip(
                    columns[place, : MAX_ALTERNATIVES + 1].tolist(),
                    probabilities[place, : MAX_ALTERNATIVES + 1].round(4).tolist(),
                    strict=True,
                )
            ]
            best = listed[0]
            sure = best.probability >= self._ranking.threshold
            matches[number] = TitleMatch(
                query=title,
                department=department,
                soc_code=best.soc_code if sure else None,
                title=best.title if sure else None,
                probability=best.probability,
                alternatives=tuple(listed[1:] if sure else listed[:-1]),
            )
        return matches

    @cached_property
    def _names(self) -> NameIndex:
        return NameIndex(self._corpus, self._given[0] or title_encoder.shipped())

    @cached_property
    def _ranking(self) -> Ranking:
        return self._given[1] or Ranking.read(resources.shipped("models") / "titles")

    @cached_property
    def _search(self) -> TitleSearch:
        return TitleSearch(self._corpus, self._names)

    @cached_property
    def _titles(self) -> tuple[str, ...]:
        titles, rows = self._corpus.occupations["title"], self._corpus.occupation_rows
        return tuple(str(titles.iat[rows[code]]) for code in self._names.codes)


def _check(titles: object, departments: object) -> list[tuple[str, str | None]]:
    """Return titles and departments as rows, cleaned.

    Raises:
        InputError: naming the first invalid row, counted from 1.
    """
    given = _as_list(titles, "titles")
    rows: list[tuple[str, str | None]] = []
    if departments is None:
        others: list[object] = [None] * len(given)
    else:
        others = _as_list(departments, "departments")
    if len(others) != len(given):
        raise InputError(
            f"{len(given)} titles but {len(others)} departments; give one department for each "
            "title, or None where it is not known"
        )
    for number, (title, department) in enumerate(zip(given, others, strict=True), start=1):
        if not isinstance(title, str):
            raise InputError(f"title {number} is {abbreviate(title)}; give text")
        cleaned = clean(title[: 10 * MAX_LENGTH])
        if not cleaned:
            raise InputError(f"title {number} is blank; give a job title, or leave out the row")
        if len(cleaned) > MAX_LENGTH:
            raise InputError(
                f"title {number} has more than {MAX_LENGTH} characters; give a job title alone"
            )
        if department is not None and not isinstance(department, str):
            raise InputError(f"department {number} is {abbreviate(department)}; give text, or None")
        rows.append((title, department or None))
    return rows


def _as_list(values: object, name: str) -> list[object]:
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise InputError(f"{name} is {abbreviate(values)}; give a list of text")
    return list(values)
