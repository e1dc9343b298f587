"""TODO."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from engine.corpus.corpus import Corpus
from engine.corpus.validation import (
    ACTIVITIES,
    OCCUPATION_COLUMNS,
    OUTLOOK_COLUMNS,
    RATING_COLUMNS,
    TASK_COLUMNS,
    TITLE_COLUMNS,
)
from engine.errors import CorpusError, InputError, shown
from engine.records.inputs import check_time_shares
from engine.utils.text import text_key

_JOIN = "+"
"""Between the names of corpora that were joined."""

_DESCRIPTIVE = [*TASK_COLUMNS[:-2], *RATING_COLUMNS, "core", ACTIVITIES]

_BLANK: dict[str, Any] = {ACTIVITIES: "", "outlook_code": "", "wage_is_minimum": False}
"""What stands in a column where nothing is known; NaN in those of numbers."""


def merge(corpus: Corpus, more: Corpus, measures: Iterable[str]) -> Corpus:
    """The tasks, occupations and other titles of two corpora, those of the first one first.

    What the first says of an occupation that both have stays as it is.

    Args:
        measures: those that tasks of ``more`` may have outcomes of.

    Raises:
        CorpusError: listing every fault: a measure, task id or task that may not be there, an
            occupation of another title, shares of time that exceed 1.
    """
    faults = [
        *_measure_faults(more, list(measures)),
        *_occupation_faults(corpus, more),
        *_task_faults(corpus, more),
    ]
    if faults:
        raise CorpusError(f"corpus {more.name!r}, to be added to {corpus.name!r},", faults)
    both = (corpus.tasks, more.tasks)
    tasks = _stacked(*both, [*_in_either(_DESCRIPTIVE, *both), *corpus.measures])
    new = more.occupations[~more.occupations["soc_code"].isin(corpus.occupations["soc_code"])]
    columns = _in_either([*OCCUPATION_COLUMNS, *OUTLOOK_COLUMNS], corpus.occupations, new)
    occupations = _stacked(corpus.occupations, new, columns)
    called = set(corpus.alternate_titles.itertuples(index=False, name=None))
    further = [
        row not in called for row in more.alternate_titles.itertuples(index=False, name=None)
    ]
    titles = _stacked(corpus.alternate_titles, more.alternate_titles[further], TITLE_COLUMNS)
    names = dict.fromkeys([*corpus.name.split(_JOIN), *more.name.split(_JOIN)])
    return Corpus(
        name=_JOIN.join(names), tasks=tasks, occupations=occupations, alternate_titles=titles
    )


def _measure_faults(more: Corpus, measures: Sequence[str]) -> Iterator[str]:
    for name in more.measures:
        if name not in measures:
            yield (
                f"column {shown(name)}: the engine does not estimate it: expected outcomes of "
                f"{', '.join(measures)} alone; leave the column out, or build an engine of all "
                "tasks together"
            )


def _occupation_faults(corpus: Corpus, more: Corpus) -> Iterator[str]:
    known = dict(zip(corpus.occupations["soc_code"], corpus.occupations["title"], strict=True))
    for code, title in zip(more.occupations["soc_code"], more.occupations["title"], strict=True):
        if text_key(known.get(code, title)) != text_key(title):
            yield (
                f"occupation {code}: title {shown(title)}: expected {shown(known[code])}, as the "
                "reference calls it; correct the title, or give another occupation another code"
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
    own = zip(more.tasks["task_id"], more.tasks["soc_code"], more.text_keys, strict=True)
    for (number, code, key), text in zip(own, more.tasks["task"], strict=True):
        if number in ids:
            yield (
                f"task_id {shown(number)}: the reference has it: expected an id of its own; leave "
                "the task out if it is the same, or build an engine anew to change it"
            )
        elif (code, key) in texts:
            yield (
                f"task_id {shown(number)}: occupation {code} has {shown(text)} already, as "
                f"{shown(texts[code, key])}: expected another task; leave it out"
            )
    for code, rows in more.rows_of.items():
        if code in corpus.rows_of:
            shares = [
                *corpus.tasks["time_share"].iloc[corpus.rows_of[code]],
                *more.tasks["time_share"].iloc[rows],
            ]
            try:
                known = [None if np.isnan(share) else share for share in shares]
                check_time_shares(known, f"occupation {code}, with its tasks in the reference")
            except InputError as error:
                yield str(error)


def _in_either(columns: Sequence[str], *tables: pd.DataFrame) -> list[str]:
    return [name for name in columns if any(name in table for table in tables)]


def _stacked(first: pd.DataFrame, second: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Rows of both with these columns, blank where one has not got them."""
    whole = [
        table.assign(**{n: _BLANK.get(n, np.nan) for n in columns if n not in table})[[*columns]]
        for table in (first, second)
        if len(table)
    ]
    return pd.concat(whole, ignore_index=True) if whole else first
