from __future__ import annotations

import pytest

from engine.corpus import codes
from engine.errors import InputError


def test_codes_of_both_taxonomies_are_normalized() -> None:
    assert codes.parse("29-1141") == "29-1141.00"
    assert codes.parse(" isco-0110 ") == "ISCO-0110"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ISCO-110", "invalid ISCO-08 code 'ISCO-110'; write it as in ISCO-1111"),
        ("1111", "invalid SOC code '1111'; write it as in 29-1141.00"),
    ],
)
def test_another_form_is_rejected_with_the_one_it_resembles(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        codes.parse(text)
    assert str(error.value) == message
