from __future__ import annotations

import pytest

from engine.encoders.base import check_fingerprint
from engine.errors import EncoderError, InputError
from tests.conftest import WordEncoder


def test_the_encoder_of_an_engine_is_accepted(words: WordEncoder) -> None:
    check_fingerprint(words, words.fingerprint, "this engine")


def test_another_encoder_is_rejected(words: WordEncoder) -> None:
    with pytest.raises(EncoderError, match=r"encoder 'words' .* not the one that models/mine was"):
        check_fingerprint(words, "another fingerprint", "models/mine")


@pytest.mark.parametrize("value", ["minilm", 7])
def test_a_value_that_is_not_an_encoder_is_rejected(value: object) -> None:
    with pytest.raises(
        InputError, match=rf"encoder is {value!r}; give an encoder, or leave it out"
    ):
        check_fingerprint(value, "fingerprint", "this engine")  # type: ignore[arg-type]
