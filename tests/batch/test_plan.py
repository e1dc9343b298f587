from __future__ import annotations

import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import EngineError
from engine.batch.columns import check_schema
from engine.batch.plan import FileState, InputFile, Part, Settings, find_inputs, plan_parts
from tests.batch.conftest import run, sentences, write_tasks


def test_parts_cover_every_row_of_every_file_in_order(tmp_path: Path) -> None:
    files, states = [], []
    for name, rows in (("a", 25), ("b", 10)):
        path = tmp_path / f"{name}.parquet"
        write_tasks(path, sentences(rows))
        found = path.stat()
        states.append(FileState(bytes=found.st_size, modified=found.st_mtime_ns))
        assert FileState.of(path) == states[-1]
        source = Path(f"{name}.csv")
        files.append(InputFile(path=path, source=source, state=states[-1], rows=rows))
    parts = plan_parts(files, Settings(engine="any", part_rows=10))
    a, b = (
        {"path": str(file.path), "source": str(file.source), "state": file.state} for file in files
    )
    assert parts == [
        Part(number=0, first=0, rows=10, **a),
        Part(number=1, first=10, rows=10, **a),
        Part(number=2, first=20, rows=5, **a),
        Part(number=3, first=0, rows=10, **b),
    ]
    assert parts[2].described == "part 2 (rows 21 to 25 of a.csv)"
    assert parts[3].file_name == "part-000003.parquet"


def test_inputs_are_a_file_a_folder_or_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.csv", "a.PARQUET", "notes.txt", "sub/c.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    os.mkfifo(tmp_path / "pipe.csv")  # reading it would wait for ever
    (tmp_path / "folder.parquet").mkdir()
    names = [path.name for path in find_inputs(str(tmp_path))]
    assert names == ["a.PARQUET", "b.csv", "c.csv"]
    assert find_inputs(str(tmp_path / "b.csv")) == [tmp_path / "b.csv"]
    assert find_inputs(f"{tmp_path}/*.csv") == [tmp_path / "b.csv"]
    monkeypatch.chdir(tmp_path)
    assert find_inputs("sub/*.csv") == [Path("sub/c.csv")]
    with pytest.raises(EngineError, match=r"notes\.txt is neither \.parquet nor \.csv; convert it"):
        find_inputs(f"{tmp_path}/*.txt")
    with pytest.raises(EngineError, match="no such file; give a .parquet or .csv file, a folder"):
        find_inputs("missing/*.csv")


@pytest.mark.usefixtures("scored_parts")
@pytest.mark.parametrize(
    ("table", "settings", "message"),
    [
        ({"text": ["a"]}, {}, "no column 'task', only text; name one with --text-column"),
        ({"task": [1, 2]}, {}, "column 'task' holds int64; convert it to text"),
        ({"task": ["a"], "risk": [0.1]}, {}, "the scores would replace column risk; rename it"),
        ({"task": ["a"]}, {"soc_column": "soc"}, "no column 'soc', only task; .* --soc-column"),
        ({"task": ["a"]}, {"part_rows": 0}, "part_rows is 0; give a number from 1 to 10,000,000"),
    ],
)
def test_an_input_that_cannot_be_scored_is_refused_before_any_row_is_written(
    table: dict[str, list[object]],
    settings: dict[str, object],
    message: str,
    engine_folder: Path,
    tmp_path: Path,
) -> None:
    pq.write_table(pa.table(table), tmp_path / "in.parquet")
    with pytest.raises(EngineError, match=message):
        run(tmp_path / "in.parquet", tmp_path / "out", engine_folder, **settings)
    assert list((tmp_path / "out").rglob("*.parquet")) == []


@pytest.mark.usefixtures("scored_parts")
def test_duplicate_columns_are_refused(engine_folder: Path, tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["a"])] * 3, names=["task", "note", "note"])
    pq.write_table(table, tmp_path / "in.parquet")
    with pytest.raises(EngineError, match="duplicate column 'note'; rename one"):
        run(tmp_path / "in.parquet", tmp_path / "out", engine_folder)


@pytest.mark.usefixtures("scored_parts")
def test_an_unreadable_input_is_refused_until_it_is_replaced(
    engine_folder: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"not a Parquet file")
    with pytest.raises(EngineError, match=r"bad\.parquet is not a readable Parquet file .*replace"):
        run(bad, tmp_path / "out", engine_folder)
    write_tasks(bad, sentences(5))
    assert run(bad, tmp_path / "out", engine_folder).scored == 5


@pytest.mark.usefixtures("scored_parts")
def test_files_with_different_columns_are_refused(engine_folder: Path, tmp_path: Path) -> None:
    both = tmp_path / "both"
    both.mkdir()
    write_tasks(both / "a.parquet", sentences(5))
    pq.write_table(pa.table({"task": ["Lift boxes."], "place": ["here"]}), both / "b.parquet")
    message = (
        r"b\.parquet and .*a\.parquet have different columns: task \(string\), place \(string\); "
        r"id \(string\), task \(string\)\. Score them in separate runs"
    )
    with pytest.raises(EngineError, match=message):
        run(both, tmp_path / "out", engine_folder)


def test_the_time_to_check_columns_grows_with_their_number() -> None:
    """Four times the columns take four times as long, not sixteen times."""
    seconds = []
    for count in (5_000, 20_000):
        schema = pa.schema(
            [("task", pa.string()), *((f"c{n}", pa.int8()) for n in range(1, count))]
        )
        start = time.process_time()
        for _ in range(5):
            check_schema(schema, "in", Settings(engine="any"), [])
        seconds.append(time.process_time() - start)
    assert seconds[1] < 8 * seconds[0]
    too_many = pa.schema([(f"c{n}", pa.int8()) for n in range(100_000)])
    with pytest.raises(EngineError, match="in has 100,000 columns, and at most 20,000 can"):
        check_schema(too_many, "in", Settings(engine="any"), [])
