"""Any text gives a record or an error of the engine, never another exception.

``tests/reliability/test_fuzz.py`` searches further, with atheris.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import EngineError
from engine.corpus.columns import OCCUPATION_COLUMNS, TASK_COLUMNS
from engine.corpus.corpus import Corpus
from engine.intake.pasted_text import check_pasted
from engine.intake.posting_segments import split_segments
from engine.records.inputs import Occupation, Task
from engine.records.reader import parse_occupations, read_occupations
from engine.records.soc import parse_soc
from engine.utils.text import clean

T = TypeVar("T")

quickly = settings(deadline=None, max_examples=100, database=None)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
fields = st.sampled_from(["title", "tasks", "task", "soc_code", "job_zone", "time_share", "core"])
cells = st.sampled_from(
    ["", "E1", "T4", "0.5", "nan", "inf", "29-1129.01", "1e999", "²"]
) | st.text(max_size=20)


@quickly
@given(values | st.lists(st.dictionaries(fields, values | st.lists(values)), max_size=3))
def test_any_json(tmp_path_factory, value) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    _occupations_or_error(path)


@quickly
@given(st.lists(st.lists(cells, max_size=9), max_size=5))
def test_any_csv(tmp_path_factory, rows) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(_table(["task", "title", "soc_code", "time_share"], rows), encoding="utf-8")
    _occupations_or_error(path)


def test_json_that_is_deep_or_wide(tmp_path: Path) -> None:
    for name, text in (
        ("deep", '{"tasks": [' + "[" * 900 + "]" * 900 + "]}"),
        ("deeper", '{"tasks": [' + "[" * 100_000 + "]" * 100_000 + "]}"),
        ("wide", json.dumps({str(number): 1 for number in range(200_000)} | {"tasks": ["a"]})),
        ("number", '{"tasks": ["a"], "job_zone": ' + "9" * 5_000 + "}"),
    ):
        path = tmp_path / f"{name}.json"
        path.write_text(text)
        assert _occupations_or_error(path) == []


def _occupations_or_error(path: Path) -> list[Occupation]:
    return _or_error(lambda: read_occupations(path)) or []


def _or_error(read: Callable[[], T]) -> T | None:
    """Return what ``read`` returns, or None if it raises an error with a readable message."""
    try:
        return read()
    except EngineError as error:
        message = str(error)
    assert 0 < len(message) < 10_000
    return None


@quickly
@given(st.lists(st.lists(cells, max_size=8), max_size=4), st.lists(st.lists(cells), max_size=2))
def test_any_corpus(tasks, occupations) -> None:  # type: ignore[no-untyped-def]
    texts = {
        "tasks.csv": _table([*TASK_COLUMNS, "mine"], tasks),
        "occupations.csv": _table([*OCCUPATION_COLUMNS, "median_wage"], occupations),
    }
    _or_error(lambda: Corpus.parse("any", texts))


@quickly
@given(st.text())
def test_any_text(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned.isprintable()
    _or_error(lambda: split_segments(check_pasted(text)))
    _or_error(lambda: parse_occupations(text, title="Job"))
    _or_error(lambda: Task(text))
    _or_error(lambda: parse_soc(text))


def _table(header: list[str], rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows([header, *rows])
    return stream.getvalue()
