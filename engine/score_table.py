"""Scores of many tasks as columns: what is wrong with a row is told, not raised, and nothing is
built that was not asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine import taxonomy
from engine.catalogue import catalogue_code
from engine.corpus import Corpus
from engine.errors import InputError
from engine.records import task_text
from engine.reference import Reference
from engine.risk_model import Predictions, RiskModel
from engine.text import is_english, language_fault, text_key
from engine.threads import core_threads

_CHUNK = 2_048
"""Distinct rows scored at a time; faiss takes several times longer for each of much fewer."""

_WAITING = 32
"""Chunks of vectors that may wait to be scored."""

_NAMES = {taxonomy.RISK_MEASURE: "risk", taxonomy.CAPABILITY_MEASURE: "ai_capability"}


@dataclass(frozen=True)
class ScoreTable:
    """Scores of the rows of a table.

    Attributes:
        rows: positions of the rows that were scored, rising, shape (n_scored,).
        faults: position -> why that row was not scored.
        predictions: of each row that was scored, in the order of ``rows``.
    """

    rows: np.ndarray
    faults: Mapping[int, str]
    predictions: Predictions

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """Name -> values of the scored rows, each of shape (n_scored,).

        ``risk``, ``risk_low``, ``risk_high`` and the same of ``ai_capability`` and of every other
        measure, float32 in [0, 1]; ``ai_capability_level``, ``category``; ``novelty`` in [0, 1],
        ``out_of_scope``.
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
        ]
        return dict(zip(column_names(found.values), values, strict=True))


def column_names(measures: Iterable[str]) -> list[str]:
    """Names of the columns of a table of scores, for an engine that estimates ``measures``."""
    names = [_NAMES.get(measure, measure) for measure in _in_order(measures)]
    ends = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    return [*ends, "ai_capability_level", "category", "novelty", "out_of_scope"]


def _in_order(measures: Iterable[str]) -> list[str]:
    """Risk and AI capability first."""
    return [*_NAMES, *(measure for measure in measures if measure not in _NAMES)]


@dataclass(frozen=True)
class CheckedRows:
    """Rows of a table that can be scored, each distinct one once.

    Attributes:
        rows: positions of the rows that can be scored, rising, shape (n_scored,).
        distinct: for each of them, which of ``texts`` it is, shape (n_scored,).
        texts, keys, soc_codes: text, text key and catalogue code (or None) of each distinct row.
        faults: position -> why that row cannot be scored.
    """

    rows: np.ndarray
    distinct: np.ndarray
    texts: list[str]
    keys: list[str]
    soc_codes: list[str | None]
    faults: dict[int, str]


def check_rows(
    texts: Sequence[object],
    soc_codes: Sequence[str | None] | None,
    corpus: Corpus,
    vocabulary: Set[str],
) -> CheckedRows:
    """Check rows by the rules for a ``Task`` and for SOC codes, and find those that are alike.

    Args:
        texts: what stands in each row; anything that is not text becomes a fault.
        soc_codes: occupation of each row; None or blank where it has none.
        corpus: whose catalogue the codes are looked for in.
        vocabulary: words of English tasks.
    """
    codes: Sequence[str | None] = [None] * len(texts) if soc_codes is None else soc_codes
    if len(codes) != len(texts):
        raise InputError(f"{len(codes)} soc_codes for {len(texts)} texts: expected one for each")
    faults: dict[int, str] = {}
    numbers: dict[tuple[str, str | None], int] = {}
    known_codes: dict[str | None, str | None] = {None: None, "": None}
    keys: list[str] = []
    rows, distinct = [], []
    for position, (given, code) in enumerate(zip(texts, codes, strict=True)):
        try:
            if code not in known_codes:
                known_codes[code] = catalogue_code(corpus, str(code))
            row = (task_text(given), known_codes[code])
            number = numbers.get(row)
            if number is None:
                key = text_key(row[0])
                if not is_english(row[0], vocabulary, key.split()):
                    raise InputError(language_fault(row[0]))
                number = numbers[row] = len(numbers)
                keys.append(key)
        except InputError as error:
            faults[position] = str(error)
            continue
        rows.append(position)
        distinct.append(number)
    return CheckedRows(
        np.array(rows, dtype=np.int64),
        np.array(distinct, dtype=np.int64),
        [text for text, _ in numbers],
        keys,
        [code for _, code in numbers],
        faults,
    )


def score_rows(
    checked: CheckedRows,
    reference: Reference,
    model: RiskModel,
    encode: Callable[[list[str]], np.ndarray],
    confidence: float,
) -> ScoreTable:
    """Score checked rows, so many at a time that memory stays bounded.

    Args:
        encode: texts to unit vectors, shape (n_texts, n_dimensions).
        confidence: probability that intervals are made for.
    """

    def predict(start: int, vectors: np.ndarray) -> Predictions:
        evidence = reference.look_up(
            vectors,
            checked.soc_codes[start : start + _CHUNK],
            checked.keys[start : start + _CHUNK],
        )
        return model.predict(evidence, confidence)

    def encoded(start: int) -> np.ndarray:
        texts = checked.texts[start : start + _CHUNK]
        return encode(texts) if texts else reference.vectors[:0]

    starts = range(0, max(len(checked.texts), 1), _CHUNK)
    if len(starts) == 1:
        parts = [predict(0, encoded(0))]
    else:
        with core_threads() as pool:
            parts = list(_ahead(pool, ((start, encoded(start)) for start in starts), predict))
    return ScoreTable(checked.rows, checked.faults, Predictions.joined(parts)[checked.distinct])


def _ahead(
    pool: ThreadPoolExecutor,
    chunks: Iterable[tuple[int, np.ndarray]],
    predict: Callable[[int, np.ndarray], Predictions],
) -> Iterator[Predictions]:
    """Predictions in order of the chunks, of which only a few wait at any time."""
    waiting: deque[Future[Predictions]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(predict, *chunk))
        if len(waiting) > _WAITING:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
