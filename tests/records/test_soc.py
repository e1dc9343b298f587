from __future__ import annotations

import pytest

from engine import EngineError
from engine.records import soc


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("29-1141.00", "29-1141.00"),
        ("29-1141", "29-1141.00"),
        (" 291141 ", "29-1141.00"),
        ("29-1129.01", "29-1129.01"),
    ],
)
def test_soc_codes_are_read_in_every_common_form(written: str, code: str) -> None:
    assert soc.parse_soc(written) == code


@pytest.mark.parametrize("written", ["", "29", "99-1141.00", "29-114", "29-1141.0", 291141, None])
def test_invalid_soc_codes_are_rejected(written: object) -> None:
    with pytest.raises(EngineError, match="is not valid; write it like"):
        soc.parse_soc(written)


def test_superseded_codes_are_valid_and_have_a_current_successor() -> None:
    for old, new in soc.SUPERSEDED_SOC.items():
        assert soc.parse_soc(old) == old
        assert soc.current_soc(new) == new
    assert soc.current_soc("29-1125.01") == "29-1129.01"
