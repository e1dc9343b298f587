"""Recognize text that is not English."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import lru_cache
from typing import Any

from engine.errors import InputError
from engine.utils.text import is_latin, text_key

# The lowest probability of English among the 18,796 O*NET task statements of four words or more
# is .02; sentences of other languages stay below .008.
_MIN_ENGLISH_PROBABILITY = 0.01
_MIN_WORDS = 4

# The identifier takes far longer than all other work on a text, so text that mostly consists of
# known English words skips it. In the tests, sentences of other languages share less than half of
# this part with the words of English tasks.
_MIN_KNOWN_PART = 0.75


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def is_english(
    text: str, vocabulary: Set[str] = frozenset(), words: Sequence[str] | None = None
) -> bool:
    """Return False if ``text`` is clearly of another language.

    Short or ambiguous text counts as English.

    Args:
        text: a sentence, or several.
        vocabulary: words of English text keys; text that mostly consists of them is English.
        words: the words of the text's key, if the caller has them.
    """
    if not text.isascii():
        letters = [character for character in text if character.isalpha()]
        if 2 * sum(map(is_latin, letters)) < len(letters):
            return False
    if words is None:
        words = text_key(text).split()
    if len(words) < _MIN_WORDS:
        return True
    known = sum(map(vocabulary.__contains__, words)) if vocabulary else 0
    if known >= _MIN_KNOWN_PART * len(words):
        return True
    return bool(dict(_identifier().rank(text))["en"] >= _MIN_ENGLISH_PROBABILITY)


def language_fault(text: str) -> str:
    """Return the error message for a text that is not English."""
    return f"{text[:60]!r} does not look like English; translate it into English"


def check_english(texts: Sequence[str], where: str, vocabulary: Set[str] = frozenset()) -> None:
    """Raise ``InputError`` if a text, or all of them together, are clearly not English.

    Args:
        texts: for example, the tasks of an occupation.
        where: what they belong to, for errors.
        vocabulary: as for ``is_english``.
    """
    for position, text in enumerate(texts, start=1):
        if not is_english(text, vocabulary):
            raise InputError(f"{where}, task {position}: {language_fault(text)}")
    # Texts that are too short to judge alone may be clear when taken together.
    joined = " ".join(texts)
    if len(joined.split()) >= 2 * _MIN_WORDS and not is_english(joined, vocabulary):
        raise InputError(
            f"{where}: the tasks do not look like English ({texts[0][:60]!r}); translate them "
            "into English"
        )
