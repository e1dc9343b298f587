"""How alike two occupations are: a learned model over what they do and what they are called.

``score(a, b) = y(a) · y(b) + Σ weight × signal(a, b)``, where ``y`` projects the parts of an
occupation (vectors of its tasks, title, description and other names, and its time in intermediate
work activities) to a few dimensions, and the signals are those of ``SIGNALS``. Projection and
weights are fitted to O*NET's related occupations by ``scripts/fit_careers.py``: a softmax over all
occupations must put each one's related ones first (listwise loss, Cao et al. 2007). A logistic
curve turns the score into a probability to be listed as related, which is the similarity.

A part that is not known is zero: the rest decides. None of the parts knows outcomes or SOC codes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.utils import checksums, resources

_logger = logging.getLogger(__name__)

SIGNALS: Mapping[str, str] = {
    "tasks_mean": "cosine of the time-weighted means of the tasks' vectors, less the mean of all",
    "tasks_there": "mean over one's own time of each task's best counterpart there",
    "tasks_here": "mean over the time there of each task's best counterpart among one's own",
    "names": "cosine of the mean vectors of other names, less the mean of all",
    "job_zone_gap": "number of job zones between the two",
}
PARTS = ("tasks", "title", "description", "names", "activities")

NAMES_USED = 10
"""Other names of an occupation that are embedded, spread evenly over its list."""

_MEAN_GAP = 1.4
"""Gap between the job zones of two occupations of O*NET at random; stands where one is unknown."""

# Without a learned model: the best single signal, and the best-match of tasks both ways.
_PLAIN_WEIGHTS = {"tasks_mean": 4.0, "tasks_there": 2.0, "tasks_here": 2.0, "names": 1.0}
_PLAIN_CURVE = (1.0, -6.0)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """An occupation as its similarity to others sees it.

    Attributes:
        texts: its tasks.
        vectors: their unit vectors of content, shape (n_tasks, n_dimensions).
        shares: their shares of time, shape (n_tasks,), summing to 1.
        title, description: unit vectors, shape (n_dimensions,); None where not known.
        names: mean vector of other names, shape (n_dimensions,); None where not known.
        activities: share of time by id of intermediate work activity; empty where not known.
        job_zone: 1 to 5; None where not known.
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
    """Weights of the similarity, as plain arrays.

    Attributes:
        centres: part -> its mean over occupations, taken off first, shape (n_dimensions,).
        projections: part -> shape (n_dimensions, n_projected); none in a model not learned.
        activities: ids of the activities that the part of that name counts, in order.
        weights: signal -> weight.
        curve: slope and intercept of the logistic curve from score to similarity.
    """

    centres: Mapping[str, np.ndarray]
    projections: Mapping[str, np.ndarray]
    activities: Sequence[str]
    weights: Mapping[str, float]
    curve: tuple[float, float]

    @classmethod
    def plain(cls, profiles: Sequence[Profile]) -> SimilarityModel:
        """Fixed weights, for vectors of an encoder that no projection was learned for."""
        return cls(
            centres=centres_of(profiles),
            projections={},
            activities=(),
            weights=_PLAIN_WEIGHTS,
            curve=_PLAIN_CURVE,
        )

    def part(self, profiles: Sequence[Profile], name: str) -> np.ndarray:
        """A part of each occupation, centred and of length 1; zeros where it is not known.

        Shape (n_occupations, n_dimensions), float32.
        """
        if name == "activities":
            return activity_part([profile.activities for profile in profiles], self.activities)
        centre = self.centres[name]
        found = [getattr(profile, name) for profile in profiles]
        known = np.array([vector is not None for vector in found])
        values = np.zeros((len(profiles), len(centre)), dtype=np.float32)
        if known.any():
            values[known] = unit(np.stack([v for v in found if v is not None]) - centre)
        return values

    def project(self, profiles: Sequence[Profile]) -> np.ndarray:
        """``y`` of each occupation, shape (n_occupations, n_projected); n_projected may be 0."""
        parts = [self.part(profiles, name) @ matrix for name, matrix in self.projections.items()]
        return sum(parts) if parts else np.zeros((len(profiles), 0), dtype=np.float32)

    def score(self, projected: np.ndarray, signals: Mapping[str, np.ndarray]) -> np.ndarray:
        """Score of pairs from ``y(a) · y(b)`` and their signals, each of shape (n_pairs,)."""
        total = projected.astype(float)
        for name, weight in self.weights.items():
            missing = _MEAN_GAP if name == "job_zone_gap" else 0.0
            total = total + weight * np.nan_to_num(signals[name], nan=missing)
        return total

    def similarity(self, scores: np.ndarray) -> np.ndarray:
        """Scores as similarity, in [0, 1]."""
        slope, intercept = self.curve
        return 1 / (1 + np.exp(-(slope * scores + intercept)))

    def to_arrays(self) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """The model as named arrays and text."""
        arrays = {f"centre.{name}": value for name, value in self.centres.items()}
        arrays |= {f"projection.{name}": value for name, value in self.projections.items()}
        facts = {"weights": dict(self.weights), "curve": list(self.curve)}
        facts["activities"] = list(self.activities)
        return arrays, {"similarity": json.dumps(facts)}

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, np.ndarray], text: Mapping[str, str]
    ) -> SimilarityModel:
        """The model that ``to_arrays`` wrote.

        Raises:
            KeyError, ValueError: if something is missing or not in that form.
        """
        facts = json.loads(text["similarity"])

        def named(prefix: str) -> dict[str, np.ndarray]:
            found = {name: f"{prefix}.{name}" for name in PARTS}
            return {
                name: arrays[key].astype(np.float32) for name, key in found.items() if key in arrays
            }

        slope, intercept = facts["curve"]
        return cls(
            centres=named("centre"),
            projections=named("projection"),
            activities=tuple(facts["activities"]),
            weights={name: float(facts["weights"][name]) for name in facts["weights"]},
            curve=(float(slope), float(intercept)),
        )


def shipped_path() -> Path:
    """Where the learned model ships."""
    return resources.shipped("models") / "careers" / "similarity.safetensors"


def write(path: Path, model: SimilarityModel, encoder_fingerprint: str) -> None:
    """Write a learned model, in half precision, with the encoder that its vectors come from."""
    from safetensors.numpy import save_file

    arrays, text = model.to_arrays()
    half = {name: np.ascontiguousarray(value, np.float16) for name, value in arrays.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(half, str(path), metadata=text | {"encoder": encoder_fingerprint})
    checksums.write(path.parent)


def find(encoder_fingerprint: str, profiles: Sequence[Profile]) -> SimilarityModel:
    """The shipped model, if it was learned on vectors of this encoder; else the plain one."""
    from safetensors import safe_open

    if shipped_path().is_file():
        checksums.check(shipped_path().parent, shipped_path().name)
        with safe_open(str(shipped_path()), framework="numpy") as stream:
            text = stream.metadata()
            if text["encoder"] == encoder_fingerprint:
                arrays = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
                return SimilarityModel.from_arrays(arrays, text)
    _logger.warning(
        "no similarity was learned for this encoder's vectors; careers are compared with fixed "
        "weights"
    )
    return SimilarityModel.plain(profiles)


def centres_of(profiles: Sequence[Profile]) -> dict[str, np.ndarray]:
    """Mean of each part over the occupations that have it; 0 where only one of them has."""
    centres = {}
    for name in PARTS[:-1]:
        known = [vector for p in profiles if (vector := getattr(p, name)) is not None]
        size = profiles[0].vectors.shape[1]
        mean = np.mean(known, axis=0) if len(known) > 1 else np.zeros(size)
        centres[name] = mean.astype(np.float32)  # as it is saved: the same bits after loading
    return centres


def activity_part(
    times: Sequence[Mapping[str, float] | None], activities: Sequence[str]
) -> np.ndarray:
    """Square roots of time in activities, at length 1, shape (n_occupations, n_activities)."""
    column = {name: position for position, name in enumerate(activities)}
    values = np.zeros((len(times), len(activities)), dtype=np.float32)
    for row, time in enumerate(times):
        for name, share in (time or {}).items():
            if name in column:
                values[row, column[name]] = np.sqrt(share)
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return values / np.maximum(length, 1e-9)


def spread_evenly(names: Sequence[str], count: int = NAMES_USED) -> list[str]:
    """At most ``count`` of ``names``, spread evenly over the list, first and last among them."""
    if len(names) <= count:
        return list(names)
    return [names[row] for row in np.linspace(0, len(names) - 1, count).astype(int)]


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors at length 1, float32; the zero vector, of what is like the mean, on an axis."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    axis = np.eye(1, vectors.shape[1])
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), axis).astype(np.float32)
