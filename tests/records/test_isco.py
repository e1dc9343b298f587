from __future__ import annotations

import pytest

from engine import EngineError, Occupation
from engine.records import codes, esco, isco

UUID = "00030d09-2b3a-4efd-87cc-c4ea39d27c34"
URI = f"http://data.europa.eu/esco/occupation/{UUID}"


@pytest.mark.parametrize(
    "written",
    [
        "3313",
        " 3313 ",
        "ISCO-3313",
        "isco 3313",
        "ISCO3313",
        "ISCO-08 3313",
        "ISCO-08: 3313",
        "C3313",
        "http://data.europa.eu/esco/isco/C3313",
    ],
)
def test_codes_of_unit_groups_are_read_in_every_common_form(written: str) -> None:
    assert isco.parse_isco(written) == "ISCO-3313"


@pytest.mark.parametrize("written", ["", "33", "33131", "ISCO-33", "29-1141", "३३१३", 3313, None])
def test_other_forms_are_rejected(written: object) -> None:
    with pytest.raises(EngineError, match="is not valid; write the four digits of a unit group"):
        isco.parse_isco(written)


def test_a_code_without_its_leading_zero_gets_a_hint() -> None:
    with pytest.raises(EngineError, match="did you mean '0110'?"):
        isco.parse_isco("110")


@pytest.mark.parametrize(
    "written", [URI, UUID, UUID.upper(), f" {URI} ", URI.replace("http:", "https:"), f"ESCO {UUID}"]
)
def test_occupations_of_esco_are_read_by_uri_and_by_uuid(written: str) -> None:
    assert esco.is_esco(written)
    assert esco.parse_esco(written) == UUID
    assert esco.esco_uri(UUID) == URI


@pytest.mark.parametrize("written", ["", "3313", UUID[:-1], URI.replace("occupation", "isco"), 7])
def test_other_uris_are_rejected(written: object) -> None:
    assert not esco.is_esco(written)
    with pytest.raises(EngineError, match="is not valid; give its URI"):
        esco.parse_esco(written)


def test_codes_of_both_classifications_have_groups_and_names() -> None:
    assert codes.parse_code(" isco-0110") == "ISCO-0110"
    assert codes.parse_code("291141") == "29-1141.00"
    assert codes.written("ISCO-0110") == "ISCO-08 0110"
    assert codes.written("29-1141.00") == "SOC 29-1141.00"
    assert codes.major_group_name(codes.major_group("ISCO-2221")) == "Professionals"
    assert codes.major_group_name(codes.major_group("43-4051.00")).startswith("Office and Admin")
    with pytest.raises(EngineError, match="SOC code '3313' is not valid"):
        codes.parse_code("3313")


def test_an_occupation_may_have_a_code_of_isco() -> None:
    assert Occupation("Clerk", ["File letters."], soc_code="isco 4110").soc_code == "ISCO-4110"


@pytest.mark.parametrize(
    ("code", "typed", "expected"),
    [
        ("ISCO-3313", "33", True),
        ("ISCO-3313", " isco 331", True),
        ("ISCO-3313", "ISCO-08", False),
        ("29-1141.00", "29-1", True),
        ("29-1141.00", "33", False),
    ],
)
def test_the_beginning_of_a_code_is_recognized(code: str, typed: str, expected: bool) -> None:
    assert codes.is_start(typed)
    assert codes.starts_with(code, typed) == expected
    assert not codes.is_start("nurse 29")
    assert not codes.is_start("isco")
