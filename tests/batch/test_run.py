from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from engine import Corpus, EngineError, RiskEngine
from engine.batch import plan, process_pool, scorer
from engine.batch.plan import Settings
from engine.batch.run import Progress, Summary, run_batch
from engine.batch.scorer import PartScorer
from engine.encoders.cache import EmbeddingCache
from tests.conftest import ROOT, WordEncoder


@pytest.fixture(scope="module")
def model(engine: RiskEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("engines") / "words"
    engine.save(folder)
    return folder


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Parts are scored here, with the encoder of the tests; gives the numbers of those scored."""
    numbers: list[int] = []

    class Loader:
        @staticmethod
        def load(path: str, *, confidence: float | None) -> RiskEngine:
            return RiskEngine.load(path, encoder=WordEncoder(), confidence=confidence)

    def score_here(parts, settings, output, workers):  # type: ignore[no-untyped-def]
        scorer = PartScorer(settings, output)
        for one in parts:
            numbers.append(one.number)
            yield scorer(one)

    monkeypatch.setattr(scorer, "RiskEngine", Loader)
    monkeypatch.setattr(process_pool, "score_locally", score_here)
    return numbers


def _texts(count: int) -> list[str]:
    return [f"Prepare report {number} on sales for clients." for number in range(count)]


def _write(path: Path, texts: list[object], **options: object) -> pa.Table:
    table = pa.table({"id": [f"{n:04d}" for n in range(len(texts))], "task": pa.array(texts)})
    pq.write_table(table, path, **options)
    return table


def _read(output: Path) -> pa.Table:
    return pq.read_table(output / "scores")


def _run(source: Path | str, output: Path, model: Path, **asked: object) -> Summary:
    return run_batch(str(source), output, Settings(model=str(model), **asked))  # type: ignore[arg-type]


@pytest.mark.usefixtures("in_this_process")
def test_all_rows_come_out_in_order_with_their_columns_and_scores(
    engine: RiskEngine, model: Path, tmp_path: Path
) -> None:
    texts = _texts(1_000)
    given = _write(tmp_path / "in.parquet", texts, row_group_size=130)
    done = _run(tmp_path / "in.parquet", tmp_path / "out", model, part_rows=300)
    assert (done.parts, done.scored, done.rejected) == (4, 1_000, 0)
    found = _read(tmp_path / "out")
    assert found.select(["id", "task"]).equals(given)
    for name, values in engine.score_table(texts).columns.items():
        if values.dtype == np.float32:
            np.testing.assert_allclose(found[name].to_numpy(), values, atol=1e-6)
        else:
            assert found[name].to_pylist() == values.tolist()


@pytest.mark.usefixtures("in_this_process")
def test_bad_rows_are_set_aside_with_reason_and_place(model: Path, tmp_path: Path) -> None:
    texts: list[object] = [*_texts(50)]
    texts[3], texts[7], texts[11], texts[49] = None, "", "word " * 200_000, "1234"
    _write(tmp_path / "in.parquet", texts)
    done = _run(tmp_path / "in.parquet", tmp_path / "out", model, part_rows=20)
    assert (done.scored, done.rejected) == (46, 4)
    rejects = pq.read_table(done.rejects).to_pylist()
    assert [row["row"] for row in rejects] == [4, 8, 12, 50]
    for row, said in zip(rejects, ["None", "blank", "999,999", "no letters"], strict=True):
        assert said in row["reason"]
    assert max(len(row["text"] or "") for row in rejects) == 200
    kept = _read(tmp_path / "out")["id"].to_pylist()
    assert kept == [f"{n:04d}" for n in range(50) if n not in (3, 7, 11, 49)]
    assert done.first_rejects[0].row == 4


def test_a_run_that_was_cut_off_goes_on_and_does_nothing_twice(
    model: Path, tmp_path: Path, in_this_process: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path / "in.parquet", [*_texts(95), "", *_texts(4)])
    whole = process_pool.score_locally

    def cut_off(parts, *rest):  # type: ignore[no-untyped-def]
        for number, outcome in enumerate(whole(parts, *rest)):
            yield outcome
            if number == 3:
                raise KeyboardInterrupt

    monkeypatch.setattr(process_pool, "score_locally", cut_off)
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "in.parquet", tmp_path / "out", model, part_rows=10)
    (tmp_path / "out" / "scores" / ".writing-left").write_bytes(b"half a part")
    monkeypatch.setattr(process_pool, "score_locally", whole)
    seen: list[Progress] = []
    settings = Settings(model=str(model), part_rows=10)
    done = run_batch(str(tmp_path / "in.parquet"), tmp_path / "out", settings, report=seen.append)
    assert in_this_process == list(range(10))
    assert (done.parts, done.resumed, done.scored, done.rejected) == (10, 4, 99, 1)
    assert (seen[0].before, seen[-1].done, seen[-1].rows) == (40, 100, 100)
    expected = [f"{n:04d}" for n in range(100) if n != 95]
    assert _read(tmp_path / "out")["id"].to_pylist() == expected
    again = _run(tmp_path / "in.parquet", tmp_path / "out", model, part_rows=10)
    assert (again.resumed, len(in_this_process)) == (10, 10)


@pytest.mark.usefixtures("in_this_process")
def test_csv_keeps_every_cell_and_sets_aside_what_is_no_row(model: Path, tmp_path: Path) -> None:
    rows = [
        b"code,task,note",
        b'007,"Write reports, monthly.",',
        b"008,Lift boxes.,a,b",
        b'009,"Paint\nwalls of houses.",3.50',
        b"010,Caf\xe9 work.,x",
        b"011,Answer phones in the office.,NULL",
    ]
    (tmp_path / "in.csv").write_bytes(b"\n".join(rows) + b"\n")
    done = _run(tmp_path / "in.csv", tmp_path / "out", model)
    found = _read(tmp_path / "out").select(["code", "task", "note"]).to_pylist()
    assert found == [
        {"code": "007", "task": "Write reports, monthly.", "note": ""},
        {"code": "009", "task": "Paint\nwalls of houses.", "note": "3.50"},
        {"code": "011", "task": "Answer phones in the office.", "note": "NULL"},
    ]
    reasons = pq.read_table(done.rejects)["reason"].to_pylist()
    assert sorted(reasons) == [
        "4 cells: expected 3, as in the header",
        "byte 0xe9 is not UTF-8: expected UTF-8 text",
    ]


@pytest.mark.usefixtures("in_this_process")
def test_a_damaged_page_costs_its_rows_only(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    _write(path, _texts(400), row_group_size=100, write_page_checksum=True, compression="none")
    content = bytearray(path.read_bytes())
    place = content.index(b"Prepare report 250 ")
    content[place : place + 7] = b"Destroy"
    path.write_bytes(content)
    done = _run(path, tmp_path / "out", model, part_rows=150)
    assert done.scored + done.rejected == 400
    assert done.rejected == 100
    assert [(r["row"], r["rows"]) for r in pq.read_table(done.rejects).to_pylist()] == [
        (201, 100)
    ] or sum(r["rows"] for r in pq.read_table(done.rejects).to_pylist()) == 100
    assert set(_read(tmp_path / "out")["id"].to_pylist()).isdisjoint({"0200", "0250", "0299"})


@pytest.mark.usefixtures("in_this_process")
def test_text_that_is_not_utf8_and_dictionaries(model: Path, tmp_path: Path) -> None:
    raw = pa.array([b"Write reports.", b"Caf\xe9 work.", b"Lift boxes."], pa.binary())
    broken = pa.Array.from_buffers(pa.string(), 3, raw.buffers())
    pq.write_table(pa.table({"task": broken}), tmp_path / "broken.parquet")
    done = _run(tmp_path / "broken.parquet", tmp_path / "one", model)
    assert (done.scored, done.rejected) == (2, 1)
    words = pa.array(["Lift boxes.", "Paint walls.", "Lift boxes."]).dictionary_encode()
    pq.write_table(pa.table({"task": words}), tmp_path / "words.parquet")
    assert _run(tmp_path / "words.parquet", tmp_path / "two", model).scored == 3


@pytest.mark.usefixtures("in_this_process")
def test_a_folder_is_read_in_order_and_codes_leave_their_own_evidence_out(
    engine: RiskEngine, model: Path, tmp_path: Path
) -> None:
    result = engine.score_occupation(next(iter(engine.corpus.rows_of)))
    tasks = [task.task for task in result.tasks]
    (tmp_path / "in").mkdir()
    for name, part_of in (("b", tasks[3:]), ("a", tasks[:3])):
        table = pa.table({"task": part_of, "soc": [result.soc_code] * len(part_of)})
        pq.write_table(table, tmp_path / "in" / f"{name}.parquet")
    _run(tmp_path / "in", tmp_path / "out", model, soc_column="soc")
    found = _read(tmp_path / "out")
    assert found["task"].to_pylist() == tasks
    np.testing.assert_allclose(found["risk"], [task.risk for task in result.tasks], atol=1e-6)
    (tmp_path / "in" / "notes.txt").write_text("not for scoring")
    assert _run(f"{tmp_path}/in/*.parquet", tmp_path / "two", model).scored == len(tasks)


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize(
    ("table", "asked", "said"),
    [
        ({"text": ["a"]}, {}, "no column 'task': expected one of text"),
        ({"task": [1, 2]}, {}, "column 'task' holds int64: expected text"),
        ({"task": ["a"], "risk": [0.1]}, {}, "has column risk"),
        ({"task": ["a"]}, {"soc_column": "soc"}, "no column 'soc'"),
        ({"task": ["a"]}, {"part_rows": 0}, "part_rows is 0: expected from 1"),
    ],
)
def test_what_cannot_be_scored_is_refused_before_anything_is_written(
    table: dict[str, list[object]], asked: dict[str, object], said: str, model: Path, tmp_path: Path
) -> None:
    pq.write_table(pa.table(table), tmp_path / "in.parquet")
    with pytest.raises(EngineError, match=said):
        _run(tmp_path / "in.parquet", tmp_path / "out", model, **asked)
    assert list((tmp_path / "out").rglob("*.parquet")) == []


@pytest.mark.usefixtures("in_this_process")
def test_inputs_that_are_none_and_outputs_of_others_are_refused(
    model: Path, tmp_path: Path
) -> None:
    with pytest.raises(EngineError, match="no file is there"):
        _run(tmp_path / "nothing.parquet", tmp_path / "out", model)
    (tmp_path / "bad.parquet").write_bytes(b"not a file of this kind")
    bad = tmp_path / "bad.parquet"
    with pytest.raises(EngineError, match=r"bad.parquet cannot be read .*expected a Parquet"):
        _run(tmp_path / "bad.parquet", tmp_path / "out1", model)
    _write(bad, [*_texts(5)])  # mended, the same folder will do
    assert _run(bad, tmp_path / "out1", model).scored == 5
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(EngineError, match=r"empty.csv cannot be read .*expected a CSV file"):
        _run(tmp_path / "empty.csv", tmp_path / "out2", model)
    _write(tmp_path / "in.parquet", [*_texts(5)])
    (tmp_path / "bad.txt").write_text("Lift boxes.")
    with pytest.raises(EngineError, match="expected a name ending in .parquet or .csv"):
        _run(f"{tmp_path}/*.txt", tmp_path / "out", model)
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.docx").write_text("years of work")
    with pytest.raises(EngineError, match="is not the output of a run"):
        _run(tmp_path / "in.parquet", tmp_path / "thesis", model)
    _run(tmp_path / "in.parquet", tmp_path / "out", model)
    with pytest.raises(EngineError, match=r"another run \(part_rows differ\)"):
        _run(tmp_path / "in.parquet", tmp_path / "out", model, part_rows=3)
    both = tmp_path / "both"
    both.mkdir()
    _write(both / "a.parquet", [*_texts(5)])
    pq.write_table(pa.table({"task": ["Lift boxes."], "place": ["here"]}), both / "b.parquet")
    with pytest.raises(EngineError, match="b.parquet has other columns than"):
        _run(both, tmp_path / "out3", model)


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("step", range(5))
def test_a_run_that_was_killed_while_it_began_begins_anew(
    step: int, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at any of its steps: its folder, what says that it began, the folders in it."""
    _write(tmp_path / "in.parquet", [*_texts(5)])
    done: list[str] = []

    def until_killed(real: Callable[..., None]) -> Callable[..., None]:
        def call(path: Path, *rest: object, **options: object) -> None:
            if len(done) == step:
                raise KeyboardInterrupt
            done.append(path.name)
            real(path, *rest, **options)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", until_killed(Path.mkdir))
        patch.setattr(plan, "write_whole", until_killed(plan.write_whole))
        with pytest.raises(KeyboardInterrupt):
            _run(tmp_path / "in.parquet", tmp_path / "out", model)
    assert len(done) == step
    assert _run(tmp_path / "in.parquet", tmp_path / "out", model).scored == 5


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("name", ["scores/mine.txt", "scores", "other/", "run.json/"])
def test_a_folder_that_only_looks_like_the_output_of_a_run_is_left_alone(
    name: str, model: Path, tmp_path: Path
) -> None:
    _write(tmp_path / "in.parquet", [*_texts(5)])
    path = tmp_path / "out" / name
    if name.endswith("/"):
        path.mkdir(parents=True)
    else:
        path.parent.mkdir(parents=True)
        path.write_text("years of work")
    before = sorted((tmp_path / "out").rglob("*"))
    with pytest.raises(EngineError, match="is not the output of a run"):
        _run(tmp_path / "in.parquet", tmp_path / "out", model)
    assert sorted((tmp_path / "out").rglob("*")) == before


@pytest.mark.usefixtures("in_this_process")
def test_a_full_disk_stops_the_run_and_leaves_what_is_whole(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path / "in.parquet", [*_texts(30)])
    written = pq.ParquetWriter.write_table

    def full(self, table, *rest):  # type: ignore[no-untyped-def]
        if "0020" in table["id"].to_pylist():
            raise OSError(28, "No space left on device")
        written(self, table, *rest)

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(EngineError, match=r"No space left.*is whole.*again to go on"):
        _run(tmp_path / "in.parquet", tmp_path / "out", model, part_rows=10)
    assert _read(tmp_path / "out").num_rows == 20
    assert not list((tmp_path / "out").rglob(".writing-*"))
    monkeypatch.setattr(pq.ParquetWriter, "write_table", written)
    assert _run(tmp_path / "in.parquet", tmp_path / "out", model, part_rows=10).scored == 30


@pytest.mark.usefixtures("in_this_process")
def test_on_a_disk_that_is_really_full_what_is_written_is_whole(
    model: Path, tmp_path: Path
) -> None:
    """A disk of 96 kB in memory; enlarged, it takes the rest of the run."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here: it takes Linux and its superuser")
    try:
        ids = np.random.default_rng(0).bytes(64 * 2_000)
        given = pa.table({"id": [ids[n * 64 :][:64] for n in range(2_000)], "task": _texts(2_000)})
        pq.write_table(given, tmp_path / "in.parquet")
        with pytest.raises(EngineError, match=r"No space left.*is whole.*again to go on"):
            _run(tmp_path / "in.parquet", disk / "out", model, part_rows=400)
        begun = _read(disk / "out").select(["id", "task"])
        assert 0 < begun.num_rows < 2_000
        assert begun.equals(given.slice(0, begun.num_rows))
        assert not list(disk.rglob(".writing-*"))
        larger = ["mount", "-o", "remount,size=8m", str(disk)]
        subprocess.run(larger, check=True, capture_output=True)
        done = _run(tmp_path / "in.parquet", disk / "out", model, part_rows=400)
        assert (done.resumed, done.scored) == (begun.num_rows // 400, 2_000)
        assert _read(disk / "out").select(["id", "task"]).equals(given)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
def test_the_command_survives_a_kill(starter_folder: Path, tmp_path: Path) -> None:
    """Killed in the middle by a signal that cannot be caught, and run again: nothing is missing."""
    given = _write(tmp_path / "in.parquet", [*_texts(1_200)])
    command = [sys.executable, "-m", "engine", "batch", str(tmp_path / "in.parquet")]
    command += [str(tmp_path / "out"), "--model", str(starter_folder), "--part-rows", "100"]
    scores = tmp_path / "out" / "scores"
    run = subprocess.Popen([*command, "--workers", "1"], cwd=ROOT, start_new_session=True)
    while not list(scores.glob("part-*")) and run.poll() is None:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    before = {path.name: path.stat().st_mtime_ns for path in scores.glob("part-*")}
    assert 0 < len(before) < 12
    done = subprocess.run([*command, "--workers", "1"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "1,200 rows scored" in done.stdout
    assert "of 1,200 rows" in done.stderr
    assert _read(tmp_path / "out").select(["id", "task"]).equals(given)
    after = {path.name: path.stat().st_mtime_ns for path in scores.glob("part-*")}
    assert {name: after[name] for name in before} == before


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of Ray's own
def test_a_cluster_loses_a_worker_and_no_row(
    small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two nodes on this machine; the first worker that is found at work is killed, once."""
    ray = pytest.importorskip("ray", reason="Ray is not installed: it comes with the extra 'ray'")
    psutil = pytest.importorskip("psutil")
    from ray.cluster_utils import Cluster

    RiskEngine.build(small, "static", cache=EmbeddingCache(tmp_path)).save(tmp_path / "model")
    given = _write(tmp_path / "in.parquet", [*_texts(9_000), "", *_texts(999)])
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # else a busy machine lets workers starve
    killed: list[int] = []

    def kill_one(progress: Progress) -> None:
        for process in psutil.Process().children(recursive=True):
            if progress.done and not killed and "ray::Map" in " ".join(process.cmdline()):
                process.kill()
                killed.append(process.pid)

    try:
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    except Exception as error:  # a plain one is what Ray raises
        if "timed out during startup" not in str(error):
            raise
        pytest.skip("Ray cannot start a node in the 30 s that it allows: the machine is too busy")
    try:
        cluster.add_node(num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False)
        settings = Settings(model=str(tmp_path / "model"), part_rows=1_000)
        done = run_batch(
            str(tmp_path / "in.parquet"),
            tmp_path / "out",
            settings,
            engine="ray",
            report=kill_one,
        )
        nodes = [node for node in ray.nodes() if node["Alive"]]
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert (len(nodes), len(killed)) == (2, 1)
    assert (done.parts, done.scored, done.rejected) == (10, 9_999, 1)
    kept = pc.field("task") != ""
    assert _read(tmp_path / "out").select(["id", "task"]).equals(given.filter(kept))


def test_a_cluster_without_ray_is_refused(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    _write(tmp_path / "in.parquet", [*_texts(5)])
    settings = Settings(model=str(model))
    with pytest.raises(EngineError, match=r"--engine ray needs Ray.*occupation-risk\[ray\]"):
        run_batch(str(tmp_path / "in.parquet"), tmp_path / "out", settings, engine="ray")
