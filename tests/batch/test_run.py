from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import EngineError, RiskEngine
from engine.batch import process_pool
from engine.batch.plan import Settings
from engine.batch.progress import BatchProgress
from engine.batch.run import run_batch
from tests.batch.conftest import read_scores, run, sentences, write_tasks
from tests.conftest import ROOT


@pytest.mark.usefixtures("scored_parts")
def test_all_rows_come_out_in_order_with_their_columns_and_scores(
    engine: RiskEngine, engine_folder: Path, tmp_path: Path
) -> None:
    texts = sentences(1_000)
    table = write_tasks(tmp_path / "in.parquet", texts, row_group_size=130)
    done = run(tmp_path / "in.parquet", tmp_path / "out", engine_folder, part_rows=300)
    assert (done.parts, done.scored, done.rejected) == (4, 1_000, 0)
    found = read_scores(tmp_path / "out")
    assert found.select(["id", "task"]).equals(table)
    for name, values in engine.score_table(texts).columns.items():
        if values.dtype == np.float32:
            np.testing.assert_allclose(found[name].to_numpy(), values, atol=1e-6)
        else:
            assert found[name].to_pylist() == values.tolist()


@pytest.mark.usefixtures("scored_parts")
def test_invalid_rows_are_rejected_with_place_and_reason(
    engine_folder: Path, tmp_path: Path
) -> None:
    texts = sentences(50)
    texts[3], texts[7], texts[11], texts[49] = None, "", "word " * 200_000, "1234"
    write_tasks(tmp_path / "in.parquet", texts)
    done = run(tmp_path / "in.parquet", tmp_path / "out", engine_folder, part_rows=20)
    assert (done.scored, done.rejected) == (46, 4)
    rejects = pq.read_table(done.rejects).to_pylist()
    assert [row["row"] for row in rejects] == [4, 8, 12, 50]
    for row, reason in zip(rejects, ["None", "blank", "999,999", "no letters"], strict=True):
        assert reason in row["reason"]
    assert [len(row["text"] or "") for row in rejects] == [0, 0, 200, 4]
    kept = read_scores(tmp_path / "out")["id"].to_pylist()
    assert kept == [f"{n:04d}" for n in range(50) if n not in (3, 7, 11, 49)]
    assert [reject.row for reject in done.first_rejects] == [4, 8, 12]


def test_an_interrupted_run_resumes_and_repeats_no_complete_part(
    engine_folder: Path,
    tmp_path: Path,
    scored_parts: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_tasks(tmp_path / "in.parquet", [*sentences(95), "", *sentences(4)])
    uninterrupted = process_pool.score_locally

    def interrupted(parts, *rest):  # type: ignore[no-untyped-def]
        for number, result in enumerate(uninterrupted(parts, *rest)):
            yield result
            if number == 3:
                raise KeyboardInterrupt

    monkeypatch.setattr(process_pool, "score_locally", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "in.parquet", tmp_path / "out", engine_folder, part_rows=10)
    (tmp_path / "out" / "scores" / ".writing-left").write_bytes(b"half a part")
    monkeypatch.setattr(process_pool, "score_locally", uninterrupted)
    seen: list[BatchProgress] = []
    settings = Settings(engine=str(engine_folder), part_rows=10)
    done = run_batch(
        str(tmp_path / "in.parquet"), tmp_path / "out", settings, on_progress=seen.append
    )
    assert scored_parts == list(range(10))
    assert (done.parts, done.resumed, done.scored, done.rejected) == (10, 4, 99, 1)
    assert seen == [BatchProgress(40, rows, 100) for rows in range(40, 101, 10)]
    expected = [f"{n:04d}" for n in range(100) if n != 95]
    assert read_scores(tmp_path / "out")["id"].to_pylist() == expected
    again = run(tmp_path / "in.parquet", tmp_path / "out", engine_folder, part_rows=10)
    assert (again.resumed, len(scored_parts)) == (10, 10)


@pytest.mark.usefixtures("scored_parts")
def test_a_folder_is_read_in_order_and_codes_leave_their_own_evidence_out(
    engine: RiskEngine, engine_folder: Path, tmp_path: Path
) -> None:
    result = engine.score_occupation(next(iter(engine.corpus.rows_of)))
    tasks = [task.task for task in result.tasks]
    (tmp_path / "in").mkdir()
    for name, some in (("b", tasks[3:]), ("a", tasks[:3])):
        table = pa.table({"task": some, "soc": [result.soc_code] * len(some)})
        pq.write_table(table, tmp_path / "in" / f"{name}.parquet")
    run(tmp_path / "in", tmp_path / "out", engine_folder, soc_column="soc")
    found = read_scores(tmp_path / "out")
    assert found["task"].to_pylist() == tasks
    np.testing.assert_allclose(found["risk"], [task.risk for task in result.tasks], atol=1e-6)
    (tmp_path / "in" / "notes.txt").write_text("not for scoring")
    pattern = f"{tmp_path}/in/*.parquet"
    assert run(pattern, tmp_path / "two", engine_folder).scored == len(tasks)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"backend": "cloud"}, "--backend cloud does not exist; use local or ray"),
        ({"workers": 0}, "--workers is 0; give a number of at least 1"),
    ],
)
def test_invalid_arguments_are_refused_before_anything_is_written(
    arguments: dict[str, object], message: str, engine_folder: Path, tmp_path: Path
) -> None:
    write_tasks(tmp_path / "in.parquet", sentences(5))
    settings = Settings(engine=str(engine_folder))
    with pytest.raises(EngineError, match=message):
        run_batch(str(tmp_path / "in.parquet"), tmp_path / "out", settings, **arguments)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("scored_parts")
def test_a_full_disk_stops_the_run_and_keeps_complete_parts(
    engine_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tasks(tmp_path / "in.parquet", sentences(30))
    write_table = pq.ParquetWriter.write_table

    def full(self, table, *rest):  # type: ignore[no-untyped-def]
        if "0020" in table["id"].to_pylist():
            raise OSError(28, "No space left on device")
        write_table(self, table, *rest)

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(EngineError, match=r"No space left.*parts are kept.*again to resume"):
        run(tmp_path / "in.parquet", tmp_path / "out", engine_folder, part_rows=10)
    assert read_scores(tmp_path / "out").num_rows == 20
    assert not list((tmp_path / "out").rglob(".writing-*"))
    monkeypatch.setattr(pq.ParquetWriter, "write_table", write_table)
    assert run(tmp_path / "in.parquet", tmp_path / "out", engine_folder, part_rows=10).scored == 30


@pytest.mark.usefixtures("scored_parts")
def test_a_disk_that_is_really_full_holds_complete_parts_only(
    engine_folder: Path, tmp_path: Path
) -> None:
    """The disk has 96 kB in memory; after it is enlarged, the run resumes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here; run as superuser on Linux")
    try:
        ids = np.random.default_rng(0).bytes(64 * 2_000)
        table = pa.table(
            {"id": [ids[n * 64 :][:64] for n in range(2_000)], "task": sentences(2_000)}
        )
        pq.write_table(table, tmp_path / "in.parquet")
        with pytest.raises(EngineError, match=r"No space left.*parts are kept.*again to resume"):
            run(tmp_path / "in.parquet", disk / "out", engine_folder, part_rows=400)
        kept = read_scores(disk / "out").select(["id", "task"])
        assert 0 < kept.num_rows < 2_000
        assert kept.equals(table.slice(0, kept.num_rows))
        assert not list(disk.rglob(".writing-*"))
        enlarge = ["mount", "-o", "remount,size=8m", str(disk)]
        subprocess.run(enlarge, check=True, capture_output=True)
        done = run(tmp_path / "in.parquet", disk / "out", engine_folder, part_rows=400)
        assert (done.resumed, done.scored) == (kept.num_rows // 400, 2_000)
        assert read_scores(disk / "out").select(["id", "task"]).equals(table)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
def test_the_command_resumes_after_a_kill(starter_folder: Path, tmp_path: Path) -> None:
    """Kill it with an uncatchable signal, and run it again: no row is missing or repeated."""
    table = write_tasks(tmp_path / "in.parquet", sentences(480))
    command = [sys.executable, "-m", "engine", "batch", str(tmp_path / "in.parquet")]
    command += [str(tmp_path / "out"), "--engine", str(starter_folder), "--part-rows", "40"]
    command += ["--workers", "1"]
    scores = tmp_path / "out" / "scores"
    killed = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    while not list(scores.glob("part-*")) and killed.poll() is None:
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    before = {path.name: path.stat().st_mtime_ns for path in scores.glob("part-*")}
    assert 0 < len(before) < 12
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "480 rows scored" in done.stdout
    assert "of 480 rows" in done.stderr
    assert read_scores(tmp_path / "out").select(["id", "task"]).equals(table)
    after = {path.name: path.stat().st_mtime_ns for path in scores.glob("part-*")}
    assert {name: after[name] for name in before} == before
