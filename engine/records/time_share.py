"""Time %: the share of working time of each task of an occupation, and where it comes from.

Each task takes the first source it has: a share that was given; O*NET frequency; O*NET importance;
the time that similar reference tasks take; an equal part. All sources but the first are put on one
scale, the time a task takes relative to the mean task of its occupation, so that tasks with
different sources can stand side by side. Given shares stay as they are; the other tasks divide
what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.records.inputs import Task

GIVEN, FREQUENCY, IMPORTANCE, SIMILAR_TASKS, EQUAL = (
    "given",
    "frequency",
    "importance",
    "similar_tasks",
    "equal",
)

# Occurrences a year for the categories 1–7 of the O*NET frequency scale (FT): yearly or less, more
# than yearly, more than monthly, more than weekly, daily, several times daily, hourly or more.
YEARLY_OCCURRENCES = {1: 1, 2: 4, 3: 24, 4: 104, 5: 260, 6: 780, 7: 2080}

SUPPLEMENTAL_WEIGHT = 0.5
"""Weight of the importance of a supplemental task against that of a core task."""


def yearly_frequency(incumbents: Mapping[int, float], relevance: float = 100.0) -> float:
    """Occurrences a year: the mean over the FT categories, times the task's relevance.

    Args:
        incumbents: FT category (1–7) -> percentage of incumbents; rescaled to sum to 100.
        relevance: percentage of incumbents for whom the task is relevant (RT).
    """
    total = sum(incumbents.values())
    if total <= 0:
        return float("nan")
    occurrences = sum(YEARLY_OCCURRENCES[category] * part for category, part in incumbents.items())
    return occurrences / total * relevance / 100


def _relative(values: Sequence[float | None], weights: Sequence[float]) -> np.ndarray:
    """Values times weights, divided by their mean over the known ones; NaN where unknown."""
    known = np.array([np.nan if value is None else value for value in values], dtype=float)
    known *= np.asarray(weights)
    if np.isnan(known).all() or np.nansum(known) == 0:
        return np.full(len(known), np.nan)
    return known / np.nanmean(known)


def rated_time(tasks: Sequence[Task]) -> tuple[np.ndarray, list[str]]:
    """Time relative to the occupation's mean task, from ratings alone, and the sources.

    Returns:
        relative time, shape (n_tasks,), ≥ 0, NaN where a task has no rating; and the source of
        each (``EQUAL`` where it has none).
    """
    frequency = _relative([task.frequency for task in tasks], [1.0] * len(tasks))
    importance = _relative(
        [task.importance for task in tasks],
        [1.0 if task.core else SUPPLEMENTAL_WEIGHT for task in tasks],
    )
    time = np.where(np.isnan(frequency), importance, frequency)
    sources = np.where(
        ~np.isnan(frequency), FREQUENCY, np.where(~np.isnan(importance), IMPORTANCE, EQUAL)
    )
    return time, sources.tolist()


def relative_time(tasks: Sequence[Task]) -> np.ndarray:
    """Time of each task relative to the mean task of its occupation, from all that is known of it.

    Shape (n_tasks,), ≥ 0; NaN where nothing is known. This is what a reference task lends to
    tasks that are similar to it.
    """
    given = np.array([np.nan if t.time_share is None else t.time_share for t in tasks], dtype=float)
    return np.where(np.isnan(given), rated_time(tasks)[0], given * len(tasks))


def allocate(
    tasks: Sequence[Task], similar: np.ndarray | None = None
) -> tuple[np.ndarray, list[str]]:
    """Shares of time that sum to 1, and the source of each.

    Args:
        tasks: the tasks of one occupation; at least one.
        similar: relative time of similar reference tasks, shape (n_tasks,), NaN where unknown.

    Returns:
        shares, shape (n_tasks,), in [0, 1], summing to 1; and their sources. Where given shares
        already fill the time, tasks without one get 0.
    """
    time, sources = rated_time(tasks)
    for row, value in enumerate(similar if similar is not None else ()):
        if np.isnan(time[row]) and not np.isnan(value):
            time[row], sources[row] = value, SIMILAR_TASKS
    time = np.where(np.isnan(time), 1.0, time)

    given = np.array([task.time_share is not None for task in tasks])
    shares = np.array([task.time_share or 0.0 for task in tasks], dtype=float)
    for row in np.flatnonzero(given).tolist():
        sources[row] = GIVEN
    rest = max(0.0, 1.0 - shares.sum())
    if not given.all() and rest > 0:
        open_time = np.where(given, 0.0, time)
        if open_time.sum() == 0:  # rated as never done, all of them
            open_time = np.where(given, 0.0, 1.0)
        shares = shares + rest * open_time / open_time.sum()
    return shares / shares.sum(), sources
