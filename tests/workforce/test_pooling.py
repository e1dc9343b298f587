"""The interval of a workforce, against simulated truths: shared errors and wrong titles."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.records.title_match import TitleCandidate
from engine.workforce.catalog import CatalogRisks, deviate
from engine.workforce.pooling import Job, Unit, Workforce, title_error
from engine.workforce.shared_errors import SharedErrors

CODES = ["43-3031.00", "43-3051.00", "43-9061.00", "29-1141.00"]
RISKS = dict(zip(CODES, (0.7, 0.6, 0.55, 0.25), strict=True))
CATALOG = CatalogRisks(risks=RISKS, mean=0.4, variance=0.04, shared=SharedErrors(0.0, 0.3, 0.3))
UNITS = [
    Unit(name=code, code=code, soc_code=code, risk=RISKS[code], can_help=0.1, error=0.05)
    for code in CODES
]


def _job(unit: int, headcount: float, **values: float) -> Job:
    fields = {"title": unit, "department": 0, "weight": headcount} | values
    return Job(unit=unit, headcount=headcount, **fields)  # type: ignore[arg-type]


def _workforce(*jobs: Job) -> Workforce:
    return Workforce(UNITS, jobs, CATALOG, 0.9)


def _everyone(workforce: Workforce) -> np.ndarray:
    return np.arange(len(workforce.unit))


def test_the_risk_is_the_mean_weighted_by_headcount() -> None:
    workforce = _workforce(_job(0, 30), _job(3, 10))
    found = workforce.group(_everyone(workforce), "all")
    assert found.risk == pytest.approx((30 * 0.7 + 10 * 0.25) / 40)
    assert found.can_take_over + found.can_help + found.stays_human == pytest.approx(1)
    assert (found.headcount, found.share) == (40, 1)


def test_the_risk_is_weighted_by_pay_if_asked() -> None:
    workforce = _workforce(_job(0, 30, weight=30 * 40_000), _job(3, 10, weight=10 * 90_000))
    found = workforce.group(_everyone(workforce), "all")
    assert found.risk == pytest.approx((1.2e6 * 0.7 + 0.9e6 * 0.25) / 2.1e6)
    assert found.headcount == 40


def test_one_sure_occupation_has_its_own_interval_however_many_people_it_has() -> None:
    half = deviate(0.9) * 0.05
    for people in (1, 1_000):
        for parts in (1, 5):  # the same people in several departments
            workforce = _workforce(*[_job(0, people / parts, department=n) for n in range(parts)])
            found = workforce.group(_everyone(workforce), "all")
            assert found.risk_interval == pytest.approx((0.7 - half, 0.7 + half))


def test_shares_of_groups_sum_to_one() -> None:
    workforce = _workforce(_job(0, 3), _job(1, 4, department=1), _job(2, 5, department=1))
    parts = [
        workforce.group(np.flatnonzero(workforce.department == number), "") for number in (0, 1)
    ]
    assert sum(part.share for part in parts) == pytest.approx(1)
    whole = workforce.group(_everyone(workforce), "all")
    assert sum(part.share * part.risk for part in parts) == pytest.approx(whole.risk)


def test_a_sure_title_adds_no_error() -> None:
    assert title_error(0.7, 1.0, (), CATALOG) == (0.0, 0.0)


def test_the_error_of_a_title_is_that_of_the_mixture() -> None:
    """Matched with .8; .15 for one alternative; .05 for any occupation of the catalog."""
    others = [TitleCandidate("29-1141.00", "Nurses", 0.15)]
    shift, spread = title_error(0.7, 0.8, others, CATALOG)
    rng = np.random.default_rng(0)
    kind = rng.choice(3, size=400_000, p=[0.8, 0.15, 0.05])
    anything = rng.normal(0.4, 0.2, size=len(kind))
    truth = np.choose(kind, [0.7, 0.25, anything])
    assert shift == pytest.approx(float(truth.mean()) - 0.7, abs=2e-3)
    assert spread == pytest.approx(float(truth.std()), rel=0.01)


def test_alternatives_never_have_more_than_the_rest() -> None:
    others = [TitleCandidate(code, "", 0.9) for code in CODES[1:]]
    shift, _ = title_error(0.7, 0.9, others, CATALOG)
    assert shift == pytest.approx(0.1 * (0.6 - 0.7))


def test_equal_titles_are_wrong_together() -> None:
    """A title in two departments has one error; two titles of the same people have two."""
    together = _workforce(
        *[_job(0, 10, title=7, department=n, probability=0.8, spread=0.1) for n in (0, 1)]
    )
    apart = _workforce(
        *[_job(0, 10, title=n, department=n, probability=0.8, spread=0.1) for n in (0, 1)]
    )
    widths = []
    for workforce in (together, apart):
        low, high = workforce.group(_everyone(workforce), "all").risk_interval
        widths.append((high - low) / 2 / deviate(0.9))
    assert widths[0] == pytest.approx(math.hypot(0.05, 0.1))
    assert widths[1] == pytest.approx(math.hypot(0.05, 0.1 / math.sqrt(2)))


def test_the_interval_reaches_to_the_expected_risk() -> None:
    workforce = _workforce(_job(0, 10, probability=0.5, shift=-0.2, spread=0.0))
    found = workforce.group(_everyone(workforce), "all")
    half = deviate(0.9) * 0.05
    assert found.risk_interval == pytest.approx((0.5 - half, 0.7 + half))
    assert found.unsure_share == 1


@pytest.mark.parametrize("seed", range(3))
def test_intervals_cover_simulated_truths(seed: int) -> None:
    """Draw who does which job and how wrong each estimate is; count how often the truth is in."""
    rng = np.random.default_rng(seed)
    shared = CATALOG.shared
    people = rng.integers(1, 60, size=12).astype(float)
    matched = rng.integers(0, len(UNITS), size=12)
    chance = rng.choice([1.0, 0.95, 0.85, 0.7], size=12)
    other = (matched + 1 + rng.integers(0, 3, size=12)) % len(UNITS)
    jobs = []
    for title in range(12):
        candidate = TitleCandidate(CODES[other[title]], "", 1 - chance[title])
        risk = UNITS[matched[title]].risk
        shift, spread = title_error(risk, chance[title], [candidate], CATALOG)
        jobs.append(
            _job(int(matched[title]), people[title], title=title, shift=shift, spread=spread)
        )
    workforce = _workforce(*jobs)
    low, high = workforce.group(_everyone(workforce), "all").risk_interval
    draws = 20_000
    groups = {"43": rng.normal(size=draws), "29": rng.normal(size=draws)}
    truth = np.stack(
        [
            unit.risk
            + unit.error
            * (
                math.sqrt(shared.major_group) * groups[unit.code[:2]]
                + math.sqrt(1 - shared.major_group) * rng.normal(size=draws)
            )
            for unit in UNITS
        ]
    )
    right = rng.uniform(size=(draws, 12)) < chance
    who = np.where(right, matched, other)
    total = (np.take_along_axis(truth.T, who, axis=1) * people).sum(1) / people.sum()
    coverage = float(((low <= total) & (total <= high)).mean())
    assert 0.89 <= coverage <= 0.97
