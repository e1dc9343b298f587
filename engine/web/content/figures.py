"""How good the estimates are: figures that scripts measured, in a file that ships."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.display.wording import marked

FIGURES = Path(__file__).with_name("figures.json")
"""The figures of this version: ``reference``, ``scoreboard`` and ``accuracy``, as ``Figures``."""


@dataclass(frozen=True, kw_only=True)
class ScoreboardRow:
    """How well tasks are ordered by an outcome that was left out.

    Attributes:
        outcome: what was observed, in words.
        source, date: who published it, and when, as an ISO date of any precision.
        n: number of tasks with the outcome.
        engine_rho: rank correlation of this engine's estimates with the outcome, in [-1, 1].
        best_published_rho: the highest rank correlation of another published measure, in
            [-1, 1]; None if there is none.
        best_published: the name of that measure; "" if there is none.
    """

    outcome: str
    source: str
    date: str
    n: int
    engine_rho: float
    best_published_rho: float | None = None
    best_published: str = ""

    @property
    def verdict(self) -> str:
        """Which of the two is ahead, after rounding to hundredths, in words."""
        if self.best_published_rho is None:
            return marked("nothing to compare with")
        difference = round(self.engine_rho, 2) - round(self.best_published_rho, 2)
        if difference == 0:
            return marked("equal")
        return marked("this engine") if difference > 0 else marked("the published measure")


@dataclass(frozen=True, kw_only=True)
class AccuracyRow:
    """How close the estimates of a measure are on occupations that no part had seen.

    Attributes:
        measure: name of the measure.
        r: correlation of estimates and outcomes of tasks, in [-1, 1].
        coverage: share of outcomes within their interval, in [0, 1].
    """

    measure: str
    r: float
    coverage: float


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures of a version of the engine.

    Attributes:
        reference: name of the reference that they were measured with.
        scoreboard: comparisons with published measures, one row per outcome.
        accuracy: one row per measure.
    """

    reference: str
    scoreboard: Sequence[ScoreboardRow]
    accuracy: Sequence[AccuracyRow]


def read(path: Path = FIGURES) -> Figures:
    """Read figures from a JSON file; raise ``TypeError`` or ``KeyError`` if a key is wrong."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return Figures(
        reference=content["reference"],
        scoreboard=tuple(ScoreboardRow(**row) for row in content["scoreboard"]),
        accuracy=tuple(AccuracyRow(**row) for row in content["accuracy"]),
    )
