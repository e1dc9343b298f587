"""Write titles as staff lists do: abbreviated, misspelled, with noise, or with a department."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from engine.intake.title_text import title_words
from scripts.training.title_departments import departments_of

_NOISE = """
    north south east west central region regional area district zone team group unit site plant
    branch store location campus building floor line cell crew dept division national local global
    new york boston chicago dallas houston denver seattle atlanta phoenix miami tampa austin ohio
    texas florida california london berlin hamburg munchen koln frankfurt stuttgart madrid
    barcelona valencia sevilla paris lyon marseille toulouse wien zurich canada mexico usa uk emea
    apac nord sud sur norte ost ouest centro
"""
NOISE = tuple(_NOISE.split())
"""Words that do not change the occupation."""

_Choice = TypeVar("_Choice")

_VOWELS = frozenset("aeiou")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

SHORTENED, MISSPELLED, NOISY, MOVED = 0.12, 0.12, 0.12, 0.08
HEAD_ALONE, ONE_WORD = 0.05, 0.04
WITH_DEPARTMENT, OTHER_DEPARTMENT = 0.35, 0.04
"""Chance of each change of a title."""


class Variants:
    """Random variants of titles.

    Args:
        words: words of each title.
        soc: SOC codes of each title.
        seed: of the changes.
    """

    def __init__(self, words: Sequence[Sequence[str]], soc: Sequence[set[str]], seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._modifiers: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for title, codes in zip(words, soc, strict=True):
            if 2 <= len(title) <= 4:
                for code in codes:
                    self._modifiers[code].append(tuple(title[:-1]))
        self._departments = {
            code: [title_words(name) for name in departments_of(code)] for code in set().union(*soc)
        }
        self._all = [name for names in self._departments.values() for name in names]

    def __call__(
        self, words: Sequence[str], codes: set[str], language: str
    ) -> tuple[list[str], list[str]]:
        """Return the words of a title and of its department, at random."""
        chance = self._random.random
        words = list(words)
        department: list[str] = []
        if codes and chance() < WITH_DEPARTMENT:
            words, department = self._in_department(words, codes)
        elif codes and chance() < OTHER_DEPARTMENT and self._all:
            department = list(self._one(self._all))
        elif language == "en" and len(words) > 1 and chance() < HEAD_ALONE:
            words = words[-1:]
        elif len(words) > 1 and chance() < ONE_WORD:
            words = [self._one(words)]
        return [*self._change(words)], department

    def _in_department(self, words: list[str], codes: set[str]) -> tuple[list[str], list[str]]:
        code = self._one(sorted(codes))
        choice = self._random.random()
        if choice < 0.6 and self._departments[code]:
            named = list(self._one(self._departments[code]))
            # The last word alone, so that "Analyst" in "Finance" has a meaning.
            alone = len(words) > 1 and self._random.random() < 0.25
            return (words[-1:] if alone else words), named
        if choice < 0.85 and len(words) > 1:
            return words[-1:], words[:-1]
        if self._modifiers[code]:
            return words, list(self._one(self._modifiers[code]))
        return words, []

    def _change(self, words: list[str]) -> list[str]:
        chance = self._random.random
        if chance() < SHORTENED:
            place = int(self._random.integers(len(words)))
            words = [*words[:place], self._shorten(words[place]), *words[place + 1 :]]
        if chance() < MISSPELLED:
            place = int(self._random.integers(len(words)))
            words = [*words[:place], self._misspell(words[place]), *words[place + 1 :]]
        if chance() < NOISY:
            extra = [self._one(NOISE) for _ in range(1 + (chance() < 0.4))]
            words = [*words, *extra] if chance() < 0.8 else [*extra, *words]
        if len(words) > 1 and chance() < MOVED:
            words = [words[-1], *words[:-1]]
        return words

    def _shorten(self, word: str) -> str:
        if len(word) < 6:
            return word
        if self._random.random() < 0.6:
            return word[: int(self._random.integers(3, 6))]
        return (word[0] + "".join(letter for letter in word[1:] if letter not in _VOWELS))[:6]

    def _misspell(self, word: str) -> str:
        if len(word) < 5:
            return word
        place = int(self._random.integers(1, len(word) - 1))
        kind = self._random.integers(4)
        letter = self._one(_LETTERS)
        if kind == 0:
            return word[:place] + word[place + 1 :]
        if kind == 1:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        if kind == 2:
            return word[:place] + word[place] + word[place:]
        return word[:place] + letter + word[place + 1 :]

    def _one(self, choices: Sequence[_Choice]) -> _Choice:
        return choices[int(self._random.integers(len(choices)))]
