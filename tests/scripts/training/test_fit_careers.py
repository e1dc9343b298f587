from __future__ import annotations

import numpy as np
import pytest

from engine.careers.occupation_index import OccupationIndex
from engine.careers.similarity import Profile
from scripts.training.fit_careers import (
    PRIMARY_GAIN,
    SUPPLEMENTAL_GAIN,
    Catalog,
    curve,
    fit,
    gains_of,
    signals_of,
)


def test_the_first_ten_of_a_list_are_primary() -> None:
    codes = [f"{number:02d}" for number in range(13)]
    gains = gains_of(codes, {"00": [*codes[1:], "unknown"], "unknown": ["01"]})
    assert gains[0].tolist() == [0.0] + [PRIMARY_GAIN] * 10 + [SUPPLEMENTAL_GAIN] * 2
    assert not gains[1:].any()


def test_the_curve_gives_the_share_of_related_pairs() -> None:
    scores = np.repeat([0.0, 1.0], 100)
    related = np.concatenate([np.arange(100) < 20, np.arange(100) < 80])
    slope, intercept = curve(scores, related)
    assert intercept == pytest.approx(np.log(0.2 / 0.8), abs=1e-3)
    assert slope + intercept == pytest.approx(np.log(0.8 / 0.2), abs=1e-3)


def test_the_fit_finds_the_related_occupations_of_an_unseen_source() -> None:
    """Three kinds of work, four occupations each; those of one kind are related."""
    kind = np.repeat(np.arange(3), 4)
    generator = np.random.default_rng(0)
    profiles = []
    for center in np.eye(8)[kind]:
        vectors = center + 0.1 * generator.normal(size=(2, 8))
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        texts, shares = ["One.", "Two."], np.array([0.5, 0.5])
        profiles.append(
            Profile(
                texts=texts,
                vectors=vectors,
                shares=shares,
                names=vectors.mean(axis=0),
                job_zone=1 + len(profiles) % 5,
            )
        )
    related = (kind[:, None] == kind) & ~np.eye(12, dtype=bool)
    catalog = Catalog(
        codes=[f"{row:02d}" for row in range(12)],
        titles=[""] * 12,
        profiles=profiles,
        activities=[],
        signals=signals_of(profiles),
        gains=np.where(related, PRIMARY_GAIN, 0.0).astype(np.float32),
    )
    model = fit(catalog, np.arange(1, 12))
    index = OccupationIndex(profiles, model)
    assert set(index.nearest(profiles[0], 12, without=0).rows[:3].tolist()) == {1, 2, 3}
