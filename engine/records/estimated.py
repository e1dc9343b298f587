"""What scored tasks and scored occupations have in common: estimates of measures."""

from __future__ import annotations

from collections.abc import Mapping

from engine.records import rubric
from engine.records.estimates import Estimate, FrozenMapping, Measured
from engine.records.measures import BARRIERS, DISAGREEMENT, SAME_QUESTION, Source

UNKNOWN_SOURCE = Source(title="unknown")


class Estimated:
    """Estimates by measure; risk and AI capability are two of them."""

    __slots__ = ()

    estimates: Mapping[str, Estimate]
    sources: Mapping[str, Source]

    @property
    def risk(self) -> float:
        """Expected automation, in [0, 1]; of an occupation: Σ time share × risk of its tasks."""
        return self.estimates[rubric.RISK_MEASURE].value

    @property
    def risk_interval(self) -> tuple[float, float]:
        """Interval of the risk at the engine's confidence, in [0, 1]."""
        return self.estimates[rubric.RISK_MEASURE].interval

    @property
    def ai_capability(self) -> float:
        """Expected exposure, in [0, 1]; of an occupation: the time-weighted mean of its tasks."""
        return self.estimates[rubric.CAPABILITY_MEASURE].value

    @property
    def ai_capability_interval(self) -> tuple[float, float]:
        """Interval of the AI capability at the engine's confidence, in [0, 1]."""
        return self.estimates[rubric.CAPABILITY_MEASURE].interval

    @property
    def measures(self) -> Mapping[str, Measured]:
        """Measure -> value, interval, source and date, for every measure that is estimated.

        A measure of observed use is absent where no similar task is in use.
        """
        return FrozenMapping(
            {
                name: Measured.of(estimate, self.sources.get(name, UNKNOWN_SOURCE))
                for name, estimate in self.estimates.items()
            }
        )

    @property
    def barriers(self) -> Mapping[str, Estimate]:
        """What stands in the way of automation: cognitive, physical, regulatory; each in [0, 1].

        Empty if the engine does not estimate them.
        """
        return FrozenMapping(
            {
                barrier: self.estimates[measure]
                for barrier, measure in BARRIERS.items()
                if measure in self.estimates
            }
        )

    @property
    def dated_estimates(self) -> Mapping[str, Estimate]:
        """Measures of how much software does alone -> estimate, the oldest rating first."""
        return FrozenMapping(
            {name: self.estimates[name] for name in SAME_QUESTION if name in self.estimates}
        )

    @property
    def disagreement(self) -> float:
        """Largest minus smallest of the dated estimates, in [0, 1]."""
        values = [estimate.value for estimate in self.dated_estimates.values()]
        return max(values) - min(values)

    @property
    def raters_disagree(self) -> bool:
        """Whether the dated estimates differ so much that one number misleads."""
        return self.disagreement >= DISAGREEMENT
