"""How the errors of occupations add up, against the double sum over all pairs and a simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.workforce.shared_errors import SharedErrors, broad_occupation, major_group

SHARED = SharedErrors(0.05, 0.2, 0.5)
CODES = ["43-3031.00", "43-3031.01", "43-3051.00", "43-9061.00", "29-1141.00", "29-1161.00"]


def _correlation(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if broad_occupation(one) == broad_occupation(other):
        return SHARED.broad
    return SHARED.major_group if major_group(one) == major_group(other) else SHARED.anywhere


def test_the_variance_is_the_double_sum_over_all_pairs() -> None:
    amounts = np.random.default_rng(0).uniform(0, 0.1, len(CODES))
    expected = sum(
        a * b * _correlation(one, other)
        for a, one in zip(amounts, CODES, strict=True)
        for b, other in zip(amounts, CODES, strict=True)
    )
    assert SHARED.variance(amounts, CODES) == pytest.approx(expected, rel=1e-12)


def test_one_occupation_has_its_own_error() -> None:
    assert SHARED.variance(np.array([0.07]), ["43-3031.00"]) == pytest.approx(0.07**2)


def test_independent_and_fully_shared_errors_are_the_limits() -> None:
    amounts = np.array([0.03, 0.04])
    codes = ["43-3031.00", "43-3032.00"]
    assert math.sqrt(SharedErrors(0, 0, 0).variance(amounts, codes)) == pytest.approx(0.05)
    assert math.sqrt(SharedErrors(1, 1, 1).variance(amounts, codes)) == pytest.approx(0.07)


def test_occupations_without_a_code_share_no_group() -> None:
    amounts = np.array([0.03, 0.04])
    assert SharedErrors(0, 0.5, 0.5).variance(amounts, ["", ""]) == pytest.approx(0.05**2)


def test_codes_of_isco_have_groups_too() -> None:
    assert major_group("ISCO-3313") == "3"
    assert broad_occupation("ISCO-3313") == "ISCO-331"


def test_the_correlations_of_simulated_errors_are_found() -> None:
    """Errors are sums of what a major group, a broad occupation and an occupation share."""
    rng = np.random.default_rng(1)
    codes, errors = [], []
    for major in range(11, 99):
        shared = math.sqrt(0.2) * rng.normal()
        for broad in range(12):
            both = shared + math.sqrt(0.3) * rng.normal()
            for occupation in range(4):
                codes.append(f"{major}-1{broad:02d}{occupation}.00")
                errors.append(both + math.sqrt(0.5) * rng.normal())
    found = SharedErrors.fit(np.array(errors), codes)
    assert found.anywhere == pytest.approx(0, abs=0.02)
    assert found.major_group == pytest.approx(0.2, abs=0.05)
    assert found.broad == pytest.approx(0.5, abs=0.05)


def test_independent_errors_have_no_correlation() -> None:
    errors = np.random.default_rng(2).normal(size=1_000)
    codes = [f"{11 + number % 40}-{1000 + number}.00" for number in range(1_000)]
    found = SharedErrors.fit(errors, codes)
    assert max(found.anywhere, found.major_group, found.broad) < 0.05


def test_few_occupations_have_the_correlation_of_the_level_above() -> None:
    assert SharedErrors.fit(np.array([]), []) == SharedErrors(0, 0, 0)
    assert SharedErrors.fit(np.ones(3), CODES[:3]) == SharedErrors(0, 0, 0)
