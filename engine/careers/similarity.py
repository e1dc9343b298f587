"""Similarity of two occupations: a learned model of what they do and what they are called.

    score(a, b) = y(a) · y(b) + Σ weight × signal(a, b)
    similarity(a, b) = 1 / (1 + exp(-(slope × score + intercept)))

``y`` projects the ``PARTS`` of an occupation to a few dimensions: vectors of its tasks, title,
description and other names, and its time in intermediate work activities. ``SIGNALS`` compare two
occupations directly. ``scripts/training/fit_careers.py`` fits the projection and the weights to
O*NET's related occupations. A softmax over all occupations learns to rank the related ones of each
first (listwise loss, Cao et al. 2007). The similarity is the probability that O*NET lists ``b`` as
related to ``a``.

An unknown part is zero, so that the other parts decide. No part contains outcomes or SOC codes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.utils import checksums, resources
from engine.utils.vectors import unit, unit_or_axis

_logger = logging.getLogger(__name__)

SIGNALS: Mapping[str, str] = {
    "tasks_mean": "cosine of the time-weighted mean vectors of the tasks, centered",
    "tasks_there": "time-weighted mean over a's tasks of the best cosine among b's tasks",
    "tasks_here": "time-weighted mean over b's tasks of the best cosine among a's tasks",
    "names": "cosine of the mean vectors of the other names, centered",
    "job_zone_gap": "number of job zones between a and b",
}
"""Signals between two occupations a and b."""

PARTS = ("tasks", "title", "description", "names", "activities")

NAMES_USED = 10
"""Number of other names of an occupation that are embedded."""

_MEAN_GAP = 1.4
"""Mean gap between the job zones of two random O*NET occupations; used if one is unknown."""

_MAX_EXPONENT = 700.0

_PLAIN_WEIGHTS = {"tasks_mean": 4.0, "tasks_there": 2.0, "tasks_here": 2.0, "names": 1.0}
_PLAIN_CURVE = (1.0, -6.0)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """An occupation, described for the similarity model; None where a part is unknown.

    Attributes:
        texts: its tasks.
        vectors: content vectors of the tasks, unit length, shape (n_tasks, n_dimensions).
        shares: time shares of the tasks, shape (n_tasks,), which sum to 1.
        title, description: unit vectors, shape (n_dimensions,).
        names: mean vector of other names, shape (n_dimensions,).
        activities: ID of an intermediate work activity -> time share.
        job_zone: 1 to 5.
    """

    texts: Sequence[str]
    vectors: np.ndarray
    shares: np.ndarray
    title: np.ndarray | None = None
    description: np.ndarray | None = None
    names: np.ndarray | None = None
    activities: Mapping[str, float] | None = None
    job_zone: int | None = None

    @property
    def tasks(self) -> np.ndarray:
        """Time-weighted mean vector of the tasks, shape (n_dimensions,)."""
        return np.asarray(self.shares @ self.vectors)


@dataclass(frozen=True, kw_only=True)
class SimilarityModel:
    """Weights of the similarity.

    Attributes:
        means: part -> its mean over occupations, to subtract first, shape (n_dimensions,).
        projections: part -> shape (n_dimensions, n_projected); empty in a plain model.
        activities: IDs of the work activities that the part ``activities`` counts, in order.
        weights: signal -> weight.
        curve: slope and intercept of the logistic curve from score to similarity.
    """

    means: Mapping[str, np.ndarray]
    projections: Mapping[str, np.ndarray]
    activities: Sequence[str]
    weights: Mapping[str, float]
    curve: tuple[float, float]

    @classmethod
    def plain(cls, profiles: Sequence[Profile]) -> SimilarityModel:
        """Return a model with fixed weights, for encoders without a learned model."""
        return cls(
            means=part_means(profiles),
            projections={},
            activities=(),
            weights=_PLAIN_WEIGHTS,
            curve=_PLAIN_CURVE,
        )

    def part(self, profiles: Sequence[Profile], name: str) -> np.ndarray:
        """Return a part of each occupation, centered, with unit length; zeros where unknown.

        Args:
            profiles: the occupations.
            name: one of ``PARTS``.

        Returns:
            shape (n_occupations, n_dimensions), float32.
        """
        if name == "activities":
            return activity_part([profile.activities for profile in profiles], self.activities)
        mean = self.means[name]
        vectors = [getattr(profile, name) for profile in profiles]
        known = np.array([vector is not None for vector in vectors])
        values = np.zeros((len(profiles), len(mean)), dtype=np.float32)
        if known.any():
            values[known] = unit_or_axis(np.stack([v for v in vectors if v is not None]) - mean)
        return values

    def project(self, profiles: Sequence[Profile]) -> np.ndarray:
        """Return ``y`` of each occupation, shape (n_occupations, n_projected).

        ``n_projected`` is 0 in a plain model.
        """
        parts = [self.part(profiles, name) @ matrix for name, matrix in self.projections.items()]
        return sum(parts) if parts else np.zeros((len(profiles), 0), dtype=np.float32)

    def score(self, projected: np.ndarray, signals: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the scores of pairs of occupations.

        Args:
            projected: ``y(a) · y(b)``, shape (n_pairs,).
            signals: signal -> values, shape (n_pairs,); NaN where unknown.
        """
        total = projected.astype(float)
        for name, weight in self.weights.items():
            missing = _MEAN_GAP if name == "job_zone_gap" else 0.0
            total = total + weight * np.nan_to_num(signals[name], nan=missing)
        return total

    def similarity(self, scores: np.ndarray) -> np.ndarray:
        """Return scores as similarities, in [0, 1]."""
        slope, intercept = self.curve
        # Bounded, because the exponential of larger numbers overflows; the result is the same 0.
        return 1 / (1 + np.exp(np.minimum(-(slope * scores + intercept), _MAX_EXPONENT)))

    def to_arrays(self) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """Return the model as named arrays and text; ``from_arrays`` restores it."""
        arrays = {f"centre.{name}": value for name, value in self.means.items()}
        arrays |= {f"projection.{name}": value for name, value in self.projections.items()}
        facts = {"weights": dict(self.weights), "curve": list(self.curve)}
        facts["activities"] = list(self.activities)
        return arrays, {"similarity": json.dumps(facts)}

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, np.ndarray], text: Mapping[str, str]
    ) -> SimilarityModel:
        """Restore a model from what ``to_arrays`` returned.

        Raises:
            KeyError: if an array or a text is missing.
            ValueError: if a text is invalid.
        """
        facts = json.loads(text["similarity"])

        def named(prefix: str) -> dict[str, np.ndarray]:
            keys = {name: f"{prefix}.{name}" for name in PARTS}
            return {
                name: arrays[key].astype(np.float32) for name, key in keys.items() if key in arrays
            }

        slope, intercept = facts["curve"]
        return cls(
            means=named("centre"),
            projections=named("projection"),
            activities=tuple(facts["activities"]),
            weights={name: float(facts["weights"][name]) for name in facts["weights"]},
            curve=(float(slope), float(intercept)),
        )


def shipped_path() -> Path:
    """Return the file of the learned model that ships with the package."""
    return resources.shipped("models") / "careers" / "similarity.safetensors"


def write(path: Path, model: SimilarityModel, encoder_fingerprint: str) -> None:
    """Write a learned model in half precision, and update the checksums of its folder.

    Args:
        encoder_fingerprint: of the encoder whose vectors the model was learned from.
    """
    from safetensors.numpy import save_file

    arrays, text = model.to_arrays()
    half = {name: np.ascontiguousarray(value, np.float16) for name, value in arrays.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(half, str(path), metadata=text | {"encoder": encoder_fingerprint})
    checksums.write(path.parent)


def find(encoder_fingerprint: str, profiles: Sequence[Profile]) -> SimilarityModel:
    """Return the shipped model if it was learned for this encoder, or else a plain model.

    Logs a warning if it returns a plain model.

    Args:
        encoder_fingerprint: of the encoder of the profiles' vectors.
        profiles: occupations whose means a plain model uses.

    Raises:
        EncoderError: if the shipped file does not match its checksum.
    """
    from safetensors import safe_open

    if shipped_path().is_file():
        checksums.check(shipped_path().parent, shipped_path().name)
        with safe_open(str(shipped_path()), framework="numpy") as stream:
            text = stream.metadata()
            if text["encoder"] == encoder_fingerprint:
                arrays = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
                return SimilarityModel.from_arrays(arrays, text)
    _logger.warning(
        "no similarity model was learned for this encoder; careers are compared with fixed weights"
    )
    return SimilarityModel.plain(profiles)


def part_means(profiles: Sequence[Profile]) -> dict[str, np.ndarray]:
    """Return the mean of each part over the occupations that have it, shape (n_dimensions,).

    The mean is 0 if fewer than two occupations have the part.
    """
    means = {}
    for name in PARTS[:-1]:
        known = [vector for p in profiles if (vector := getattr(p, name)) is not None]
        size = profiles[0].vectors.shape[1]
        mean = np.mean(known, axis=0) if len(known) > 1 else np.zeros(size)
        means[name] = mean.astype(np.float32)  # as saved, so that loading restores the same bits
    return means


def activity_part(
    times: Sequence[Mapping[str, float] | None], activities: Sequence[str]
) -> np.ndarray:
    """Return square roots of the time in activities, scaled to unit length; zeros where unknown.

    Args:
        times: for each occupation, activity ID -> time share; None if unknown.
        activities: IDs of the activities to count, in order.

    Returns:
        shape (n_occupations, n_activities), float32.
    """
    column = {name: position for position, name in enumerate(activities)}
    values = np.zeros((len(times), len(activities)), dtype=np.float32)
    for row, time in enumerate(times):
        for name, share in (time or {}).items():
            if name in column:
                values[row, column[name]] = np.sqrt(share)
    return unit(values)


def spread_evenly(names: Sequence[str], count: int = NAMES_USED) -> list[str]:
    """Return at most ``count`` names at even distances in the list, with the first and the last."""
    if len(names) <= count:
        return list(names)
    return [names[row] for row in np.linspace(0, len(names) - 1, count).astype(int)]
