from __future__ import annotations

import pytest

from engine.web.pages import formatting


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "most alike"), (2, "2nd most alike"), (11, "11th most alike"), (13, "13th most alike"),
     (22, "22nd most alike"), (101, "101st most alike"), (112, "112th most alike")],
)  # fmt: skip
def test_rank(number: int, said: str) -> None:
    assert formatting.rank(number) == said


@pytest.mark.parametrize(
    ("risk_difference", "said"),
    [(-0.12, "12 points lower"), (0.01, "1 point higher"), (0.004, "about the same")],
)
def test_difference(risk_difference: float, said: str) -> None:
    assert formatting.difference(risk_difference) == said


@pytest.mark.parametrize(
    ("probability", "said"), [(0.999, "over 99 %"), (0.5, "50 %"), (0.001, "under 1 %")]
)
def test_chance_is_never_certain(probability: float, said: str) -> None:
    assert formatting.chance(probability) == said


def test_wage_and_growth() -> None:
    assert formatting.wage({"median_wage": 54_321.0}) == "$54,321"
    assert formatting.wage({"median_wage": 239_200.0, "wage_is_minimum": True}) == "$239,200+"
    assert formatting.growth(-0.042) == "−4 %"
    assert formatting.growth(0.05) == "+5 %"


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0"), (1.0, "1"), (0.25, ".25"), (0.123456, ".12346"), (1.5, "1.5")],
)
def test_compact(value: float, written: str) -> None:
    assert formatting.compact(value) == written
