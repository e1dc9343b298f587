from __future__ import annotations

import csv
import gzip
import io
import os
import re
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import csv as arrow_csv

from engine import EngineError
from engine.batch import csv_rows
from engine.batch.csv_staging import stage_csv, staged_rows
from engine.batch.plan import FileState
from engine.errors import InputError
from tests.batch.conftest import read_scores, run, sentences


@pytest.mark.usefixtures("scored_parts")
def test_csv_keeps_every_cell_and_rejects_invalid_rows(engine_folder: Path, tmp_path: Path) -> None:
    rows = [
        b"code,task,note",
        b'007,"Write reports, monthly.",',
        b"008,Lift boxes.,a,b",
        b'009,"Paint\nwalls of houses.",3.50',
        b"010,Caf\xe9 work.,x",
        b"011,Answer phones in the office.,NULL",
    ]
    (tmp_path / "in.csv").write_bytes(b"\n".join(rows) + b"\n")
    done = run(tmp_path / "in.csv", tmp_path / "out", engine_folder)
    found = read_scores(tmp_path / "out").select(["code", "task", "note"]).to_pylist()
    assert found == [
        {"code": "007", "task": "Write reports, monthly.", "note": ""},
        {"code": "009", "task": "Paint\nwalls of houses.", "note": "3.50"},
        {"code": "011", "task": "Answer phones in the office.", "note": "NULL"},
    ]
    reasons = pq.read_table(done.rejects)["reason"].to_pylist()
    assert reasons == ["line 3 has 4 cells, but the header has 3", "byte 0xe9 is not UTF-8"]
    assert pq.read_table(done.rejects)["row"].to_pylist() == [2, 4]


@pytest.mark.usefixtures("scored_parts")
def test_an_empty_csv_file_is_refused(engine_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(EngineError, match=r"empty\.csv is not a readable CSV file .*with a header"):
        run(tmp_path / "empty.csv", tmp_path / "out", engine_folder)


def _stage(content: bytes, folder: Path) -> tuple[list[str], list[tuple[str, ...]], list[int]]:
    """Return header, rows and numbers of rejected rows of a staged file; check its count."""
    source, target, rejects = folder / "in.csv", folder / "in.parquet", folder / "rejects.parquet"
    source.write_bytes(content)
    rows = stage_csv(source, target, rejects, FileState.of(source))
    table = pq.read_table(target)
    rejected = pq.read_table(rejects)["row"].to_pylist() if rejects.is_file() else []
    assert staged_rows(target) == rows == table.num_rows + len(rejected)
    columns = [column.to_pylist() for column in table.columns]
    return table.column_names, list(zip(*columns, strict=True)), rejected


def _read_by_python(content: bytes) -> tuple[list[str], list[tuple[str, ...]], list[int]]:
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    header, *rows = (tuple(row) for row in csv.reader(text) if row)
    numbered = list(enumerate(rows, start=1))
    wrong = [number for number, row in numbered if len(row) != len(header)]
    return list(header), [row for row in rows if len(row) == len(header)], wrong


def _read_by_arrow(content: bytes) -> list[tuple[str, ...]]:
    """Read the rows with the right number of cells, in one block."""
    names = _read_by_python(content)[0]
    content += b"" if content.endswith((b"\n", b"\r")) else b"\n"  # Arrow needs one after a header
    table = arrow_csv.read_csv(
        pa.BufferReader(content),
        arrow_csv.ReadOptions(block_size=len(content) + 1),
        arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda row: "skip"),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _is_doubtful(content: bytes) -> bool:
    """Return whether a quote is not closed, or text follows the closing one: not RFC 4180."""
    try:
        list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except csv.Error:
        return True
    return False


PIECES = ["a", "é", '"', '""', ",", "\n", "\r", "\r\n", " ", "\0", "\ufeff"]
PIECES += ['"a"', '"a\nb"', '"\r\n"']


@settings(max_examples=150, deadline=None)
@given(
    header=st.sampled_from(["a\n", "a,b\r\n", "\n\ra,b\r", '\ufeff"a,\n1",b\n', '"a"\n']),
    body=st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    block=st.sampled_from([1, 2, 7, 16 << 20]),
)
@example(header="a\n", body='"x\r\ny"\r\n' * 9, block=16)
@example(header="a\n", body='x"y\n' * 9, block=16)
def test_python_and_arrow_read_the_same_rows(header: str, body: str, block: int) -> None:
    """Every row comes out as two independent readers read it, wherever blocks end."""
    content = (header + body).encode()
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(csv_rows, "_BLOCK_BYTES", block)
        patch.setattr(os, "fsync", lambda descriptor: None)  # durability is not tested here
        try:
            found = _stage(content, Path(folder))
        except InputError:
            found = None
    if found is None:
        assert _is_doubtful(content)
        return
    assert found == _read_by_python(content)
    assert found[1] == _read_by_arrow(content)


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.text(st.sampled_from('a",\n\r é'), max_size=6)] * 2), max_size=20),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    block=st.sampled_from([1, 9, 16 << 20]),
)
def test_what_a_writer_of_csv_wrote_comes_back(
    rows: list[tuple[str, str]], end: str, block: int
) -> None:
    stream = io.StringIO(newline="")
    # Without quotes around every cell, a line break other than the end of lines gets none.
    quoting = csv.QUOTE_MINIMAL if end == "\r\n" else csv.QUOTE_ALL
    csv.writer(stream, lineterminator=end, quoting=quoting).writerows([("task", "note"), *rows])
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(csv_rows, "_BLOCK_BYTES", block)
        patch.setattr(os, "fsync", lambda descriptor: None)  # durability is not tested here
        found = _stage(stream.getvalue().encode(), Path(folder))
    assert found == (["task", "note"], rows, [])


def _lines(rows: int, columns: int) -> list[str]:
    if columns == 1:
        return ["task", *map(str, sentences(rows))]
    return ["id,task", *(f"{n},{text}" for n, text in enumerate(sentences(rows)))]


@pytest.mark.usefixtures("scored_parts")
@pytest.mark.parametrize("columns", [1, 2])
def test_a_file_that_ends_inside_quotes_is_refused(
    columns: int, engine_folder: Path, tmp_path: Path
) -> None:
    """Read as it stands, the 51st of 10,000 rows would swallow all others."""
    lines = _lines(10_000, columns)
    lines[51] = lines[51].replace("Prepare", '"Prepare')
    (tmp_path / "in.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(EngineError, match=r"in\.csv ends inside quotes; .* begins on line 52 open"):
        run(tmp_path / "in.csv", tmp_path / "out", engine_folder)
    assert not list((tmp_path / "out").rglob("*.parquet"))
    lines[51] += '"'
    (tmp_path / "in.csv").write_text("\n".join(lines) + "\n")
    assert _stage((tmp_path / "in.csv").read_bytes(), tmp_path)[2] == []


@pytest.mark.parametrize("columns", [1, 2])
def test_rows_that_an_open_quote_merges_are_refused(columns: int, tmp_path: Path) -> None:
    """The quote that begins the next quoted cell seems to close the open one."""
    lines = [line.replace("Prepare", '"Prepare') + '"' for line in _lines(100, columns)]
    lines[0] = _lines(0, columns)[0]
    lines[51] = lines[51].removesuffix('"')
    message = r"in\.csv lines 52 to 53: a cell in quotes runs over several lines, and text follows"
    with pytest.raises(InputError, match=message):
        _stage("\n".join(lines).encode(), tmp_path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"caf\xe9\nLift boxes.\n", "line 1 is not UTF-8"),
        (b"task\nLift\0boxes.\n", "it has NUL bytes"),
        (b"", "it has no rows"),
        (b"\r\n\n\n", "it has no rows"),
    ],
)
def test_what_is_no_csv_is_named(content: bytes, what: str, tmp_path: Path) -> None:
    message = rf"in\.csv is not a readable CSV file \({re.escape(what)}\); save it as UTF-8 with"
    with pytest.raises(InputError, match=message):
        _stage(content, tmp_path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("task\nLift boxes.\n".encode("utf-16"), "has the encoding UTF-16LE, not UTF-8"),
        ("task\nLift boxes.\n".encode("utf-16-le"), "has the encoding UTF-16LE, not UTF-8"),
        (gzip.compress(b"task\nLift boxes.\n"), "is not text but gzip; unpack it"),
        (b"PK\x03\x04rest", "is not text but a ZIP archive or an Excel workbook"),
        (b"PAR1rest", "is not text but Parquet"),
    ],
)
def test_another_encoding_or_format_is_named(content: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"in\.csv {re.escape(what)}"):
        _stage(content, tmp_path)


def test_a_row_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    message = r"in\.csv: the row that begins on line 2 has more than 16 MB or 100,000 lines; close"
    for content in (b"task\n" + b"a" * (17 << 20), b'task\n"' + b"a\n" * 100_001):
        with pytest.raises(InputError, match=message):
            _stage(content, tmp_path)


def test_thousands_of_columns_pass_and_millions_are_refused_at_once(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(3_000)]
    content = "\n".join([",".join(names)] + [",".join("x" * len(names))] * 2).encode()
    assert _stage(content, tmp_path)[1] == [tuple("x" * len(names))] * 2
    start = time.process_time()
    with pytest.raises(InputError, match="has 1,000,000 columns, and at most 20,000 can pass"):
        _stage(b",".join(b"c%d" % n for n in range(1_000_000)), tmp_path)
    assert time.process_time() - start < 5
