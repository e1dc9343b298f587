from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import EngineError, RiskEngine
from tests.batch.conftest import read_scores, run, sentences, write_tasks


@pytest.mark.usefixtures("scored_parts")
@pytest.mark.parametrize(
    ("damaged", "rejects"),
    [
        (250, [(201, 100)]),  # a row group within one part
        (120, [(101, 50), (151, 50)]),  # a row group of two parts
    ],
)
def test_damage_costs_the_rows_of_its_row_group_only(
    damaged: int, rejects: list[tuple[int, int]], engine_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "in.parquet"
    options = {"row_group_size": 100, "write_page_checksum": True, "compression": "none"}
    write_tasks(path, sentences(400), **options)
    content = bytearray(path.read_bytes())
    place = content.index(f"Prepare report {damaged} ".encode())
    content[place : place + 7] = b"Destroy"
    path.write_bytes(content)
    done = run(path, tmp_path / "out", engine_folder, part_rows=150)
    assert (done.scored, done.rejected) == (300, 100)
    found = pq.read_table(done.rejects).to_pylist()
    assert [(row["row"], row["rows"]) for row in found] == rejects
    assert all("the Parquet data is damaged" in row["reason"] for row in found)
    first = damaged // 100 * 100
    expected = [f"{n:04d}" for n in range(400) if not first <= n < first + 100]
    assert read_scores(tmp_path / "out")["id"].to_pylist() == expected


@pytest.mark.usefixtures("scored_parts")
def test_text_that_is_not_utf8_is_rejected(engine_folder: Path, tmp_path: Path) -> None:
    raw = pa.array([b"Write reports.", b"Caf\xe9 work.", b"Lift boxes."], pa.binary())
    broken = pa.Array.from_buffers(pa.string(), 3, raw.buffers())
    pq.write_table(pa.table({"task": broken}), tmp_path / "in.parquet")
    done = run(tmp_path / "in.parquet", tmp_path / "out", engine_folder)
    assert read_scores(tmp_path / "out")["task"].to_pylist() == ["Write reports.", "Lift boxes."]
    (reject,) = pq.read_table(done.rejects).to_pylist()
    assert (reject["row"], reject["text"]) == (2, "b'Caf\\xe9 work.'")


@pytest.mark.usefixtures("scored_parts")
def test_dictionary_columns_are_scored_as_their_values(engine_folder: Path, tmp_path: Path) -> None:
    words = ["Lift boxes.", "Paint walls.", "Lift boxes."]
    for name, column in (
        ("plain", pa.array(words)),
        ("coded", pa.array(words).dictionary_encode()),
    ):
        pq.write_table(pa.table({"task": column}), tmp_path / f"{name}.parquet")
        run(tmp_path / f"{name}.parquet", tmp_path / name, engine_folder)
    plain, coded = read_scores(tmp_path / "plain"), read_scores(tmp_path / "coded")
    assert coded["task"].to_pylist() == words
    assert coded["risk"].equals(plain["risk"])


@pytest.mark.usefixtures("scored_parts")
def test_tasks_of_the_reference_get_their_left_out_scores(
    engine: RiskEngine, engine_folder: Path, tmp_path: Path
) -> None:
    tasks = engine.corpus.tasks
    table = pa.table({"task": tasks["task"].tolist(), "code": tasks["soc_code"].tolist()})
    path = tmp_path / "in.parquet"
    pq.write_table(table, path)
    done = run(path, tmp_path / "out", engine_folder, soc_column="code", part_rows=400)
    assert (done.scored, done.rejected) == (len(tasks), 0)
    found, stored = read_scores(tmp_path / "out"), engine._parts.scores.predictions
    assert found["task"].to_pylist() == tasks["task"].tolist()
    for name, measure in (("risk", "automation"), ("human_agency", "human_agency")):
        for end, values in (("", stored.values), ("_low", stored.low), ("_high", stored.high)):
            scores = found[f"{name}{end}"].to_numpy()
            np.testing.assert_array_equal(scores, values[measure].astype(np.float32))


@pytest.mark.usefixtures("scored_parts")
def test_text_views_are_scored_as_text(engine_folder: Path, tmp_path: Path) -> None:
    words = ["Lift boxes.", "", "Paint walls."]
    for name, kind, raw in (
        ("plain", pa.string(), pa.binary()),
        ("views", pa.string_view(), pa.binary_view()),
    ):
        table = pa.table({"task": pa.array(words, kind), "raw": pa.array([b"1", b"2", b"3"], raw)})
        pq.write_table(table, tmp_path / f"{name}.parquet")
        run(tmp_path / f"{name}.parquet", tmp_path / name, engine_folder)
    assert read_scores(tmp_path / "views").equals(read_scores(tmp_path / "plain"))
    assert read_scores(tmp_path / "views")["task"].to_pylist() == ["Lift boxes.", "Paint walls."]


@pytest.mark.usefixtures("scored_parts")
def test_columns_that_cannot_be_copied_are_refused(engine_folder: Path, tmp_path: Path) -> None:
    tags = pa.array([["a"]], pa.list_(pa.string_view()))
    pq.write_table(pa.table({"task": ["Lift boxes."], "tags": tags}), tmp_path / "in.parquet")
    with pytest.raises(EngineError, match=r"column 'tags' holds list<.*string_view>, which cannot"):
        run(tmp_path / "in.parquet", tmp_path / "out", engine_folder)


@pytest.mark.usefixtures("scored_parts")
def test_a_file_that_says_it_has_more_rows_than_it_has_loses_none(
    engine_folder: Path, tmp_path: Path
) -> None:
    """In the footer, 500 (0xf4 0x03) becomes 600: one column and one group say so, 20 times 500."""
    path = tmp_path / "in.parquet"
    write_tasks(path, sentences(500), row_group_size=500)
    content = path.read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    footer = content[start:].replace(b"\x16\xe8\x07", b"\x16\xb0\x09")  # zigzag 500 and 600
    path.write_bytes(content[:start] + footer)
    assert pq.read_metadata(path).num_rows == 600
    done = run(path, tmp_path / "out", engine_folder)
    assert done.scored + done.rejected == 600
    assert all("the Parquet data is damaged" in reject.reason for reject in done.first_rejects)


@pytest.mark.usefixtures("scored_parts")
def test_a_footer_that_contradicts_itself_is_refused(engine_folder: Path, tmp_path: Path) -> None:
    """The file says 500 rows and its two groups 600, or the other way round."""
    for name, groups, says in (("fewer", 300, 500), ("more", 250, 600)):
        path = tmp_path / f"{name}.parquet"
        write_tasks(path, sentences(2 * groups), row_group_size=groups)
        content = path.read_bytes()
        start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
        total = content[start:].replace(_zigzag(2 * groups), _zigzag(says))
        path.write_bytes(content[:start] + total)
        assert pq.read_metadata(path).num_rows == says
        message = f"{name}.parquet is damaged: its footer says that it has {says} rows, and its row"
        with pytest.raises(EngineError, match=message):
            run(path, tmp_path / "out", engine_folder)


def _zigzag(number: int) -> bytes:
    """Encode a number of two bytes as Thrift does in a field of 64 bits."""
    return bytes([0x16, number * 2 & 0x7F | 0x80, number * 2 >> 7])


@pytest.mark.usefixtures("scored_parts")
def test_damaged_bytes_of_a_footer_are_an_error_and_never_a_crash(
    engine_folder: Path, tmp_path: Path
) -> None:
    """Every byte of the schema is replaced: either no row is lost, or the run ends."""
    path = tmp_path / "in.parquet"
    write_tasks(path, sentences(6), row_group_size=3, store_schema=False)
    content = path.read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    outcomes = set()
    for place in range(start, start + 60):
        path.write_bytes(content[:place] + b"\xff" + content[place + 1 :])
        try:
            done = run(path, tmp_path / f"out-{place}", engine_folder)
        except EngineError:
            outcomes.add("error")
        else:
            assert done.scored + done.rejected == 6
            outcomes.add("rows")
    assert outcomes == {"error", "rows"}


@pytest.mark.usefixtures("scored_parts")
def test_a_damaged_copy_of_a_csv_file_costs_no_row(engine_folder: Path, tmp_path: Path) -> None:
    lines = ["id,task", *(f"{n},{text}" for n, text in enumerate(sentences(30)))]
    (tmp_path / "in.csv").write_text("\n".join(lines))
    run(tmp_path / "in.csv", tmp_path / "out", engine_folder)
    parts = {path: path.read_bytes() for path in (tmp_path / "out" / "scores").iterdir()}
    next(iter(parts)).unlink()
    copy = tmp_path / "out" / "staged" / "input-000000.parquet"
    sound = copy.read_bytes()
    copy.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    with pytest.raises(EngineError, match=r"the copy of .*in\.csv, is damaged .*remove the copy"):
        run(tmp_path / "in.csv", tmp_path / "out", engine_folder)
    copy.unlink()
    assert run(tmp_path / "in.csv", tmp_path / "out", engine_folder).scored == 30
    assert {path: path.read_bytes() for path in parts} == parts
    assert copy.read_bytes() == sound


@pytest.mark.usefixtures("scored_parts")
@pytest.mark.parametrize("kept", [0, 3, 1_000, -1])
def test_a_part_whose_file_was_truncated_is_scored_again(
    kept: int, engine_folder: Path, tmp_path: Path
) -> None:
    write_tasks(tmp_path / "in.parquet", [*sentences(25), "", *sentences(4)])
    run(tmp_path / "in.parquet", tmp_path / "out", engine_folder, part_rows=10)
    parts = {path: path.read_bytes() for path in (tmp_path / "out").rglob("part-*")}
    (tmp_path / "out" / "rejects" / "part-000002.parquet").unlink()
    damaged = tmp_path / "out" / "scores" / "part-000001.parquet"
    damaged.write_bytes(damaged.read_bytes()[:kept])
    done = run(tmp_path / "in.parquet", tmp_path / "out", engine_folder, part_rows=10)
    assert (done.resumed, done.scored, done.rejected) == (1, 29, 1)
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("part-*")} == parts
