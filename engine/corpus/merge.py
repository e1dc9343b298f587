"""Merge the tasks and occupations of a second corpus into a reference corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from engine.corpus.columns import (
    ACTIVITIES,
    OCCUPATION_COLUMNS,
    OUTLOOK_COLUMNS,
    RATING_COLUMNS,
    TASK_COLUMNS,
    TITLE_COLUMNS,
)
from engine.corpus.corpus import Corpus
from engine.corpus.provenance import NAME_SEPARATOR
from engine.errors import CorpusError, InputError, abbreviate
from engine.records.inputs import check_time_shares
from engine.utils.text import text_key

_DESCRIPTIVE = [*TASK_COLUMNS[:-2], *RATING_COLUMNS, "core", ACTIVITIES]

_TEXTS = (ACTIVITIES, "outlook_code", "outlook_group", "education")
_UNKNOWN: dict[str, Any] = dict.fromkeys(_TEXTS, "") | {"wage_is_minimum": False}
"""Column -> its value where nothing is known; NaN in the columns of numbers."""


def merge(corpus: Corpus, more: Corpus, measures: Iterable[str]) -> Corpus:
    """Return a corpus with the rows of both, those of ``corpus`` first.

    Where both have an occupation, the facts and titles of ``corpus`` stay as they are, and so do
    the dates of its measures, and its crosswalk and moves if it has any.

    Args:
        measures: measures that tasks of ``more`` may have outcomes of.

    Raises:
        CorpusError: listing all faults: an unknown measure, a duplicate task ID or task, a
            conflicting title, time shares that sum to more than 1.
    """
    faults = [
        *_measure_faults(more, list(measures)),
        *_title_faults(corpus, more),
        *_task_faults(corpus, more),
        *_time_share_faults(corpus, more),
    ]
    if faults:
        raise CorpusError(f"corpus {more.name!r}, to be added to {corpus.name!r},", faults)
    names = [*corpus.name.split(NAME_SEPARATOR), *more.name.split(NAME_SEPARATOR)]
    tasks = (corpus.tasks, more.tasks)
    occupations = (corpus.occupations, _new(corpus.occupations, more.occupations))
    others = (corpus.other_occupations, _new(corpus.other_occupations, more.other_occupations))
    return Corpus(
        name=NAME_SEPARATOR.join(dict.fromkeys(names)),
        tasks=_stack(*tasks, [*_in_either(_DESCRIPTIVE, *tasks), *corpus.measures]),
        occupations=_stack(
            *occupations, _in_either([*OCCUPATION_COLUMNS, *OUTLOOK_COLUMNS], *occupations)
        ),
        alternate_titles=_merge_titles(corpus.alternate_titles, more.alternate_titles),
        other_occupations=_stack(*others, TITLE_COLUMNS),
        crosswalk=corpus.crosswalk if len(corpus.crosswalk) else more.crosswalk,
        moves=corpus.moves if len(corpus.moves) else more.moves,
        dates=corpus.dates,
    )


def _measure_faults(more: Corpus, measures: Sequence[str]) -> Iterator[str]:
    for name in more.measures:
        if name not in measures:
            yield (
                f"column {abbreviate(name)}: the engine has no such measure, only "
                f"{', '.join(measures)}; remove the column, or build an engine from all tasks"
            )


def _title_faults(corpus: Corpus, more: Corpus) -> Iterator[str]:
    known = corpus.titles
    for code, title in more.titles.items():
        if text_key(known.get(code, title)) != text_key(title):
            yield (
                f"occupation {code}: title {abbreviate(title)} conflicts with "
                f"{abbreviate(known[code])} of the reference; correct the title or the code"
            )


def _task_faults(corpus: Corpus, more: Corpus) -> Iterator[str]:
    ids = set(corpus.tasks["task_id"])
    texts = dict(
        zip(
            zip(corpus.tasks["soc_code"], corpus.text_keys, strict=True),
            corpus.tasks["task_id"],
            strict=True,
        )
    )
    rows = zip(
        more.tasks["task_id"],
        more.tasks["soc_code"],
        more.text_keys,
        more.tasks["task"],
        strict=True,
    )
    for task_id, code, key, text in rows:
        if task_id in ids:
            yield (
                f"duplicate task_id {abbreviate(task_id)}, which the reference has; remove the "
                "task if it is the same, or give it another ID"
            )
        elif (code, key) in texts:
            yield (
                f"task_id {abbreviate(task_id)}: duplicate task {abbreviate(text)}, which "
                f"occupation {code} has in the reference as {abbreviate(texts[code, key])}; "
                "remove it"
            )


def _time_share_faults(corpus: Corpus, more: Corpus) -> Iterator[str]:
    known = _time_shares(corpus)
    for code, shares in _time_shares(more).items():
        if code not in known:
            continue
        both = [None if np.isnan(share) else share for share in (*known[code], *shares)]
        try:
            check_time_shares(both, f"occupation {code}, with its tasks in the reference")
        except InputError as error:
            yield str(error)


def _time_shares(corpus: Corpus) -> dict[str, list[float]]:
    """Code of each occupation, also of another taxonomy -> time shares of its tasks."""
    shares: dict[str, list[float]] = {}
    tasks = corpus.tasks
    for code, share in zip(tasks["soc_code"], tasks["time_share"], strict=True):
        shares.setdefault(code, []).append(share)
    return shares


def _new(occupations: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    return more[~more["soc_code"].isin(occupations["soc_code"])]


def _merge_titles(titles: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    known = set(titles.itertuples(index=False, name=None))
    is_new = [row not in known for row in more.itertuples(index=False, name=None)]
    return _stack(titles, more[is_new], TITLE_COLUMNS)


def _in_either(columns: Sequence[str], *tables: pd.DataFrame) -> list[str]:
    return [name for name in columns if any(name in table for table in tables)]


def _stack(first: pd.DataFrame, second: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The rows of both with these columns; a column that a table lacks is unknown in its rows."""
    complete = [
        table.assign(**{n: _UNKNOWN.get(n, np.nan) for n in columns if n not in table})[[*columns]]
        for table in (first, second)
        if len(table)
    ]
    return pd.concat(complete, ignore_index=True) if complete else first
