from __future__ import annotations

import itertools
import math
from dataclasses import fields, replace
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import EngineError, Estimate
from engine.records.frontier import STEPS, Frontier

NAMES = [part.name for part in fields(Frontier)]
UNIT = st.floats(min_value=0, max_value=1)
quickly = settings(deadline=None, max_examples=100, database=None)
BARRIERS = st.fixed_dictionaries({name: st.builds(lambda v, e: _barrier(v, e), UNIT, UNIT)
                                  for name in NAMES})  # fmt: skip


def _barrier(value: float, error: float = 0.0) -> Estimate:
    return Estimate(value=value, low=0.0, high=1.0, error=error)


def _barriers(cognitive: float, physical: float, regulatory: float) -> dict[str, Estimate]:
    values = (cognitive, physical, regulatory)
    return {name: _barrier(value) for name, value in zip(NAMES, values, strict=True)}


def test_a_frontier_is_given_as_such_by_name_or_as_a_mapping() -> None:
    frontier = Frontier(cognitive=0.5, physical=0.0, regulatory=0.25)
    assert Frontier.of(frontier) is frontier
    assert Frontier.of("skilled screen work") == frontier
    assert Frontier.of({"cognitive": 0.5}) == frontier
    assert Frontier.of({"cognitive": 1, "physical": 0.75}) == Frontier(cognitive=1, physical=0.75)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ("robots", "unknown frontier 'robots'; choose from: routine screen work; skilled"),
        ({"physical": 0.5}, "give a Frontier, a name of a step, or a mapping"),
        ({"cognitive": 0.5, "social": 0.5}, "give a Frontier, a name of a step, or a mapping"),
        (0.5, "give a Frontier, a name of a step, or a mapping"),
        ({"cognitive": 1.5}, "cognitive of the frontier is 1.5; give a number from 0 to 1"),
        ({"cognitive": 0.5, "physical": True}, "physical of the frontier is True; give a number"),
        ({"cognitive": float("nan")}, "cognitive of the frontier is nan; give a number"),
        ({"cognitive": "high"}, "cognitive of the frontier is 'high'; give a number"),
    ],
)
def test_an_invalid_frontier_is_rejected(given_: object, message: str) -> None:
    with pytest.raises(EngineError, match=message):
        Frontier.of(given_)  # type: ignore[arg-type]


def test_a_barrier_halfway_between_two_levels_is_an_even_chance() -> None:
    frontier = Frontier(cognitive=0.5, physical=0.25, regulatory=1.0)
    assert frontier.reaches(_barriers(0.625, 0.0, 1.0)) == pytest.approx(0.5)
    assert frontier.reaches(_barriers(0.625, 0.375, 1.0)) == pytest.approx(0.25)
    assert frontier.reaches(_barriers(0.5, 0.25, 0.0)) == pytest.approx(1.0, abs=1e-6)
    assert frontier.reaches(_barriers(0.75, 0.0, 0.0)) == pytest.approx(0.0, abs=1e-6)


def test_the_probability_of_reaching_uncertain_barriers() -> None:
    barriers = {"cognitive": _barrier(0.6, 0.2), "physical": _barrier(0.1, 0.1),
                "regulatory": _barrier(0.9, 0.3)}  # fmt: skip
    # The mean absolute size of a normal error is √(2/π) of its standard deviation.
    widen = math.sqrt(math.pi / 2)
    expected = (
        NormalDist(0.6, 0.2 * widen).cdf(0.5 + 0.125)
        * NormalDist(0.1, 0.1 * widen).cdf(0.0 + 0.125)
        * NormalDist(0.9, 0.3 * widen).cdf(0.25 + 0.125)
    )
    assert Frontier(cognitive=0.5).reaches(barriers) == pytest.approx(expected)


def test_a_frontier_of_1_reaches_everything() -> None:
    everything = Frontier(cognitive=1.0, physical=1.0, regulatory=1.0)
    assert everything.reaches(_barriers(1.0, 1.0, 1.0)) == 1.0


@quickly
@given(st.tuples(UNIT, UNIT, UNIT), BARRIERS, st.sampled_from(NAMES), UNIT)
def test_reaching_further_never_reaches_less(
    limits: tuple[float, float, float], barriers: dict[str, Estimate], name: str, other: float
) -> None:
    frontier = Frontier(**dict(zip(NAMES, limits, strict=True)))
    further = replace(frontier, **{name: max(other, getattr(frontier, name))})
    assert 0 <= frontier.reaches(barriers) <= further.reaches(barriers) <= 1


def test_each_step_includes_the_one_before() -> None:
    for one, after in itertools.pairwise(STEPS.values()):
        assert one != after
        assert all(getattr(one, name) <= getattr(after, name) for name in NAMES)
