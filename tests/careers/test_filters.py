from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import EngineError
from engine.careers.filters import (
    DEFAULT_FILTERS,
    FAILED_WORDS,
    UNFILTERED,
    MoveFilters,
    MoveOptions,
    RankingWeights,
)

NO_FILTERS = MoveFilters(**UNFILTERED)
MOVE = {
    "risk_difference": -0.2,
    "probability_safer": 0.8,
    "wage_ratio": 0.9,
    "employment_change": 0.05,
    "growth_difference": 0.01,
    "job_zone_step": 1,
    "education_step": 0.0,
    "carries_over": 0.4,
    "rank": 100,
}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({}, ()),
        ({"risk_difference": 0.0}, ("safer_only", "min_risk_reduction")),
        ({"risk_difference": -0.03}, ()),
        ({"risk_difference": -0.029}, ("min_risk_reduction",)),
        ({"probability_safer": 0.79}, ("min_probability_safer",)),
        ({"wage_ratio": 0.8}, ()),
        ({"wage_ratio": 0.79}, ("min_wage_ratio",)),
        # It falls, and the origin does not, however well it pays.
        ({"employment_change": -0.01, "growth_difference": -0.01, "wage_ratio": 2.0},
         ("no_worse_outlook",)),
        # It falls less than the origin does.
        ({"employment_change": -0.01, "growth_difference": 0.02}, ()),
        # It grows more slowly than the origin: more pay makes up for that, equal pay does not.
        ({"growth_difference": -0.01}, ("no_worse_outlook",)),
        ({"growth_difference": -0.01, "wage_ratio": 1.0}, ("no_worse_outlook",)),
        ({"growth_difference": -0.01, "wage_ratio": 1.01}, ()),
        ({"job_zone_step": -2}, ("max_job_zone_gap",)),
        ({"education_step": 2.0}, ()),
        ({"education_step": -3.0}, ("max_education_gap",)),
        ({"carries_over": 0.05}, ("min_carries_over",)),
        ({"rank": 101}, ("max_rank",)),
    ],
)  # fmt: skip
def test_the_default_is_better_prospects(change: dict[str, float], failed: tuple[str, ...]) -> None:
    assert MoveFilters() == DEFAULT_FILTERS
    assert DEFAULT_FILTERS.failed(**MOVE | change) == failed
    assert NO_FILTERS.failed(**MOVE | change) == ()


def test_a_filter_has_words_for_a_move_that_fails_it() -> None:
    options = {*MoveFilters.__dataclass_fields__}
    assert {*FAILED_WORDS} == options


@pytest.mark.parametrize(
    ("passes", "fails", "name", "limit"),
    [
        (-0.3, -0.29, "min_risk_reduction", 0.3),
        (0.7, 0.69, "min_probability_safer", 0.7),
        (1.1, 1.09, "min_wage_ratio", 1.1),
        (0.01, 0.0, "growing_only", True),
        (-2, 3, "max_job_zone_gap", 2),
        (0.5, 0.49, "min_carries_over", 0.5),
    ],
)
def test_each_filter_includes_its_limit(
    passes: float, fails: float, name: str, limit: float
) -> None:
    about = {
        "min_risk_reduction": "risk_difference",
        "min_probability_safer": "probability_safer",
        "min_wage_ratio": "wage_ratio",
        "growing_only": "employment_change",
        "max_job_zone_gap": "job_zone_step",
        "min_carries_over": "carries_over",
    }[name]
    filters = MoveFilters(**UNFILTERED | {name: limit})
    assert filters.failed(**MOVE | {about: passes}) == ()
    assert filters.failed(**MOVE | {about: fails}) == (name,)


def test_what_is_not_known_is_not_held_against_a_move() -> None:
    known = {"risk_difference": -0.2, "probability_safer": 0.9, "carries_over": 0.5, "rank": 1}
    strict = MoveFilters(max_job_zone_gap=0, min_wage_ratio=2.0, growing_only=True)
    assert strict.failed(**dict.fromkeys(MOVE) | known) == ()


def _reference_rule(filters: MoveFilters, move: dict[str, float | None]) -> set[str]:
    """The conditions that ``MoveFilters`` documents, each spelled out."""
    risk, sure, wage = (move[n] for n in ("risk_difference", "probability_safer", "wage_ratio"))
    growth, difference = (move[n] for n in ("employment_change", "growth_difference"))
    kept = move["carries_over"]
    assert risk is not None
    assert sure is not None
    assert kept is not None
    failed = set()
    if filters.safer_only and risk >= 0:
        failed.add("safer_only")
    least = filters.min_risk_reduction
    least = (0.03 if filters.safer_only else 0.0) if least is None else least
    if least > 0 and -risk < least:
        failed.add("min_risk_reduction")
    least = filters.min_probability_safer
    least = (0.8 if filters.safer_only else 0.0) if least is None else least
    if least > 0 and sure < least:
        failed.add("min_probability_safer")
    if filters.min_wage_ratio is not None and wage is not None and wage < filters.min_wage_ratio:
        failed.add("min_wage_ratio")
    if filters.no_worse_outlook and _is_worse(growth, difference, wage):
        failed.add("no_worse_outlook")
    if filters.growing_only and growth is not None and growth <= 0:
        failed.add("growing_only")
    limits = {
        "max_job_zone_gap": "job_zone_step",
        "max_education_gap": "education_step",
        "max_rank": "rank",
    }
    failed |= {n for n, about in limits.items() if _is_too_far(move[about], getattr(filters, n))}
    if filters.min_carries_over > 0 and kept < filters.min_carries_over:
        failed.add("min_carries_over")
    return failed


def _is_too_far(step: float | None, limit: float | None) -> bool:
    return step is not None and limit is not None and abs(step) > limit


def _is_worse(growth: float | None, difference: float | None, wage: float | None) -> bool:
    if growth is None or difference is None:
        return False
    falls_alone = growth < 0 and growth - difference >= 0
    return falls_alone or (difference < 0 and wage is not None and wage <= 1)


def _known(low: float, high: float) -> st.SearchStrategy[float]:
    return st.sampled_from([low, 0.0, 0.25, 0.5, high]) | st.floats(low, high)


def _maybe(low: float, high: float) -> st.SearchStrategy[float | None]:
    return st.none() | _known(low, high)


GROWTH = st.none() | st.fixed_dictionaries(
    {"employment_change": _known(-1.0, 2.0), "growth_difference": _maybe(-1.0, 2.0)}
)
"""A difference is known only if the change is."""


FILTERS = st.builds(
    MoveFilters,
    safer_only=st.booleans(),
    max_job_zone_gap=st.none() | st.integers(0, 4),
    max_education_gap=st.sampled_from([None, 0.0, 2.0]),
    min_risk_reduction=st.sampled_from([None, 0.0, 0.25, 0.5]),
    min_probability_safer=st.sampled_from([None, 0.0, 0.25, 0.5]),
    min_wage_ratio=st.sampled_from([None, 0.0, 0.5, 1.0]),
    no_worse_outlook=st.booleans(),
    growing_only=st.booleans(),
    min_carries_over=st.sampled_from([0.0, 0.25, 0.5]),
    max_rank=st.sampled_from([None, 1, 100]),
)
MOVES = st.fixed_dictionaries(
    {
        "risk_difference": _known(-1.0, 1.0),
        "probability_safer": _known(0.0, 1.0),
        "wage_ratio": _maybe(0.0, 3.0),
        "growth": GROWTH,
        "job_zone_step": st.none() | st.integers(-4, 4),
        "education_step": st.none() | st.integers(-8, 8).map(float),
        "carries_over": _known(0.0, 1.0),
        "rank": st.integers(1, 300),
    }
).map(
    lambda move: (
        {name: value for name, value in move.items() if name != "growth"}
        | (move["growth"] or {"employment_change": None, "growth_difference": None})
    )
)


STEP = ("job_zone_step", "education_step", "carries_over", "rank")


@given(filters=FILTERS, moves=st.lists(MOVES, min_size=1, max_size=8))
def test_single_moves_and_arrays_of_moves_pass_alike(
    filters: MoveFilters, moves: list[dict[str, float | None]]
) -> None:
    arrays = {
        name: np.array([np.nan if move[name] is None else move[name] for move in moves], float)
        for name in MOVE
    }
    checks = filters.destination_checks(
        **{n: arrays[n] for n in arrays if n not in STEP}
    ) | filters.step_checks(**{n: arrays[n] for n in STEP})
    for row, move in enumerate(moves):
        failed = filters.failed(**move)  # type: ignore[arg-type]
        assert set(failed) == _reference_rule(filters, move)
        assert failed == tuple(name for name, passes in checks.items() if not passes[row])


def test_the_typed_options_are_the_fields_of_the_filters() -> None:
    annotations = {name: field.type for name, field in MoveFilters.__dataclass_fields__.items()}
    assert {
        name: hint.__forward_arg__ for name, hint in MoveOptions.__annotations__.items()
    } == annotations


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_job_zone_gap": 5}, "max_job_zone_gap is 5; give a whole number from 0 to 4"),
        ({"max_job_zone_gap": True}, "max_job_zone_gap is True"),
        ({"min_risk_reduction": -0.1}, "min_risk_reduction is -0.1; give a number from 0 to 1"),
        ({"min_wage_ratio": float("nan")}, "min_wage_ratio is nan; give a number from 0 to 10"),
        ({"min_probability_safer": True}, "min_probability_safer is True"),
    ],
)
def test_a_filter_out_of_range_is_rejected(changes: dict[str, object], message: str) -> None:
    with pytest.raises(EngineError, match=message):
        MoveFilters(**changes)  # type: ignore[arg-type]


def test_ranking_needs_a_positive_weight() -> None:
    with pytest.raises(EngineError, match="all ranking weights are 0; make at least one positive"):
        RankingWeights(similarity=0)
    with pytest.raises(EngineError, match="weight of wage is -1; give a number from 0"):
        RankingWeights(wage=-1)
    assert RankingWeights(safety=0.5).total == 1.5
