from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import EngineError
from engine.careers.filters import DEFAULT_FILTERS, MoveFilters, MoveOptions, RankingWeights

NO_FILTERS = MoveFilters(safer_only=False, max_job_zone_gap=None)
MOVE = {
    "risk_difference": -0.2,
    "probability_safer": 0.8,
    "wage_ratio": 0.9,
    "employment_change": 0.05,
    "job_zone_step": 1,
    "carries_over": 0.4,
}


def test_the_default_is_a_safer_occupation_at_most_one_zone_away() -> None:
    assert MoveFilters() == DEFAULT_FILTERS
    assert DEFAULT_FILTERS.failed(**MOVE) == ()
    assert DEFAULT_FILTERS.failed(**MOVE | {"risk_difference": 0.0}) == ("safer_only",)
    assert DEFAULT_FILTERS.failed(**MOVE | {"job_zone_step": -2}) == ("max_job_zone_gap",)


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
    filters = MoveFilters(**{"safer_only": False, "max_job_zone_gap": None, name: limit})
    assert filters.failed(**MOVE | {about: passes}) == ()
    assert filters.failed(**MOVE | {about: fails}) == (name,)


def test_unknown_values_fail_every_filter_but_that_of_the_zone() -> None:
    unknown = dict.fromkeys(MOVE)
    strict = MoveFilters(
        max_job_zone_gap=0,
        min_risk_reduction=0.1,
        min_probability_safer=0.1,
        min_wage_ratio=0.0,
        growing_only=True,
        min_carries_over=0.1,
    )
    assert strict.failed(**unknown) == (
        "safer_only",
        "min_risk_reduction",
        "min_probability_safer",
        "min_wage_ratio",
        "growing_only",
        "min_carries_over",
    )
    assert NO_FILTERS.failed(**unknown) == ()


def _reference_rule(filters: MoveFilters, move: dict[str, float | None]) -> set[str]:
    """The conditions that ``MoveFilters`` documents, each spelled out."""
    risk, sure, wage = (move[n] for n in ("risk_difference", "probability_safer", "wage_ratio"))
    growth, zone, kept = (move[n] for n in ("employment_change", "job_zone_step", "carries_over"))
    failed = set()
    if filters.safer_only and (risk is None or risk >= 0):
        failed.add("safer_only")
    if filters.min_risk_reduction > 0 and (risk is None or -risk < filters.min_risk_reduction):
        failed.add("min_risk_reduction")
    least = filters.min_probability_safer
    if least > 0 and (sure is None or sure < least):
        failed.add("min_probability_safer")
    if filters.min_wage_ratio is not None and (wage is None or wage < filters.min_wage_ratio):
        failed.add("min_wage_ratio")
    if filters.growing_only and (growth is None or growth <= 0):
        failed.add("growing_only")
    gap = filters.max_job_zone_gap
    if gap is not None and zone is not None and abs(zone) > gap:
        failed.add("max_job_zone_gap")
    if filters.min_carries_over > 0 and (kept is None or kept < filters.min_carries_over):
        failed.add("min_carries_over")
    return failed


def _maybe(low: float, high: float) -> st.SearchStrategy[float | None]:
    return st.none() | st.sampled_from([low, 0.0, 0.25, 0.5, high]) | st.floats(low, high)


FILTERS = st.builds(
    MoveFilters,
    safer_only=st.booleans(),
    max_job_zone_gap=st.none() | st.integers(0, 4),
    min_risk_reduction=st.sampled_from([0.0, 0.25, 0.5]),
    min_probability_safer=st.sampled_from([0.0, 0.25, 0.5]),
    min_wage_ratio=st.sampled_from([None, 0.0, 0.5, 1.0]),
    growing_only=st.booleans(),
    min_carries_over=st.sampled_from([0.0, 0.25, 0.5]),
)
MOVES = st.fixed_dictionaries(
    {
        "risk_difference": _maybe(-1.0, 1.0),
        "probability_safer": _maybe(0.0, 1.0),
        "wage_ratio": _maybe(0.0, 3.0),
        "employment_change": _maybe(-1.0, 2.0),
        "job_zone_step": st.none() | st.integers(-4, 4),
        "carries_over": _maybe(0.0, 1.0),
    }
)


@given(filters=FILTERS, moves=st.lists(MOVES, min_size=1, max_size=8))
def test_single_moves_and_arrays_of_moves_pass_alike(
    filters: MoveFilters, moves: list[dict[str, float | None]]
) -> None:
    arrays = {
        name: np.array([np.nan if move[name] is None else move[name] for move in moves], float)
        for name in MOVE
    }
    checks = filters.destination_checks(
        **{n: arrays[n] for n in arrays if n not in ("job_zone_step", "carries_over")}
    ) | filters.step_checks(**{n: arrays[n] for n in ("job_zone_step", "carries_over")})
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
