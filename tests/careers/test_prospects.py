from __future__ import annotations

import numpy as np
import pytest

from engine.careers.filters import UNFILTERED, MoveFilters, RankingWeights
from engine.careers.prospects import (
    CatalogProspects,
    Prospects,
    apply_checks,
    probability_lower,
    symmetric_errors,
)
from engine.careers.results import Outlook
from engine.records.estimates import Estimate
from tests.careers.hand_worked import estimate


def test_prospects_by_hand() -> None:
    catalog = CatalogProspects(
        [estimate(0.2), estimate(0.5), estimate(0.5)],
        [
            Outlook(median_wage=60_000.0, employment_change=0.1),
            Outlook(median_wage=30_000.0),
            Outlook(),
        ],
        np.array([1.0]),
    )
    moves = catalog.of_moves(estimate(0.5), Outlook(median_wage=40_000.0), np.array([2, 0, 1]))
    np.testing.assert_allclose(moves.risk_difference, [0.0, -0.3, 0.0])
    # Errors are +0.1 or -0.1 on either side: 0.2 ± 0.1 is always lower than 0.5 ± 0.1.
    np.testing.assert_allclose(moves.probability_safer, [0.5, 1.0, 0.5])
    np.testing.assert_allclose(moves.wage_ratio, [np.nan, 1.5, 0.75])
    np.testing.assert_allclose(moves.employment_change, [np.nan, 0.1, np.nan])
    assert np.isnan(moves.growth_difference).all()
    growing = catalog.of_moves(estimate(0.5), Outlook(employment_change=0.0), np.array([0, 1]))
    np.testing.assert_allclose(growing.growth_difference, [0.1, np.nan])
    assert np.isnan(growing.education_step).all()
    unknown_wage = catalog.of_moves(estimate(0.5), Outlook(), np.arange(3))
    assert np.isnan(unknown_wage.wage_ratio).all()


def test_the_score_is_the_weighted_mean_of_the_parts() -> None:
    moves = Prospects(
        risk_difference=np.zeros(3),
        probability_safer=np.array([1.0, 0.5, 0.0]),
        wage_ratio=np.array([2.5, 1.0, np.nan]),
        employment_change=np.array([-0.3, 0.1, np.nan]),
        growth_difference=np.zeros(3),
        education_step=np.zeros(3),
    )
    similarity, carries_over = np.array([0.2, 0.4, 0.6]), np.array([0.0, 0.5, 1.0])

    def score(**weights: float) -> np.ndarray:
        return moves.score(
            RankingWeights(**weights),
            similarity=similarity,
            carries_over=carries_over,
            effort=np.log([1.0, 2.0, 10.0]),
        )

    np.testing.assert_allclose(score(similarity=0, wage=1), [1.0, 0.5, 0.5])
    np.testing.assert_allclose(score(similarity=0, ease=1), [1.0, 0.5, 0.1])
    np.testing.assert_allclose(score(similarity=0, growth=1), [0.0, 0.75, 0.5])
    np.testing.assert_allclose(score(similarity=1, safety=3), [0.8, 0.475, 0.15])
    np.testing.assert_allclose(score(similarity=1, carries_over=1), [0.1, 0.45, 0.8])


def test_a_move_counts_for_the_first_filter_that_removed_it() -> None:
    checks = {
        "first": np.array([True, False, True, True]),
        "second": np.array([False, False, True, True]),
        "third": np.array([True, True, False, True]),
    }
    passes, removed = apply_checks(checks, 4)
    assert passes.tolist() == [False, False, False, True]
    assert removed == {"first": 1, "second": 1, "third": 1}
    passes, removed = apply_checks({}, 2)
    assert (passes.tolist(), removed) == ([True, True], {})


def test_only_filters_that_are_set_are_checked() -> None:
    moves = Prospects(
        risk_difference=np.array([-0.1, 0.1]),
        probability_safer=np.array([0.6, 0.4]),
        wage_ratio=np.array([np.nan, 1.0]),
        employment_change=np.array([0.1, np.nan]),
        growth_difference=np.array([0.0, np.nan]),
        education_step=np.zeros(2),
    )
    checks = moves.checks(MoveFilters(**UNFILTERED | {"min_wage_ratio": 1.5}))
    assert {name: passes.tolist() for name, passes in checks.items()} == {
        "min_wage_ratio": [True, False]
    }


def test_errors_get_both_signs() -> None:
    errors = symmetric_errors(np.array([0.5, 1.0, 2.0]))
    assert len(errors) == 102
    np.testing.assert_array_equal(errors, -errors[::-1])
    assert (np.diff(errors) >= 0).all()
    assert errors[51:].mean() == pytest.approx(1.125, abs=0.01)  # the mean of linear quantiles
    assert symmetric_errors(np.zeros(0)).tolist() == [0.0]


def test_the_probability_to_be_lower_is_that_of_errors_drawn_at_random() -> None:
    sizes = np.sort(np.abs(np.random.default_rng(0).normal(size=4_000)))
    there, here = estimate(0.3, error=0.1), estimate(0.4, error=0.05)
    random = np.random.default_rng(1)

    def draw() -> np.ndarray:
        return random.choice(sizes, 200_000) * random.choice([-1.0, 1.0], 200_000)

    def lower(one: Estimate, than: Estimate) -> float:
        values, errors = np.array([one.value]), np.array([one.error])
        (probability,) = probability_lower(values, errors, than, symmetric_errors(sizes))
        return float(probability)

    expected = (0.3 + 0.1 * draw() < 0.4 + 0.05 * draw()).mean()
    assert lower(there, here) == pytest.approx(expected, abs=0.005)
    assert lower(here, here) == pytest.approx(0.5, abs=1e-9)
    assert lower(there, here) == pytest.approx(1 - lower(here, there), abs=1e-9)
