"""Estimate the time share of each task of an occupation, and report its source.

Each task uses the first source that it has: a given share, O*NET frequency or importance, the time
of similar reference tasks, or an equal part. All sources except the first are expressed as time
relative to the mean task of the occupation, so an occupation can mix them. Given shares do not
change; the other tasks divide the remaining time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.records.inputs import Task

if TYPE_CHECKING:
    import numpy as np

GIVEN = "given"
FREQUENCY = "frequency"
IMPORTANCE = "importance"
SIMILAR_TASKS = "similar_tasks"
EQUAL = "equal"

YEARLY_OCCURRENCES = {1: 1, 2: 4, 3: 24, 4: 104, 5: 260, 6: 780, 7: 2080}
"""Occurrences a year of each category of the O*NET frequency scale (FT).

The categories are: yearly or less, more than yearly, more than monthly, more than weekly, daily,
several times daily, hourly or more.
"""

MAX_FREQUENCY = 780.0
"""Occurrences a year beyond which a task takes no more time: several times daily."""

FREQUENCY_EXPONENT = 0.5
"""Time grows with this power of the frequency, because what is done often is done quickly.

In proportion to occurrences, the few incumbents who answer "hourly or more" would rule the time of
a task. The square root and the limit are conventions of this project.
"""

SUPPLEMENTAL_WEIGHT = 0.5
"""Weight of the importance of a supplemental task, relative to a core task."""


RELATIVE_ERRORS = {GIVEN: 0.0, FREQUENCY: 0.3, IMPORTANCE: 0.4, SIMILAR_TASKS: 0.8, EQUAL: 0.9}
"""Expected size of the error of a time share, relative to the share, by its source.

The last two are measured on the time shares of the starter reference, by ``scripts/benchmark.py
time-shares``; those of O*NET's ratings are conventions, since no one has measured the time.
"""


def share_error(share: float, source: str | None) -> float:
    """Return the expected size of the error of a time share; see ``RELATIVE_ERRORS``."""
    return 0.0 if source is None else RELATIVE_ERRORS[source] * share


def yearly_frequency(incumbents: Mapping[int, float], relevance: float = 100.0) -> float:
    """Return the frequency that takes the mean time over the FT categories.

    That is the power mean Σ pᵢ fᵢ^½ squared, with each fᵢ limited to ``MAX_FREQUENCY`` and the
    share pᵢ of incumbents multiplied by the relevance of the task.

    Args:
        incumbents: FT category (1–7) -> percentage of incumbents; rescaled to sum to 100.
        relevance: percentage of incumbents for whom the task is relevant (RT).

    Returns:
        occurrences a year, ≥ 0; NaN if no incumbent rated the task.
    """
    total = sum(incumbents.values())
    if total <= 0:
        return float("nan")
    time = sum(_time(YEARLY_OCCURRENCES[category]) * part for category, part in incumbents.items())
    return float((time / total * relevance / 100) ** (1 / FREQUENCY_EXPONENT))


def _time(frequency: float) -> float:
    """Return the time that a task takes, up to a factor, from its occurrences a year."""
    return float(min(frequency, MAX_FREQUENCY) ** FREQUENCY_EXPONENT)


class TimeFacts(NamedTuple):
    """What is known of the time of a task, as ``Task`` has it; much faster to create."""

    time_share: float | None
    frequency: float | None
    importance: float | None
    core: bool


def _relative(values: Sequence[float | None], weights: Sequence[float]) -> np.ndarray:
    """Return values × weights relative to their mean, NaN where a value is unknown."""
    import numpy as np

    known = np.array([np.nan if value is None else value for value in values], dtype=float)
    known *= np.asarray(weights)
    if np.isnan(known).all() or np.nansum(known) == 0:
        return np.full(len(known), np.nan)
    return known / np.nanmean(known)


def rated_time(tasks: Sequence[Task | TimeFacts]) -> tuple[np.ndarray, list[str]]:
    """Return the time of each task according to its O*NET ratings, and the source.

    Returns:
        time relative to the mean task, shape (n_tasks,), ≥ 0, and the source of each. A task
        without ratings has NaN and ``EQUAL``.
    """
    import numpy as np

    frequency = _relative(
        [None if task.frequency is None else _time(task.frequency) for task in tasks],
        [1.0] * len(tasks),
    )
    importance = _relative(
        [task.importance for task in tasks],
        [1.0 if task.core else SUPPLEMENTAL_WEIGHT for task in tasks],
    )
    time = np.where(np.isnan(frequency), importance, frequency)
    sources = np.where(
        ~np.isnan(frequency), FREQUENCY, np.where(~np.isnan(importance), IMPORTANCE, EQUAL)
    )
    return time, sources.tolist()


def relative_time(tasks: Sequence[Task | TimeFacts]) -> np.ndarray:
    """Return the time of each task according to its given share or its O*NET ratings.

    New tasks take over the relative time of similar reference tasks.

    Returns:
        time relative to the mean task, shape (n_tasks,), ≥ 0, NaN if unknown.
    """
    import numpy as np

    given = np.array([np.nan if t.time_share is None else t.time_share for t in tasks], dtype=float)
    return np.where(np.isnan(given), rated_time(tasks)[0], given * len(tasks))


def allocate(
    tasks: Sequence[Task], similar: np.ndarray | None = None
) -> tuple[np.ndarray, list[str]]:
    """Return time shares that sum to 1, and the source of each.

    Args:
        tasks: the tasks of one occupation; at least one.
        similar: relative time of similar reference tasks, shape (n_tasks,), NaN if unknown.

    Returns:
        shares, shape (n_tasks,), in [0, 1], and their sources. If the given shares already sum to
        1, tasks without one get 0.
    """
    import numpy as np

    time, sources = rated_time(tasks)
    for row, value in enumerate(similar if similar is not None else ()):
        if np.isnan(time[row]) and not np.isnan(value):
            time[row], sources[row] = value, SIMILAR_TASKS
    time = np.where(np.isnan(time), 1.0, time)

    given = np.array([task.time_share is not None for task in tasks])
    shares = np.array([task.time_share or 0.0 for task in tasks], dtype=float)
    for row in np.flatnonzero(given).tolist():
        sources[row] = GIVEN
    remaining = max(0.0, 1.0 - shares.sum())
    if not given.all() and remaining > 0:
        open_time = np.where(given, 0.0, time)
        if open_time.sum() == 0:  # all rated as never done
            open_time = np.where(given, 0.0, 1.0)
        shares = shares + remaining * open_time / open_time.sum()
    return shares / shares.sum(), sources
