"""Scenarios: how far software reaches, and which tasks lie within its reach.

A frontier says how much of each barrier software can handle. A task lies within it if all of its
barriers do. Barriers are estimates, so this is a probability: each barrier is taken as normally
distributed around its estimate, and the barriers of a task as independent. A scenario is a
supposition. It says nothing about when, or whether, software gets there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from statistics import NormalDist

from engine.errors import InputError, abbreviate
from engine.records.estimates import Estimate

HALF_LEVEL = 0.125
"""Half the distance of two levels of a barrier; a frontier includes what rounds to it."""

_MIN_DEVIATION = 0.02
_DEVIATION_PER_ERROR = math.sqrt(math.pi / 2)
"""Standard deviation of a normal error over its mean absolute size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """How much of each barrier software can handle, in [0, 1]; 0 is none of it, 1 all of it.

    Attributes:
        cognitive: complexity, in steps of a quarter: 0 a fixed rule, 1 the hardest problems.
        physical: hands and presence: 0 is a screen alone, 1 any work with the body.
        regulatory: license and law: 0 is unregulated work, 1 work that the law reserves.

    Raises:
        InputError: if a value is not a number from 0 to 1.
    """

    cognitive: float
    physical: float = 0.0
    regulatory: float = 0.25

    def __post_init__(self) -> None:
        for part in fields(self):
            value = getattr(self, part.name)
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not 0 <= value <= 1:
                raise InputError(
                    f"{part.name} of the frontier is {abbreviate(value)}; give a number from 0 to 1"
                )

    @classmethod
    def of(cls, given: Frontier | Mapping[str, float] | str) -> Frontier:
        """Return a frontier that is given as such, by its name in ``STEPS``, or as a mapping.

        Raises:
            InputError: if the name or a key is unknown, or a value is out of range.
        """
        if isinstance(given, Frontier):
            return given
        if isinstance(given, str):
            if given not in STEPS:
                raise InputError(
                    f"unknown frontier {abbreviate(given)}; choose from: {'; '.join(STEPS)}"
                )
            return STEPS[given]
        names = [part.name for part in fields(cls)]
        if not isinstance(given, Mapping) or "cognitive" not in given or set(given) - set(names):
            raise InputError(
                f"frontier is {abbreviate(given)}; give a Frontier, a name of a step, or a mapping "
                "such as {'cognitive': 0.5, 'physical': 0.0, 'regulatory': 0.25}"
            )
        return cls(**given)

    def reaches(self, barriers: Mapping[str, Estimate]) -> float:
        """Return the probability that a task with these barriers lies within, in [0, 1].

        Args:
            barriers: ``cognitive``, ``physical`` and ``regulatory``.
        """
        return math.prod(
            _below(getattr(self, part.name), barriers[part.name]) for part in fields(self)
        )


STEPS: Mapping[str, Frontier] = {
    "routine screen work": Frontier(cognitive=0.25),
    "skilled screen work": Frontier(cognitive=0.5),
    "expert screen work": Frontier(cognitive=0.75, regulatory=0.5),
    "hands too": Frontier(cognitive=0.75, physical=0.75, regulatory=0.5),
}
"""Named steps, each of which includes the one before."""


def _below(limit: float, barrier: Estimate) -> float:
    """Return the probability that a barrier is at most ``limit``, to the nearest level."""
    if limit >= 1:
        return 1.0
    deviation = max(_DEVIATION_PER_ERROR * barrier.error, _MIN_DEVIATION)
    return NormalDist(barrier.value, deviation).cdf(limit + HALF_LEVEL)
