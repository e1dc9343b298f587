"""Occupations in two dimensions, small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.careers.index import CareerIndex, CatalogueEntry, Origin
from engine.careers.moves import MoveModel, Moves
from engine.careers.results import Outlook
from engine.careers.similarity import Profile, SimilarityModel
from engine.corpus.moves import no_moves
from engine.records.estimates import Estimate


def estimate(value: float, error: float = 0.1) -> Estimate:
    return Estimate(value=value, low=value, high=value, error=error)


def profile(code: str, vectors: Sequence[Sequence[float]], job_zone: int | None = None) -> Profile:
    """An occupation that spends equal time on tasks with these vectors, scaled to unit length."""
    rows = np.array(vectors, dtype=float)
    return Profile(
        texts=[f"Task {number} of {code}." for number in range(1, len(rows) + 1)],
        vectors=rows / np.linalg.norm(rows, axis=1, keepdims=True),
        shares=np.full(len(rows), 1 / len(rows)),
        job_zone=job_zone,
    )


def entry(
    code: str,
    vectors: Sequence[Sequence[float]],
    *,
    risk: float = 0.5,
    job_zone: int | None = None,
    wage: float | None = None,
) -> CatalogueEntry:
    return CatalogueEntry(
        soc_code=code,
        title=f"Job {code}",
        profile=profile(code, vectors, job_zone),
        risk=estimate(risk),
        ai_capability=estimate(risk),
        outlook=Outlook(median_wage=wage),
    )


MOVES = Moves(
    MoveModel(
        coefficients=np.array([0.5, -0.25, -0.5, -1.0, 0.75]),
        groups=("11", "13"),
        ratios=np.array([[1.0, 3.0], [0.5, 1.0]]),
        source="survey",
    ),
    no_moves(),
)


def index_of(entries: Sequence[CatalogueEntry]) -> CareerIndex:
    model = SimilarityModel.plain([one.profile for one in entries])
    return CareerIndex(entries, model, np.array([0.5, 1.0, 2.0]), MOVES)


# Around their mean, close to zero, A and B point to one side and C and D to the other.
ENTRIES = [
    entry("A", [[1.0, 0.1]], risk=0.2, job_zone=2, wage=40_000),
    entry("B", [[1.0, -0.2]], risk=0.6, job_zone=4, wage=30_000),
    entry("C", [[-1.0, 0.2]], risk=0.1, job_zone=2, wage=50_000),
    entry("D", [[-1.0, -0.1]], risk=0.3),
]
ORIGIN = Origin(
    profile=profile("origin", [[1.0, 0.0]], job_zone=2),
    risk=estimate(0.5),
    outlook=Outlook(median_wage=40_000.0),
)
