"""TODO."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.errors import InputError
from engine.utils.text import _is_latin, text_key

if TYPE_CHECKING:
    pass

# On 18,796 O*NET statements of four words or more the smallest probability of English is .02;
# sentences of other languages come out below .008.
_ENGLISH_PROBABILITY = 0.01
_ENOUGH_WORDS = 4

# Asking the identifier takes far longer than all else that is done with a text. None of the
# sentences of other languages in the tests has half as many words in common with English tasks.
_KNOWN_PART = 0.75


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def is_english(
    text: str, vocabulary: Set[str] = frozenset(), words: Sequence[str] | None = None
) -> bool:
    """False if ``text`` is clearly of another language; short or unclear text counts as English.

    Text most of whose words are in ``vocabulary``, words of English text keys, is not looked at
    further. ``words`` are those of its own text key, where they are at hand.
    """
    if not text.isascii():
        letters = [character for character in text if character.isalpha()]
        if 2 * sum(map(_is_latin, letters)) < len(letters):
            return False
    if words is None:
        words = text_key(text).split()
    if len(words) < _ENOUGH_WORDS:
        return True
    if vocabulary and sum(map(vocabulary.__contains__, words)) >= _KNOWN_PART * len(words):
        return True
    return bool(dict(_identifier().rank(text))["en"] >= _ENGLISH_PROBABILITY)


def language_fault(text: str) -> str:
    """What is said of a text that is not English."""
    return (
        f"'{text[:60]}' does not look like English: expected an English sentence, as the "
        "reference tasks are; translate it first"
    )


def check_english(texts: Sequence[str], where: str, vocabulary: Set[str] = frozenset()) -> None:
    """Raise ``InputError`` naming the first of ``texts`` that is clearly not English, if any is.

    ``vocabulary`` is as of ``is_english``.
    """
    for position, text in enumerate(texts, start=1):
        if not is_english(text, vocabulary):
            raise InputError(f"{where}, task {position}: {language_fault(text)}")
    together = " ".join(texts)
    long_enough = len(together.split()) >= 2 * _ENOUGH_WORDS
    if long_enough and not is_english(
        together, vocabulary
    ):  # each too short to tell may be clear together
        raise InputError(
            f"{where}: the tasks do not look like English ('{texts[0][:60]}'): expected English "
            "sentences, as the reference tasks are; translate them first"
        )
