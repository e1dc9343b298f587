"""What an engine says of itself: its facts, its catalog as a table, and plots of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.corpus.corpus import Corpus
from engine.display.html import card
from engine.display.numbers import percent
from engine.display.short_repr import short_repr
from engine.errors import InputError, abbreviate
from engine.evaluation.reliability import reliability
from engine.persistence.engine_parts import EngineParts
from engine.records import rubric
from engine.records.measures import WHAT_RISK_IS, Source
from engine.scoring.catalogue import catalogue_frame, task_frame

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LandscapeY = Literal["median_wage", "employment_change"]

_AXES = {
    "ai_capability": "AI capability: what AI can help with or take over",
    "risk": "risk: what software can take over",
    "median_wage": "median pay a year",
    "employment_change": "projected change of employment in ten years",
}
_MIN_RATED = 100
"""Fewest rated tasks whose reliability can be drawn."""


class EngineViews:
    """The facts and the catalog of an engine; see ``RiskEngine``."""

    _parts: EngineParts

    @property
    def confidence(self) -> float:
        """Probability of the intervals, such as 0.9."""
        return self._parts.confidence

    @property
    def corpus(self) -> Corpus:
        """The reference corpus; its occupations are the engine's catalog."""
        return self._parts.reference.corpus

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures that the engine estimates."""
        return tuple(self._parts.model.measures)

    @property
    def sources(self) -> Mapping[str, Source]:
        """Measure that the engine estimates -> the source of the ratings that it follows."""
        return {name: self._parts.model.sources[name] for name in self.measures}

    @property
    def encoder_name(self) -> str:
        """Name of the encoder that the engine was built with."""
        return self._parts.encoder_name

    def catalogue(self) -> pd.DataFrame:
        """The scored catalog, one row per occupation; the numbers are those of its score.

        Columns:
            ``soc_code``, ``title``, ``major_group``, ``major_group_title``, ``job_zone``,
            ``description``; where the reference has them, ``median_wage`` (dollars a year),
            ``wage_is_minimum``, ``employment`` (people), ``employment_change`` (projected over ten
            years; .05 means 5% more), ``annual_openings``, ``education``, and the code and title
            of the wider group that these figures describe (``outlook_group`` is "" and
            ``outlook_is_wider`` False if they are the occupation's own); ``license``;
            ``task_count``, ``high_risk_time_share``, ``can_help``, ``tier``;
            ``risk``, ``risk_low``, ``risk_high``, ``rated_risk`` (time-weighted known ratings) and
            ``as_of_risk`` (the date of the ratings that it follows), and the same for
            ``ai_capability`` and every other measure. Shares, measures and their intervals are in
            [0, 1], NaN where unknown.
        """
        return catalogue_frame(self._parts)

    def catalogue_tasks(self) -> pd.DataFrame:
        """The scored tasks of the catalog, one row per task, in the order of ``catalogue``.

        Columns: ``task_id``, ``soc_code``, ``task``, ``category``, ``time_share`` (those of an
        occupation sum to 1), ``time_share_source``, ``ai_capability_level``, ``novelty``,
        ``unlike_reference``, ``out_of_scope``, and the measures as in ``catalogue``.
        """
        return task_frame(self._parts)

    def plot_landscape(
        self,
        ax: Axes | None = None,
        *,
        x: Literal["ai_capability", "risk"] = "ai_capability",
        y: LandscapeY = "median_wage",
    ) -> Axes:
        """Draw all occupations: exposure over pay or growth, with the people employed as the area.

        Where employment is known of a wider group alone, the circle is small and hollow, since the
        group's people would be counted several times.

        Args:
            ax: where to draw; new axes if None.
            x: what to draw from left to right.
            y: what to draw from bottom to top.

        Raises:
            InputError: if matplotlib is not installed, an axis is unknown, or the reference has no
                figures for it.
        """
        from engine.display.landscape_plot import plot_landscape

        if x not in ("ai_capability", "risk"):
            raise InputError(f"x is {abbreviate(x)}; choose ai_capability or risk")
        if y not in ("median_wage", "employment_change"):
            raise InputError(f"y is {abbreviate(y)}; choose median_wage or employment_change")
        frame = self.catalogue()
        if y not in frame or frame[y].isna().all():
            raise InputError(
                f"the {self.corpus.name} reference has no figures in column {y}; fill it in in "
                "occupations.csv, or use another engine"
            )
        return plot_landscape(
            frame[x].to_numpy(),
            frame[y].to_numpy(dtype=float),
            _own_employment(frame),
            frame["title"].tolist(),
            x_label=_AXES[x],
            y_label=_AXES[y],
            title=f"{len(frame):,} occupations of the {self.corpus.name} reference",
            y_is_pay=y == "median_wage",
            ax=ax,
        )

    def plot_reliability(
        self, ax: Axes | None = None, *, measure: str = rubric.RISK_MEASURE
    ) -> Axes:
        """Draw the known ratings of the reference's tasks over their estimates, in ten parts.

        The estimates are left out: made without the task's rating and its occupation.

        Args:
            ax: where to draw; new axes if None.
            measure: one of ``measures``.

        Raises:
            InputError: if matplotlib is not installed, the measure is not estimated, or too few
                tasks are rated.
        """
        from engine.display.reliability_plot import plot_reliability

        if measure not in self.measures:
            raise InputError(
                f"{abbreviate(measure)} is not estimated; choose from: {', '.join(self.measures)}"
            )
        scores, corpus = self._parts.scores, self.corpus
        estimates = scores.predictions.values[measure]
        rated = measure in corpus.measures
        outcomes = corpus.tasks[measure].to_numpy() if rated else np.full(len(estimates), np.nan)
        # Tasks without a fold were scored by the model that has seen them.
        rows = np.flatnonzero(~np.isnan(outcomes) & ~np.isnan(estimates) & (scores.fold > 0))
        if len(rows) < _MIN_RATED:
            raise InputError(
                f"{len(rows)} tasks have a rating of {measure} and an estimate that leaves it "
                f"out; a plot needs {_MIN_RATED}"
            )
        found = reliability(
            estimates[rows],
            outcomes[rows],
            corpus.tasks["soc_code"].iloc[rows].tolist(),
            confidence=self.confidence,
        )
        return plot_reliability(
            [one.estimate for one in found],
            [one.outcome for one in found],
            [(one.low, one.high) for one in found],
            title=f"{measure}: {len(rows):,} tasks, each left out",
            x_label="mean estimate, in tenths of the tasks",
            y_label="mean rating",
            ax=ax,
        )

    def __repr__(self) -> str:
        return short_repr(
            self,
            self.corpus.name,
            encoder=self.encoder_name,
            occupations=len(self.corpus.rows_of),
            tasks=len(self.corpus.tasks),
            confidence=self.confidence,
        )

    def _repr_html_(self) -> str:
        sources = self.sources
        return card(
            f"Risk engine on the {self.corpus.name} reference",
            (
                f"{len(self.corpus.rows_of):,} occupations, {len(self.corpus.tasks):,} tasks · "
                f"encoder {self.encoder_name} · intervals at {percent(self.confidence)} confidence",
            ),
            header=("Measure", "Source", "Rated by", "Date"),
            rows=[
                (name, sources[name].title, sources[name].rater, sources[name].date)
                for name in self.measures
            ],
            numbers=1,
            note=WHAT_RISK_IS,
        )


def _own_employment(catalogue: pd.DataFrame) -> np.ndarray:
    """Return the people employed, shape (n_occupations,); NaN if known of a wider group alone."""
    if not {"employment", "outlook_is_wider"} <= set(catalogue):
        return np.full(len(catalogue), np.nan)
    employment = catalogue["employment"].to_numpy(dtype=float)
    return np.where(catalogue["outlook_is_wider"], np.nan, employment)
