"""Left-out risks of the occupations of a catalog, and how far they were from the known ratings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from engine.evaluation.group_coverage import CatalogueEstimates
from engine.model.conformal import MIN_SCALE
from engine.model.occupation_estimates import error_models
from engine.persistence.engine_parts import EngineParts
from engine.records.estimates import Estimate
from engine.records.rubric import RISK_MEASURE
from engine.workforce.shared_errors import SharedErrors


@dataclass(frozen=True, kw_only=True)
class CatalogRisks:
    """What a workforce needs to know of the catalog beyond the occupations that it has.

    Attributes:
        risks: SOC code -> estimated risk, in [0, 1].
        mean, variance: of the risk over the occupations of the catalog: what is known of a job of
            which nothing is known.
        shared: correlations of the errors of occupations.
    """

    risks: Mapping[str, float]
    mean: float
    variance: float
    shared: SharedErrors

    @classmethod
    def of(cls, parts: EngineParts) -> CatalogRisks:
        """Collect the left-out risks of the catalog of an engine, and their errors."""
        found = catalog_errors(parts)
        is_rated = ~np.isnan(found.known)
        residuals = (found.risks - found.known)[is_rated] / found.errors[is_rated]
        rated = [code for code, own in zip(found.codes, is_rated, strict=True) if own]
        return cls(
            risks=dict(zip(found.codes, found.risks.tolist(), strict=True)),
            mean=float(found.risks.mean()),
            variance=float(found.risks.var()),
            shared=SharedErrors.fit(residuals, rated),
        )


@dataclass(frozen=True, kw_only=True)
class CatalogErrors:
    """Left-out estimates of the risk of n occupations, and their known ratings.

    Attributes:
        codes: n codes.
        risks: estimates, in [0, 1], shape (n,).
        errors: their standard errors, > 0, shape (n,).
        known: time-weighted mean of the known ratings of their tasks, in [0, 1]; NaN where tasks
            with more than a fifth of the time are not rated. Shape (n,).
    """

    codes: list[str]
    risks: np.ndarray
    errors: np.ndarray
    known: np.ndarray


def catalog_errors(parts: EngineParts) -> CatalogErrors:
    """Return the left-out risks of the catalog of an engine beside their known ratings."""
    model = lru_cache(
        lambda group: error_models(parts.model, parts.confidence, group)[RISK_MEASURE]
    )
    found = CatalogueEstimates.of(
        parts.reference.corpus, parts.scores, lambda code: model(code[:2])
    )
    estimates = [
        Estimate(value=value, low=low, high=high)
        for value, low, high in zip(found.values, found.low, found.high, strict=True)
    ]
    return CatalogErrors(
        codes=found.codes.tolist(),
        risks=found.values,
        errors=np.array(
            [max(standard_error(one, parts.confidence), MIN_SCALE) for one in estimates]
        ),
        known=found.ratings,
    )


def standard_error(estimate: Estimate, confidence: float) -> float:
    """Return the standard error of which the interval of an estimate is the normal interval.

    Half of the width counts on the side that the limits 0 and 1 do not cut off.

    Args:
        estimate: with its interval.
        confidence: of the interval, in (0, 1).
    """
    half = max(estimate.high - estimate.value, estimate.value - estimate.low)
    return half / deviate(confidence) if math.isfinite(half) else 1.0


def deviate(confidence: float) -> float:
    """Return half the width of a normal interval of a confidence, in standard deviations."""
    return NormalDist().inv_cdf((1 + confidence) / 2)
