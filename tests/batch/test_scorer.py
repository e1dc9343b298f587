from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import RiskEngine
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
