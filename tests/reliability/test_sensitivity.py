"""Risk hardly changes when the wording changes but the meaning does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import RiskEngine
from scripts.benchmarks import sensitivity

pytestmark = pytest.mark.reliability


@pytest.fixture(scope="module")
def figures(starter_engine: RiskEngine) -> sensitivity.Figures:
    return sensitivity.measure(starter_engine)


@pytest.mark.parametrize(("change", "bound"), sensitivity.BOUNDS.items())
def test_the_median_change_is_bounded(
    figures: sensitivity.Figures,
    change: str,
    bound: float,
    record_property: Callable[[str, object], None],
) -> None:
    record_property(f"median |Δ risk|, {change}", round(figures[change]["median"], 4))
    assert figures[change]["median"] <= bound


@pytest.mark.parametrize("change", ["invisible characters", "homoglyphs", "HTML", "repetition"])
def test_what_a_reader_cannot_see_changes_nothing(
    figures: sensitivity.Figures, change: str
) -> None:
    assert figures[change]["max"] <= 1e-6
