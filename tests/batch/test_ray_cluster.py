from __future__ import annotations

import contextlib
import sys
import threading
from pathlib import Path

import pyarrow.compute as pc
import pytest

from engine import Corpus, EngineError, RiskEngine
from engine.batch.plan import FileState, Part, Settings
from engine.batch.progress import BatchProgress
from engine.batch.ray_cluster import score_on_cluster
from engine.batch.run import run_batch
from engine.batch.scorer import Job
from engine.encoders.cache import EmbeddingCache
from tests.batch.conftest import read_scores, sentences, write_tasks


@pytest.mark.reliability
@pytest.mark.filterwarnings("ignore")  # raised by Ray
def test_a_cluster_loses_a_worker_and_no_row(
    small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are two nodes on this machine; the first busy worker found is killed, once."""
    ray = pytest.importorskip("ray", reason="Ray is not installed; it comes with the extra 'ray'")
    psutil = pytest.importorskip("psutil")
    from ray.cluster_utils import Cluster

    RiskEngine.build(small, "static", cache=EmbeddingCache(tmp_path)).save(tmp_path / "engine")
    table = write_tasks(tmp_path / "in.parquet", [*sentences(9_000), "", *sentences(999)])
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # otherwise, workers starve on a busy machine
    killed: list[int] = []

    def kill_one(progress: BatchProgress) -> None:
        for process in psutil.Process().children(recursive=True):
            if progress.done and not killed and "ray::Map" in " ".join(process.cmdline()):
                process.kill()
                killed.append(process.pid)

    try:
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    except Exception as error:  # Ray raises no more specific class
        if "timed out during startup" not in str(error):
            raise
        pytest.skip("Ray cannot start a node within its 30 s; the machine is too busy")
    try:
        cluster.add_node(num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False)
        settings = Settings(engine=str(tmp_path / "engine"), part_rows=1_000)
        done = run_batch(
            str(tmp_path / "in.parquet"),
            tmp_path / "out",
            settings,
            backend="ray",
            on_progress=kill_one,
        )
        nodes = [node for node in ray.nodes() if node["Alive"]]
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert (len(nodes), len(killed)) == (2, 1)
    assert (done.parts, done.scored, done.rejected) == (10, 9_999, 1)
    valid = pc.field("task") != ""
    assert read_scores(tmp_path / "out").select(["id", "task"]).equals(table.filter(valid))


@pytest.mark.reliability
@pytest.mark.filterwarnings("ignore")  # raised by Ray
def test_a_part_that_kills_every_worker_is_given_up(
    small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers are killed from outside whenever one has begun the part, as for lack of memory."""
    ray = pytest.importorskip("ray", reason="Ray is not installed; it comes with the extra 'ray'")
    psutil = pytest.importorskip("psutil")
    RiskEngine.build(small, "static", cache=EmbeddingCache(tmp_path)).save(tmp_path / "engine")
    table = write_tasks(tmp_path / "in.parquet", sentences(500))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_worker_niceness", "0")
    out, settings = tmp_path / "out", Settings(engine=str(tmp_path / "engine"))
    tries: list[int] = []
    stop = threading.Event()

    def kill_workers() -> None:
        while not stop.wait(0.01):
            begun = len(list(out.glob(".trying-*")))
            if begun == len(tries):
                continue
            tries.append(begun)
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    if "ray::Map" in " ".join(process.cmdline()):
                        process.kill()

    killer = threading.Thread(target=kill_workers)
    killer.start()
    try:
        message = r"3 processes were killed while they scored part 0 \(rows 1 to 500 of .*in\.parq"
        with pytest.raises(EngineError, match=message):
            run_batch(str(tmp_path / "in.parquet"), out, settings, backend="ray")
        stop.set()
        killer.join()
        assert tries == [1, 2, 3]
        (out / "scores" / ".writing-a1b2c3d4").write_bytes(b"left by a killed worker")
        done = run_batch(str(tmp_path / "in.parquet"), out, settings, backend="ray")
        assert (done.scored, done.rejected) == (500, 0)
        assert read_scores(out).select(["id", "task"]).equals(table)
        assert not [*out.rglob(".writing-*"), *out.glob(".trying-*")]
        state = FileState.of(tmp_path / "in.parquet")
        part = Part(number=9, path=str(tmp_path / "in.parquet"), source="in", state=state,
                    first=0, rows=500)  # fmt: skip
        job = Job(settings=settings, output=out, engine_sha256="0" * 64)
        with pytest.raises(EngineError, match="engine holds another engine than at the start of"):
            list(score_on_cluster([part], job, 1))
    finally:
        stop.set()
        ray.shutdown()


def test_without_ray_the_backend_is_refused(
    engine_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    write_tasks(tmp_path / "in.parquet", sentences(5))
    settings = Settings(engine=str(engine_folder))
    with pytest.raises(EngineError, match=r"--backend ray needs Ray.*occupation-risk\[ray\]"):
        run_batch(str(tmp_path / "in.parquet"), tmp_path / "out", settings, backend="ray")
