"""Predictions of all heads for some tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Predictions for some tasks.

    Attributes:
        values: measure -> expected outcome, shape (n_tasks,), in [0, 1]; NaN where the measure is
            not estimated.
        scales: measure -> expected absolute error, shape (n_tasks,), > 0; NaN where no model
            estimates the measure.
        categories: most likely category of each task, n_tasks.
        levels: most likely exposure level of each task, n_tasks.
        novelty: shape (n_tasks,), in [0, 1].
        out_of_scope: whether a text does not describe work, bool, shape (n_tasks,).
        unlike_reference: whether a text has too little evidence, bool, shape (n_tasks,).
        top_probability: probability of the highest level of risk, by the probe, shape (n_tasks,);
            0 without a probe.
        low: measure -> lower end of the interval, shape (n_tasks,), in [0, 1].
        high: measure -> upper end of the interval, shape (n_tasks,), in [0, 1].
    """

    values: Mapping[str, np.ndarray]
    scales: Mapping[str, np.ndarray]
    categories: list[str]
    levels: list[str]
    novelty: np.ndarray
    out_of_scope: np.ndarray
    unlike_reference: np.ndarray
    top_probability: np.ndarray
    low: Mapping[str, np.ndarray] = field(default_factory=dict)
    high: Mapping[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def joined(cls, parts: Sequence[Predictions]) -> Predictions:
        """Concatenate predictions; a measure that a part lacks is NaN there.

        Raises:
            IndexError: if there are no parts.
        """
        counts = [len(part.novelty) for part in parts]

        def concatenated(tables: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
            names = dict.fromkeys(name for table in tables for name in table)
            return {
                name: np.concatenate(
                    [
                        table[name] if name in table else np.full(count, np.nan)
                        for table, count in zip(tables, counts, strict=True)
                    ]
                )
                for name in names
            }

        return cls(
            values=concatenated([part.values for part in parts]),
            low=concatenated([part.low for part in parts]),
            high=concatenated([part.high for part in parts]),
            scales=concatenated([part.scales for part in parts]),
            categories=[category for part in parts for category in part.categories],
            levels=[level for part in parts for level in part.levels],
            novelty=np.concatenate([part.novelty for part in parts]),
            out_of_scope=np.concatenate([part.out_of_scope for part in parts]),
            unlike_reference=np.concatenate([part.unlike_reference for part in parts]),
            top_probability=np.concatenate([part.top_probability for part in parts]),
        )

    def of(self, measures: Iterable[str]) -> Predictions:
        """Return the predictions of these measures, in this order; NaN for those it lacks."""
        names, unknown = list(measures), np.full(len(self.novelty), np.nan)

        def ordered(table: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {name: table.get(name, unknown) for name in names}

        return replace(
            self,
            values=ordered(self.values),
            scales=ordered(self.scales),
            low=ordered(self.low),
            high=ordered(self.high),
        )

    def __getitem__(self, rows: np.ndarray) -> Predictions:
        def selected(table: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {name: array[rows] for name, array in table.items()}

        return Predictions(
            values=selected(self.values),
            low=selected(self.low),
            high=selected(self.high),
            scales=selected(self.scales),
            categories=[self.categories[row] for row in rows],
            levels=[self.levels[row] for row in rows],
            novelty=self.novelty[rows],
            out_of_scope=self.out_of_scope[rows],
            unlike_reference=self.unlike_reference[rows],
            top_probability=self.top_probability[rows],
        )
