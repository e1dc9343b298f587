"""Moves that people make: how hard a move is, and how often people make it.

``models/moves/model.json`` has what ``scripts/training/fit_moves.py`` learned from monthly moves
between the 22 major groups of civilian occupations in the Current Population Survey. The
coefficients describe single moves: with each unit of a feature, the logarithm of the odds that
people make a move changes by its coefficient. The ratios compare the moves between two groups with
those that the sizes of the groups alone suggest. A reference may add recorded moves between single
occupations, see ``engine.corpus.moves``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from engine.careers.results import MoveFrequency
from engine.errors import EngineError
from engine.utils import checksums, resources

FEATURES: Mapping[str, str] = {
    "similarity": "logarithm of the odds of the similarity, at most that of ALIKE",
    "job_zones_up": "job zones above that of the origin; 0 if lower or unknown",
    "new_license": "1 if the destination needs a license that the origin does not",
    "pay_cut": "logarithm of the origin's median wage divided by the destination's, at least 0",
    "pay_rise": "logarithm of the destination's median wage divided by the origin's, at least 0",
}
"""What the model knows of a move."""

ALIKE = 0.95
"""Similarity of occupations that are all but the same."""

PRIOR_MOVES = 2.0
"""Expected moves that the figures of the groups count as, beside recorded ones."""

_LEAST_SIMILARITY = 1e-6

_FILE = "model.json"


@dataclass(frozen=True, kw_only=True)
class MoveFeatures:
    """Features of moves; arrays of one shape, NaN where unknown.

    Attributes:
        similarity: in [0, 1].
        job_zone_step: job zone of the destination minus that of the origin.
        wage_ratio: median wage of the destination divided by that of the origin.
        new_license: whether the destination needs a license that the origin does not.
    """

    similarity: np.ndarray
    job_zone_step: np.ndarray
    wage_ratio: np.ndarray
    new_license: np.ndarray

    def array(self) -> np.ndarray:
        """Return ``FEATURES`` in their order, shape (n_features, …); 0 where unknown."""
        likely = np.clip(self.similarity, _LEAST_SIMILARITY, ALIKE)
        wage = np.nan_to_num(np.log(self.wage_ratio))
        return np.stack(
            [
                np.log(likely / (1 - likely)),
                np.nan_to_num(np.maximum(self.job_zone_step, 0.0)),
                self.new_license.astype(float),
                np.maximum(-wage, 0.0),
                np.maximum(wage, 0.0),
            ]
        )


@dataclass(frozen=True, kw_only=True)
class MoveModel:
    """What was learned from moves between groups of occupations.

    Attributes:
        coefficients: of ``FEATURES``, in their order, shape (n_features,).
        groups: SOC codes of major groups, such as "29".
        ratios: moves from each group (row) to each other (column), divided by those that the sizes
            of the groups suggest, shape (n_groups, n_groups); 1 on the diagonal, which is not
            observed.
        source: what it was learned from.
    """

    coefficients: np.ndarray
    groups: tuple[str, ...]
    ratios: np.ndarray
    source: str

    @classmethod
    def shipped(cls) -> MoveModel:
        """Return the model that ships with the package.

        Raises:
            EncoderError: if the file does not match its checksum.
        """
        return _shipped()

    @classmethod
    def from_json(cls, text: str) -> MoveModel:
        """Restore a model from what ``to_json`` returned.

        Raises:
            EngineError: if the text is not a model.
        """
        try:
            facts = json.loads(text)
            model = cls(
                coefficients=np.array([float(facts["coefficients"][name]) for name in FEATURES]),
                groups=tuple(facts["groups"]),
                ratios=np.array(facts["ratios"], dtype=float),
                source=str(facts["source"]),
            )
        except (LookupError, TypeError, ValueError) as error:
            raise EngineError(f"this is not a model of moves ({error!r})") from None
        if model.ratios.shape != (len(model.groups), len(model.groups)):
            shape = model.ratios.shape
            raise EngineError(f"ratios of shape {shape} for {len(model.groups)} groups")
        return model

    def to_json(self) -> str:
        """Return the model as JSON, with four significant digits."""
        facts = {
            "source": self.source,
            "coefficients": {
                name: _rounded(value)
                for name, value in zip(FEATURES, self.coefficients, strict=True)
            },
            "groups": list(self.groups),
            "ratios": [[_rounded(value) for value in row] for row in self.ratios],
        }
        return json.dumps(facts, indent=1) + "\n"

    def effort(self, features: MoveFeatures) -> np.ndarray:
        """Return how hard moves are: minus the logarithm of their odds, at least 0.

        The odds are relative to a move to an occupation that is all but the same, with no more
        preparation and no less pay. What is unknown, and a rise in pay, adds nothing.
        """
        barriers = features.array()
        barriers[0] -= np.log(ALIKE / (1 - ALIKE))
        kept = [name != "pay_rise" for name in FEATURES]
        return np.asarray(-np.tensordot(self.coefficients[kept], barriers[kept], 1))

    def frequency(self, origin: str, destination: str) -> MoveFrequency | None:
        """Return how often people move between the groups of two occupations.

        Returns:
            None for moves within a group, or of a group that the survey leaves out.
        """
        start, end = origin[:2], destination[:2]
        if start == end or not {start, end} <= set(self.groups):
            return None
        ratio = self.ratios[self.groups.index(start), self.groups.index(end)]
        return MoveFrequency(ratio=float(ratio), source=self.source)


class Moves:
    """How hard moves are, and how often people make them, by the best source for each.

    Args:
        model: what was learned from moves between groups.
        recorded: moves between single occupations, as ``Corpus.moves``; may be empty.

    Attributes:
        model: the argument.
    """

    def __init__(self, model: MoveModel, recorded: pd.DataFrame) -> None:
        self.model = model
        pairs = zip(recorded["from_soc"], recorded["to_soc"], recorded["count"], strict=True)
        self._counts = {(str(start), str(end)): float(count) for start, end, count in pairs}
        self._leaving = recorded.groupby("from_soc")["count"].sum().to_dict()
        self._arriving = recorded.groupby("to_soc")["count"].sum().to_dict()
        self._total = float(recorded["count"].sum())
        self._source = " and ".join(dict.fromkeys(recorded["source"])) or "your moves"

    def frequency(self, origin: str, destination: str) -> MoveFrequency | None:
        """Return how often people move between two occupations of the catalog.

        Where moves of both occupations are recorded, the ratio is (recorded + ``PRIOR_MOVES`` ×
        ratio of the groups) / (expected + ``PRIOR_MOVES``), the mean of the posterior of a Poisson
        rate with a gamma prior. Expected are the moves from the origin × the share of all other
        moves that lead to the destination. Otherwise, the ratio is that of their groups.
        """
        of_groups = self.model.frequency(origin, destination)
        leaving, arriving = self._leaving.get(origin), self._arriving.get(destination)
        if leaving is None or arriving is None:
            return of_groups
        prior = 1.0 if of_groups is None else of_groups.ratio
        # Nobody moves to where they are.
        others = self._total - self._arriving.get(origin, 0.0)
        expected = leaving * arriving / others if others else 0.0
        count = self._counts.get((origin, destination), 0.0)
        return MoveFrequency(
            ratio=(count + PRIOR_MOVES * prior) / (expected + PRIOR_MOVES),
            moves=count,
            source=self._source,
        )


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


@lru_cache(maxsize=1)
def _shipped() -> MoveModel:
    folder = resources.shipped("models") / "moves"
    checksums.check(folder, _FILE)
    return MoveModel.from_json((folder / _FILE).read_text(encoding="utf-8"))
