"""Rank the occupations that a title may name, and say how probable the first one is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import EncoderError
from engine.intake.title_index import FEATURES, Shortlist
from engine.utils import checksums

FILE = "ranking.json"

CERTAINTY = (
    "first_share",
    "second_share",
    "name",
    "head",
    "centroid",
    "exact",
    "overlap",
    "coverage",
    "outside",
    "entropy",
    "weight",
    "known",
    "department",
)
"""What the probability of the first occupation depends on:

- ``first_share``, ``second_share``: log odds of the first by its score among the shortlist, and the
  share of the second.
- ``name`` to ``coverage``: features of the first.
- ``outside``, ``entropy``, ``weight``, ``known``: of the title, as ``Shortlist``.
- ``department``: whether the title came with a department.
"""

_LEAST_SHARE = 1e-4


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """A conditional logit model of the occupations, and a logistic one of the first of them.

    Attributes:
        weights: of ``FEATURES``, shape (n_features,).
        certainty: of ``CERTAINTY``, shape (n_certainty,).
        intercept: of the logistic model.
        threshold: probability from which a title counts as matched, in [0, 1].
    """

    weights: np.ndarray
    certainty: np.ndarray
    intercept: float
    threshold: float

    def rank(self, shortlist: Shortlist, has_department: np.ndarray) -> tuple[np.ndarray, ...]:
        """Rank shortlists.

        Args:
            shortlist: of n titles.
            has_department: whether each title came with a department, shape (n,).

        Returns:
            Positions of the occupations in the catalog, the best first, and their probabilities,
            which sum to at most 1; both of shape (n_titles, n_listed).
        """
        order, shares = self.order(shortlist)
        at = np.arange(len(order))[:, None]
        first = 1 / (1 + np.exp(-self.logit(shortlist, has_department)))
        probability = shares * (first / np.maximum(shares[:, 0], _LEAST_SHARE))[:, None]
        rest = probability[:, 1:].sum(axis=1)
        # The others cannot be more probable than the first leaves room for, nor than the first.
        room = np.minimum(1.0, (1 - first) / np.maximum(rest, 1e-9))
        probability[:, 1:] *= room[:, None]
        probability[:, 1:] = np.minimum(probability[:, 1:], first[:, None])
        return shortlist.columns[at, order], probability

    def order(self, shortlist: Shortlist) -> tuple[np.ndarray, np.ndarray]:
        """Return the order of each shortlist and the shares of its occupations in that order."""
        scores = shortlist.features @ self.weights
        order = np.argsort(-scores, axis=1, kind="stable")
        scores = np.take_along_axis(scores, order, axis=1)
        shares = np.exp(scores - scores[:, :1])
        return order, shares / shares.sum(axis=1, keepdims=True)

    def logit(self, shortlist: Shortlist, has_department: np.ndarray) -> np.ndarray:
        """Return the log odds that the first occupation is right, shape (n_titles,)."""
        return self.certainty_features(shortlist, has_department) @ self.certainty + self.intercept

    def certainty_features(self, shortlist: Shortlist, has_department: np.ndarray) -> np.ndarray:
        """Return the features of ``CERTAINTY``, shape (n_titles, n_certainty)."""
        order, shares = self.order(shortlist)
        first = np.clip(shares[:, 0], _LEAST_SHARE, 1 - _LEAST_SHARE)
        second = shares[:, 1] if shares.shape[1] > 1 else np.zeros(len(shares))
        best = shortlist.features[np.arange(len(order)), order[:, 0]]
        of_best = {name: best[:, column] for column, name in enumerate(FEATURES)}
        values = {
            **of_best,
            "first_share": np.log(first / (1 - first)),
            "second_share": second,
            "outside": shortlist.outside,
            "entropy": shortlist.entropy,
            "weight": np.minimum(shortlist.weight, 2.0),
            "known": shortlist.known,
            "department": has_department.astype(np.float32),
        }
        return np.stack([values[name] for name in CERTAINTY], axis=1)

    def to_json(self) -> str:
        """Return the weights by name."""
        content = {
            "weights": _named(FEATURES, self.weights),
            "certainty": _named(CERTAINTY, self.certainty),
            "intercept": round(self.intercept, 6),
            "threshold": round(self.threshold, 4),
        }
        return json.dumps(content, indent=1) + "\n"

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Ranking:
        """Return the ranking that ``to_json`` wrote.

        Raises:
            KeyError: if a weight is missing.
        """
        return cls(
            weights=np.array([float(content["weights"][name]) for name in FEATURES]),
            certainty=np.array([float(content["certainty"][name]) for name in CERTAINTY]),
            intercept=float(content["intercept"]),
            threshold=float(content["threshold"]),
        )

    @classmethod
    def read(cls, folder: Path) -> Ranking:
        """Read the ranking of a folder.

        Raises:
            EncoderError: if the file is missing, modified or damaged.
        """
        checksums.check(folder, FILE)
        try:
            return cls.of(json.loads((folder / FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(
                f"{folder / FILE} cannot be read ({error!r}); reinstall the package"
            ) from error


def _named(names: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(names, values, strict=True)}
