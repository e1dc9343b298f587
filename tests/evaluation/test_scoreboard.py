from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from engine.evaluation import metrics, scoreboard

NAN = float("nan")
TASKS = 200


@pytest.fixture
def truth() -> np.ndarray:
    return np.random.default_rng(1).random(TASKS)


def _noisy(truth: np.ndarray, seed: int) -> np.ndarray:
    return np.clip(truth + np.random.default_rng(seed).normal(0, 0.2, len(truth)), 0, 1)


def test_agreement_counts_only_what_both_know(truth: np.ndarray) -> None:
    series, outcomes = _noisy(truth, 2), truth.copy()
    series[:50], outcomes[40:80] = np.nan, np.nan
    found = scoreboard.agreement(series, outcomes)
    both = slice(80, None)
    assert found.count == TASKS - 80
    assert found.r == pytest.approx(np.corrcoef(series[both], outcomes[both])[0, 1])
    assert found.rho == pytest.approx(spearmanr(series[both], outcomes[both])[0])


def test_ranks_do_not_depend_on_the_scale(truth: np.ndarray) -> None:
    assert scoreboard.agreement(truth**5, truth).rho == pytest.approx(1.0)
    assert scoreboard.agreement(-truth, truth).rho == pytest.approx(-1.0)


def test_too_few_or_constant_values_have_no_correlation(truth: np.ndarray) -> None:
    few = np.where(np.arange(TASKS) < scoreboard.MIN_COMMON - 1, truth, np.nan)
    found = scoreboard.agreement(few, truth)
    assert found.count == scoreboard.MIN_COMMON - 1
    assert math.isnan(found.r)
    assert math.isnan(found.rho)
    assert math.isnan(scoreboard.agreement(np.full(TASKS, 0.5), truth).rho)


def test_a_rival_and_the_engine_are_compared_on_the_same_tasks(truth: np.ndarray) -> None:
    rival, estimate = _noisy(truth, 3), _noisy(truth, 4)
    rival[:60], estimate[150:] = np.nan, np.nan
    outcomes = {"automation": truth, "observed": rival}
    estimates = {"automation": estimate, "exposure": _noisy(truth, 5)}
    found = scoreboard.standings(outcomes, estimates)
    standing = found["automation"]
    assert standing.known == TASKS
    assert standing.estimate == scoreboard.agreement(estimate, truth)
    assert standing.risk == standing.estimate
    assert standing.ai_capability == scoreboard.agreement(estimates["exposure"], truth)
    assert standing.gap == metrics.calibration_gap(estimate[:150], truth[:150])
    common = slice(60, 150)
    against = standing.rivals["observed"]
    assert against.published == scoreboard.agreement(rival[common], truth[common])
    assert against.engine == scoreboard.agreement(estimate[common], truth[common])


def test_an_outcome_without_an_estimate_is_still_ranked(truth: np.ndarray) -> None:
    outcomes = {"automation": truth, "observed": _noisy(truth, 3)}
    estimates = {"automation": _noisy(truth, 4), "exposure": _noisy(truth, 5)}
    standing = scoreboard.standings(outcomes, estimates)["observed"]
    assert standing.estimate is None
    assert math.isnan(standing.gap)
    assert standing.risk == scoreboard.agreement(estimates["automation"], outcomes["observed"])
    assert standing.rivals["automation"].engine is None


def test_a_mean_is_not_compared_with_its_parts(truth: np.ndarray) -> None:
    parts = {"exposure_human": _noisy(truth, 3), "exposure_model": _noisy(truth, 4)}
    outcomes = {"exposure": sum(parts.values()) / 2, "automation": truth, **parts}
    estimates = {"automation": truth, "exposure": truth}
    found = scoreboard.standings(outcomes, estimates)
    assert set(found["exposure"].rivals) == {"automation"}
    assert set(found["exposure_human"].rivals) == {"automation", "exposure_model"}


def test_further_measures_are_rivals_and_no_outcomes(truth: np.ndarray) -> None:
    estimates = {"automation": truth, "exposure": truth}
    elsewhere = np.where(np.arange(TASKS) < 20, truth, np.nan)
    further = {"older": _noisy(truth, 6), "elsewhere": elsewhere}
    found = scoreboard.standings({"automation": truth}, estimates, further)
    assert set(found) == {"automation"}
    assert set(found["automation"].rivals) == {"older"}


def test_means_of_occupations_rescale_the_shares_of_known_tasks() -> None:
    values = np.array([0.2, 0.8, NAN, 0.4, NAN, 0.5])
    shares = np.array([0.6, 0.3, 0.1, 0.5, 0.5, 1.0])
    rows_of = {"a": np.array([0, 1, 2]), "b": np.array([3, 4]), "c": np.array([5])}
    found = scoreboard.occupation_means(values, shares, rows_of)
    assert found[0] == pytest.approx((0.6 * 0.2 + 0.3 * 0.8) / 0.9)
    assert np.isnan(found[1])  # half of the time is too little
    assert found[2] == 0.5


def test_sums_of_occupations() -> None:
    rows_of = {"a": np.array([0, 2]), "b": np.array([1, 3])}
    assert scoreboard.occupation_sums(np.array([0.1, NAN, 0.2, NAN]), rows_of) == pytest.approx(
        [0.3, 0.0]
    )


def test_values_of_the_same_level() -> None:
    levels = {"T0": 0.0, "T2": 0.5, "T4": 1.0}
    first = np.array([0.24, 0.25, 0.74, 0.76])
    second = np.array([0.0, 0.0, 0.5, 0.5])
    # Nearest: 0 and 0, 0.5 and 0, 0.5 and 0.5, 1 and 0.5.
    assert scoreboard.same_level(first, second, levels) == 0.5
