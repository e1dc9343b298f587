from __future__ import annotations

import pytest

from engine import EngineError
from engine.records import rubric, soc


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("29-1141.00", "29-1141.00"),
        ("29-1141", "29-1141.00"),
        (" 291141 ", "29-1141.00"),
        ("29-1129.01", "29-1129.01"),
    ],
)
def test_soc_codes_are_read_in_every_usual_spelling(written: str, code: str) -> None:
    assert soc.parse_soc(written) == code


@pytest.mark.parametrize("written", ["", "29", "99-1141.00", "29-114", "29-1141.0", 291141, None])
def test_what_is_not_a_soc_code_is_refused(written: object) -> None:
    with pytest.raises(EngineError, match="expected two digits of a SOC major group"):
        soc.parse_soc(written)


def test_superseded_codes_are_valid_and_lead_to_a_current_one() -> None:
    for old, new in soc.SUPERSEDED_SOC.items():
        assert soc.parse_soc(old) == old
        assert soc.current_soc(new) == new
    assert soc.current_soc("29-1125.01") == "29-1129.01"


@pytest.mark.parametrize(
    ("risk", "name"),
    [
        (0.0, "Low"),
        (0.2499, "Low"),
        (0.25, "Moderate"),
        (0.4999, "Moderate"),
        (0.5, "High"),
        (0.75, "Very high"),
        (1.0, "Very high"),
    ],
)
def test_tiers_begin_at_their_thresholds(risk: float, name: str) -> None:
    assert rubric.tier(risk) == name


def test_levels_of_the_published_rubrics() -> None:
    assert rubric.levels_of("exposure_human") == {"E0": 0.0, "E2": 0.5, "E1": 1.0}
    assert rubric.levels_of("automation") == {
        "T0": 0.0,
        "T1": 0.25,
        "T2": 0.5,
        "T3": 0.75,
        "T4": 1.0,
    }
    assert rubric.levels_of("observed_automation") == {}
