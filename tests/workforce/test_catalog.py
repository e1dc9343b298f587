"""Risks of the catalog are those that the engine shows, and errors are those of its ratings."""

from __future__ import annotations

import numpy as np
import pytest

from engine import RiskEngine
from engine.records.estimates import Estimate
from engine.workforce.catalog import CatalogRisks, deviate, standard_error


@pytest.fixture(scope="module")
def catalog(engine: RiskEngine) -> CatalogRisks:
    return CatalogRisks.of(engine._parts)


def test_the_risks_are_those_of_scored_occupations(
    engine: RiskEngine, catalog: CatalogRisks
) -> None:
    assert list(catalog.risks) == list(engine.corpus.rows_of)
    for code in list(catalog.risks)[::7]:
        assert catalog.risks[code] == pytest.approx(engine.score_occupation(code).risk, abs=1e-9)


def test_mean_and_variance_are_those_of_the_catalog(catalog: CatalogRisks) -> None:
    values = np.array(list(catalog.risks.values()))
    assert catalog.mean == pytest.approx(values.mean())
    assert catalog.variance == pytest.approx(values.var())


def test_correlations_grow_with_closeness(catalog: CatalogRisks) -> None:
    shared = catalog.shared
    assert 0 <= shared.anywhere <= shared.major_group <= shared.broad <= 1


def test_the_standard_error_is_half_the_interval_in_deviates() -> None:
    z = deviate(0.9)
    assert z == pytest.approx(1.6448536)
    plain = Estimate(value=0.5, low=0.5 - 0.1 * z, high=0.5 + 0.1 * z)
    assert standard_error(plain, 0.9) == pytest.approx(0.1)
    cut = Estimate(value=0.05, low=0.0, high=0.05 + 0.1 * z)
    assert standard_error(cut, 0.9) == pytest.approx(0.1)
