"""Score many tasks as columns, and report invalid rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.corpus.catalogue import catalogue_code
from engine.corpus.corpus import Corpus
from engine.display.html import MAX_ROWS, card
from engine.display.numbers import interval, percent
from engine.display.short_repr import short_repr
from engine.encoders.text_vectors import VectorSource
from engine.errors import InputError
from engine.model.catalogue_scores import corpus_row
from engine.model.predictions import Predictions
from engine.persistence.engine_parts import EngineParts
from engine.records import rubric
from engine.records.inputs import task_text
from engine.records.measures import WHAT_RISK_IS
from engine.scoring.translated import widened
from engine.utils.concurrency import core_threads
from engine.utils.language import ENGLISH, identify, language_fault
from engine.utils.text import text_key

if TYPE_CHECKING:
    import pandas as pd

_CHUNK = 2_048
"""Number of distinct rows scored at a time; faiss is several times slower with far fewer."""

_MAX_QUEUED = 32
"""Maximum number of embedded chunks that wait for scoring."""

_NAMES = {rubric.RISK_MEASURE: "risk", rubric.CAPABILITY_MEASURE: "ai_capability"}


@dataclass(frozen=True, repr=False)
class ScoreTable:
    """Scores of the rows of a table.

    Attributes:
        rows: positions of the scored rows, ascending, shape (n_scored,).
        faults: position of an invalid row -> what is wrong with it.
        predictions: of the scored rows, in the order of ``rows``.
        texts: all rows as they were given, also the invalid ones.
    """

    rows: np.ndarray
    faults: Mapping[int, str]
    predictions: Predictions
    texts: Sequence[object] = field(default=(), kw_only=True)

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """Name -> values of the scored rows, each of shape (n_scored,).

        ``risk``, ``risk_low``, ``risk_high`` and the same for ``ai_capability`` and every other
        measure, float32 in [0, 1], NaN where a measure is not estimated; ``ai_capability_level``,
        ``category``; ``novelty`` in [0, 1]; ``out_of_scope`` and ``unlike_reference``.
        """
        found = self.predictions
        measured = [
            table[measure].astype(np.float32)
            for measure in _in_order(found.values)
            for table in (found.values, found.low, found.high)
        ]
        values = [
            *measured,
            np.array(found.levels, dtype=object),
            np.array(found.categories, dtype=object),
            found.novelty.astype(np.float32),
            found.out_of_scope,
            found.unlike_reference,
        ]
        return dict(zip(column_names(found.values), values, strict=True))

    def to_frame(self) -> pd.DataFrame:
        """One row per scored text: ``task``, the text as given, and ``columns``.

        The index is the position of the row among all that were given, so that a frame of these,
        with the same index, can be joined. ``faults`` says why a row is missing.
        """
        import pandas as pd

        index = pd.Index(self.rows, name="row")
        texts = [self.texts[row] for row in self.rows]
        return pd.DataFrame({"task": texts, **self.columns}, index=index)

    def __repr__(self) -> str:
        risk = (
            float(self.predictions.values[rubric.RISK_MEASURE].mean()) if len(self.rows) else None
        )
        return short_repr(self, scored=len(self.rows), faults=len(self.faults), mean_risk=risk)

    def _repr_html_(self) -> str:
        found = self.predictions
        risk, low, high = (
            table[rubric.RISK_MEASURE] for table in (found.values, found.low, found.high)
        )
        capability = found.values[rubric.CAPABILITY_MEASURE]
        shown = [
            (
                str(self.texts[row]),
                found.categories[place],
                percent(capability[place]),
                percent(risk[place]),
                interval((low[place], high[place])),
            )
            for place, row in enumerate(self.rows[:MAX_ROWS])
        ]
        hidden = len(self.rows) - len(shown)
        return card(
            f"{len(self.rows):,} tasks scored, {len(self.faults):,} rejected",
            (f"The first {len(shown)}; to_frame() has all." if hidden else "",),
            header=("Task", "Category", "AI capability", "Risk", "Interval"),
            rows=shown,
            numbers=3,
            note=WHAT_RISK_IS,
        )


def column_names(measures: Iterable[str]) -> list[str]:
    """Return the columns of a score table, for an engine that estimates ``measures``."""
    names = [measure_name(measure) for measure in _in_order(measures)]
    ends = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    return [*ends, "ai_capability_level", "category", "novelty", "out_of_scope", "unlike_reference"]


def measure_name(measure: str) -> str:
    """Return the name of a measure in tables: risk and ai_capability for the two main ones."""
    return _NAMES.get(measure, measure)


def _in_order(measures: Iterable[str]) -> list[str]:
    """Return the measures, risk and AI capability first."""
    return [*_NAMES, *(measure for measure in measures if measure not in _NAMES)]


@dataclass(frozen=True, kw_only=True)
class _ValidRows:
    """Rows that can be scored, without duplicates.

    Attributes:
        rows: positions of the valid rows, ascending, shape (n_valid,).
        distinct: index into ``texts`` for each of them, shape (n_valid,).
        texts, keys, languages: text, text key and language of each distinct row.
        soc_codes: catalog code of each distinct row, or None.
        faults: position of an invalid row -> what is wrong with it.
    """

    rows: np.ndarray
    distinct: np.ndarray
    texts: list[str]
    keys: list[str]
    languages: list[str]
    soc_codes: list[str | None]
    faults: dict[int, str]


def score_rows(
    parts: EngineParts,
    vectors: VectorSource,
    texts: Sequence[object],
    soc_codes: Sequence[str | None] | None = None,
) -> ScoreTable:
    """Score rows in chunks, in bounded memory.

    Args:
        parts: parts of the engine.
        vectors: source of the vectors of texts.
        texts: one sentence per row; other values make the row invalid.
        soc_codes: occupation of each row, or None or "".

    Raises:
        InputError: if there is not one SOC code for each text.
    """
    reference = parts.reference
    valid = _validate(texts, soc_codes, reference.corpus, vectors)
    codes = valid.soc_codes
    rows = np.array(
        [
            corpus_row(reference.corpus, key, code)
            for key, code in zip(valid.keys, codes, strict=True)
        ],
        dtype=np.int64,
    )
    known, new = np.flatnonzero(rows >= 0), np.flatnonzero(rows < 0)

    def predict(start: int, embedded: np.ndarray) -> Predictions:
        chunk = new[start : start + _CHUNK]
        evidence = reference.look_up(
            embedded, [codes[row] for row in chunk], [valid.keys[row] for row in chunk]
        )
        factors = vectors.error_factors([valid.languages[row] for row in chunk])
        predictions = parts.model.predict(evidence, parts.confidence)
        return widened(parts.model, predictions, factors, parts.confidence)

    def encoded(start: int) -> np.ndarray:
        chunk = new[start : start + _CHUNK]
        if not len(chunk):
            return reference.vectors[:0]
        return vectors.encode(
            [valid.texts[row] for row in chunk], [valid.languages[row] for row in chunk]
        )

    starts = range(0, max(len(new), 1), _CHUNK)
    if len(starts) == 1:
        predictions = [predict(0, encoded(0))]
    else:
        with core_threads() as pool:
            chunks = ((start, encoded(start)) for start in starts)
            predictions = list(_predict_ahead(pool, chunks, predict))
    # Tasks of the reference have their left-out scores.
    predictions.append(parts.scores.predictions[rows[known]])
    order = np.argsort(np.concatenate([new, known]))
    joined = Predictions.joined(predictions)[order]
    return ScoreTable(valid.rows, valid.faults, joined[valid.distinct], texts=texts)


def _validate(
    texts: Sequence[object],
    soc_codes: Sequence[str | None] | None,
    corpus: Corpus,
    vectors: VectorSource,
) -> _ValidRows:
    """Check rows by the rules of ``Task`` and of SOC codes, and remove duplicates."""
    codes: Sequence[str | None] = [None] * len(texts) if soc_codes is None else soc_codes
    if len(codes) != len(texts):
        raise InputError(f"{len(codes)} soc_codes for {len(texts)} texts; give one for each text")
    vocabulary = corpus.vocabulary
    faults: dict[int, str] = {}
    numbers: dict[tuple[str, str | None], int] = {}
    known_codes: dict[str | None, str | None] = {None: None, "": None}
    keys: list[str] = []
    languages: list[str] = []
    rows, distinct = [], []
    for position, (given, code) in enumerate(zip(texts, codes, strict=True)):
        try:
            if code not in known_codes:
                known_codes[code] = catalogue_code(corpus, str(code))
            row = (task_text(given), known_codes[code])
            number = numbers.get(row)
            if number is None:
                key = text_key(row[0])
                language = identify(row[0], vocabulary, key.split())
                if language != ENGLISH and language not in vectors.reads():
                    raise InputError(language_fault(row[0], language, vectors.reads()))
                number = numbers[row] = len(numbers)
                keys.append(key)
                languages.append(language)
        except InputError as error:
            faults[position] = str(error)
            continue
        rows.append(position)
        distinct.append(number)
    return _ValidRows(
        rows=np.array(rows, dtype=np.int64),
        distinct=np.array(distinct, dtype=np.int64),
        texts=[text for text, _ in numbers],
        keys=keys,
        languages=languages,
        soc_codes=[code for _, code in numbers],
        faults=faults,
    )


def _predict_ahead(
    pool: ThreadPoolExecutor,
    chunks: Iterable[tuple[int, np.ndarray]],
    predict: Callable[[int, np.ndarray], Predictions],
) -> Iterator[Predictions]:
    """Yield predictions in the order of the chunks; few chunks wait at a time."""
    queued: deque[Future[Predictions]] = deque()
    for chunk in chunks:
        queued.append(pool.submit(predict, *chunk))
        if len(queued) > _MAX_QUEUED:
            yield queued.popleft().result()
    while queued:
        yield queued.popleft().result()
