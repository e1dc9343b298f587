"""Tell which language a text is in.

Text that is short, ambiguous or technical counts as English. A short text that is unclear by itself
counts as of the language of the texts around it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from functools import lru_cache
from typing import Any

from engine.errors import InputError
from engine.utils import letter_grams
from engine.utils.cancellation import check_cancelled
from engine.utils.text import is_latin, text_key

ENGLISH = "en"

NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sl": "Slovenian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""Code (ISO 639-1) -> English name of the languages that are told apart."""

_LONG = 4
"""Texts of fewer words are short: their letters say more than the library's statistics."""

_MIN_LOG_ODDS = {False: 4.6, True: 30.0}
"""Least log odds at which the library's best language replaces another: ln 100, or more if the
letters are surely English. For English texts whose letters are, they stay below 14."""

_MAX_ENGLISH = 0.1
"""A text counts as English above this probability of English."""

_SURELY_ENGLISH = 0.8
"""Letters above this probability of English are surely English."""

_SURE = 0.9
"""A short text below this probability of any language follows the texts around it."""

# Text that mostly consists of known English words is English, and needs no identification. In the
# tests, sentences of other languages share less than half of this part with English tasks.
_MIN_KNOWN_PART = 0.75


@lru_cache(maxsize=1)
def _library() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(NAMES))
    return identifier


def identify(
    text: str, vocabulary: Set[str] = frozenset(), words: Sequence[str] | None = None
) -> str:
    """Return the code of the language of a text, one of ``NAMES``.

    Args:
        text: a sentence, or several.
        vocabulary: words of English text keys; text that mostly consists of them is English.
        words: the words of the text's key, if the caller has them.
    """
    return _identify(text, vocabulary, words)[0]


def identify_together(texts: Sequence[str], vocabulary: Set[str] = frozenset()) -> list[str]:
    """Return the codes of the languages of texts that belong together, shape (n_texts,).

    Args:
        texts: for example, the tasks of an occupation; blank ones are English.
        vocabulary: as for ``identify``.
    """
    found = [_identify(text, vocabulary) for text in texts]
    unclear = [row for row, (_, is_clear) in enumerate(found) if not is_clear]
    languages = [language for language, _ in found]
    if unclear:
        joined = _identify(" ".join(texts), vocabulary)
        for row in unclear:
            if joined[1] and texts[row].strip():
                languages[row] = joined[0]
    return languages


def language_fault(text: str, language: str, reads: Set[str]) -> str:
    """Return the error message for a text whose language an encoder does not read.

    Args:
        text: the text.
        language: code of its language.
        reads: codes of the languages that the encoder reads.
    """
    *others, last = sorted(NAMES[code] for code in reads)
    start = f"{text[:60]!r} does not look like English but {NAMES[language]}"
    if not others:
        return f"{start}; translate it into English, or use an engine with the encoder 'work'"
    known = f"{', '.join(others)} and {last}"
    return f"{start}, which the engine does not read; translate it into one of {known}"


def check_languages(
    texts: Sequence[str],
    where: str,
    reads: Callable[[], Set[str]] = lambda: frozenset([ENGLISH]),
    vocabulary: Set[str] = frozenset(),
    *,
    first: int = 1,
) -> list[str]:
    """Return the code of the language of each text, and refuse what an encoder does not read.

    Args:
        texts: texts that belong together, such as the tasks of an occupation.
        where: what they belong to, for errors.
        reads: returns the codes of the languages that the encoder reads; called if a text is not
            English.
        vocabulary: as for ``identify``.
        first: number of the first text, for errors.

    Raises:
        InputError: naming the first text of another language.
    """
    languages = identify_together(texts, vocabulary)
    for position, (text, language) in enumerate(zip(texts, languages, strict=True), first):
        if language != ENGLISH and language not in reads():
            fault = language_fault(text, language, reads())
            raise InputError(f"{where}, task {position}: {fault}")
    return languages


def _identify(
    text: str, vocabulary: Set[str], words: Sequence[str] | None = None
) -> tuple[str, bool]:
    """Return the code of a text's language, and whether the text itself makes it clear."""
    check_cancelled()
    if not text.isascii():
        letters = [character for character in text if character.isalpha()]
        if 2 * sum(map(is_latin, letters)) < len(letters):
            return str(_library().classify(text)[0]), True
    if words is None:
        words = text_key(text).split()
    known = sum(map(vocabulary.__contains__, words)) if vocabulary else 0
    if words and known >= _MIN_KNOWN_PART * len(words):
        return ENGLISH, True
    odds = letter_grams.shipped()(words)
    best = max(odds, key=odds.__getitem__)
    if len(words) < _LONG:
        language = best if odds[ENGLISH] < _MAX_ENGLISH else ENGLISH
        return language, odds[best] >= _SURE
    language = best if odds[ENGLISH] < _MAX_ENGLISH else ENGLISH
    surely = language == ENGLISH and odds[ENGLISH] >= _SURELY_ENGLISH
    ranked = dict(_library().rank(text))
    other = max(ranked, key=ranked.__getitem__)
    if ranked[other] - ranked[language] >= _MIN_LOG_ODDS[surely]:
        language = other
    return language, True
