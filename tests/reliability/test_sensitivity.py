"""Risk stays where it is when the words change and the meaning does not."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from engine import RiskEngine
from tests.conftest import ROOT

pytestmark = pytest.mark.reliability


@pytest.fixture(scope="module")
def figures(starter_engine: RiskEngine) -> dict[str, dict[str, float]]:
    sys.path.insert(0, str(ROOT / "scripts"))
    import benchmark_sensitivity

    return benchmark_sensitivity.measure(starter_engine)


@pytest.mark.parametrize(
    ("change", "median"), [("paraphrase", 0.05), ("case", 0.02), ("punctuation", 0.02)]
)
def test_medians_keep_their_bounds(
    figures: dict[str, dict[str, float]],
    change: str,
    median: float,
    record_property: Callable[[str, object], None],
) -> None:
    record_property(f"median |Δ risk|, {change}", round(figures[change]["median"], 4))
    assert figures[change]["median"] <= median


@pytest.mark.parametrize("change", ["invisible characters", "homoglyphs", "HTML", "repetition"])
def test_what_a_reader_does_not_see_moves_nothing(
    figures: dict[str, dict[str, float]], change: str
) -> None:
    assert figures[change]["max"] <= 1e-6


def test_what_else_is_measured(
    figures: dict[str, dict[str, float]], record_property: Callable[[str, object], None]
) -> None:
    """No bound is promised for these; they are told."""
    for change in ("typos", "instructions", "negation"):
        record_property(f"median |Δ risk|, {change}", round(figures[change]["median"], 4))
        assert 0 <= figures[change]["median"] <= figures[change]["max"] <= 1
