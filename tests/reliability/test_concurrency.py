"""Threads, forked processes, and a store that is written while pages read it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.web.content.site import Site
from engine.web.server.app import create_app
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import COMPLETE, Store
from tests.conftest import ROOT, WordEncoder
from tests.reliability import actions

pytestmark = pytest.mark.reliability

_SAME_BITS = """
import hashlib, multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from engine import Occupation, RiskEngine

def answers(engine, number):
    tasks = [f"Prepare report {number} on topic {topic} for clients." for topic in range(12)]
    result = engine.score_occupation(Occupation(f"Job {number}", tasks))
    text = result.to_json() + repr(engine.similar_careers(result, 5))
    text += repr(engine.score_table(tasks).columns["risk"].tolist())
    return hashlib.sha256(text.encode()).hexdigest()

if __name__ == "__main__":
    folder, jobs = sys.argv[1], range(8)
    engine = RiskEngine.load(folder)
    encoder = engine._vectors.encoder
    # Each job by an engine that has done nothing else.
    alone = [answers(RiskEngine.load(folder, encoder=encoder), number) for number in jobs]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(answers, [engine] * 8, jobs))
    print("threads", sum(map(str.__eq__, alone, found)), flush=True)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(answers, [engine] * 8, jobs, chunksize=4))
    print("processes", sum(map(str.__eq__, alone, found)), flush=True)
"""


def test_threads_and_spawned_processes_compute_the_same_bits(
    starter_folder: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    program = tmp_path / "same_bits.py"
    program.write_text(_SAME_BITS)
    done = _run([str(program), str(starter_folder)])
    assert done.returncode == 0, done.stdout + done.stderr[-8_000:]
    assert done.stdout.splitlines() == ["threads 8", "processes 8"]
    record_property("equal to the bit", "8 threads, 2 spawned processes")


_FORKS = """
import os, signal, sys, threading
from engine import RiskEngine, read_posting
from engine.encoders.minilm import MiniLMEncoder
from engine.encoders.static import StaticEncoder
from engine.errors import EncoderError

folder = sys.argv[1]
code = "29-1129.01"
scored = RiskEngine.load(folder).score_occupation(code)
encoder = MiniLMEncoder()

def work(engine, number):
    engine.score_tasks([f"Write report {number} for clients."])
    engine.similar_careers(scored, 3)
    encoder.encode([f"File form {number}."])
    engine.match_titles([f"Nurse {number}"])
    engine.fingerprint

def refuses(action):
    try:
        action()
    except EncoderError as error:
        return "before this process was forked" in str(error)

def child(engine):
    signal.alarm(60)  # ends a process that hangs
    actions = [
        lambda: engine.score_tasks(["Write reports."]),
        lambda: engine.score_table(["Write reports."] * 3),
        lambda: engine.score_occupation(code),
        lambda: engine.similar_careers(scored, 3),
        lambda: engine.career_paths(scored),
        lambda: engine.compare([scored, scored]),
        lambda: encoder.encode(["Write reports."]),
        lambda: MiniLMEncoder().encode(["Write reports."]),
        lambda: StaticEncoder().encode(["Write reports."]),
        lambda: engine.match_titles(["Nurse"]),
        lambda: engine.score_workforce([{"job title": "Nurse"}]),
        lambda: read_posting("Duties\\n- Write reports for clients."),
    ]
    refused = all(map(refuses, actions))
    engine.fingerprint, engine.find(code), engine.corpus.titles  # without threads or locks
    os._exit(0 if refused else 1)

refused = 0
for number in range(8):
    engine = RiskEngine.load(folder)  # so that threads compute what it keeps
    threads = [threading.Thread(target=work, args=(engine, n)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads[:number % 4]:
        thread.join()
    process = os.fork()
    if not process:
        child(engine)
    refused += os.waitpid(process, 0)[1] == 0
    for thread in threads:
        thread.join()
work(engine, 0)  # the parent process goes on
print(refused)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_forked_process_refuses_at_once_while_threads_score(
    starter_folder: Path, record_property: Callable[[str, object], None]
) -> None:
    """Without the refusal it would wait forever for a lock or a thread that it does not have."""
    done = _run(["-c", _FORKS, str(starter_folder)])
    assert done.stdout.splitlines() == ["8"], done.stdout + done.stderr[-8_000:]
    record_property("forks refused", 8)


def _run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "HF_HUB_OFFLINE": "1",
            "OMP_NUM_THREADS": "2",
        },
        capture_output=True,
        text=True,
    )


class _Runs:
    """Complete scoring runs one after another, each with a risk that identifies it."""

    def __init__(self, engine: RiskEngine, url: str) -> None:
        self.url = url
        self._engine = engine
        self._store = Store(url)
        run_pipeline(engine, self._store)
        codes = list(engine.corpus.rows_of)
        records = {code: self._store.score(code, engine.fingerprint) for code in codes}
        self._records = {code: record for code, record in records.items() if record is not None}
        self._matches = {code: self._store.matches(code, 1) for code in codes}

    def complete_one(self) -> None:
        engine, store = self._engine, self._store
        run = store.start_run(engine.fingerprint, "starter", 0.9, None)
        for code, record in self._records.items():
            risk = {"risk": _risk_of(run.run_id)}
            store.put_score(run.run_id, record | risk, self._matches[code])
        store.finish_run(run.run_id)


def _risk_of(run_id: int) -> float:
    return run_id / 10_000


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Runs:
    """One complete run; sites look for a newer one at every request."""
    monkeypatch.setattr("engine.web.content.run_monitor.SECONDS_BETWEEN_CHECKS", 0.0)
    runs = _Runs(actions.engines()[0], f"sqlite:///{tmp_path / 'scores.sqlite'}")
    runs.complete_one()
    return runs


def test_every_answer_comes_from_a_single_run(
    runs: _Runs, record_property: Callable[[str, object], None]
) -> None:
    engine, url = actions.engines()[0], runs.url
    code = min(engine.corpus.rows_of)
    finished = threading.Event()

    def write() -> None:
        for _ in range(30):
            runs.complete_one()
        finished.set()

    def risks(client: TestClient, path: str) -> set[float]:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        if path.endswith(".csv"):
            return {float(row["risk"]) for row in csv.DictReader(answer.text.splitlines())}
        found = answer.json()
        rows = found.get("occupations", [found])
        assert {row["risk"] for row in rows} == {_risk_of(row["run_id"]) for row in rows}
        return {row["risk"] for row in rows}

    def read(client: TestClient, path: str) -> int:
        seen = set()
        while not finished.is_set():
            found = risks(client, path)
            assert len(found) == 1, path
            seen |= found
        return len(seen)

    paths = ["/api/occupations", "/data/occupations.csv", f"/api/occupations/{code}"]
    with ExitStack() as open_servers, ThreadPoolExecutor(4) as threads:
        # Created one after another: libraries assume one application per process.
        servers = [create_app(lambda: Site(engine, Store(url))) for _ in paths]
        clients = [open_servers.enter_context(TestClient(server)) for server in servers]
        for client, path in zip(clients, paths, strict=True):
            risks(client, path)  # a route is set up by its first request
        readers = list(map(partial(threads.submit, read), clients, paths))
        threads.submit(write).result()
        seen = [reader.result() for reader in readers]
    assert min(seen) > 3  # otherwise, nothing changed while they read
    record_property("runs seen by each reader", seen)


def test_a_page_reads_the_store_once(runs: _Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a run that completes in the meantime cannot appear in only one part of the page."""
    engine, url = actions.engines()[0], runs.url
    reads = []
    overview = Site.overview

    def counting(site: Site) -> list[dict[str, object]]:
        reads.append(site)
        return overview(site)

    monkeypatch.setattr(Site, "overview", counting)
    with TestClient(create_app(lambda: Site(engine, Store(url)))) as client:
        for path in ("/?q=a", "/groups/29", "/data/occupations.csv", "/api/occupations?q=a"):
            reads.clear()
            client.get(path)
            assert len(reads) == 1, path


def test_a_running_server_keeps_its_engine_when_the_folder_is_replaced(tmp_path: Path) -> None:
    """The pipeline of the new engine writes to the same store."""
    url = f"sqlite:///{tmp_path / 'scores.sqlite'}"
    folder = tmp_path / "engine"
    actions.save(folder, 0)
    engine = RiskEngine.load(folder, encoder=WordEncoder())
    run_pipeline(engine, Store(url))
    code = next(iter(engine.corpus.rows_of))
    paths = ["/", "/api/occupations", f"/occupations/{code}", f"/api/occupations/{code}/similar"]
    job = {"tasks": ["Write reports for clients.", "Plan sessions for groups."]}

    def answers(client: TestClient) -> list[str]:
        return [client.get(path).text for path in paths] + [
            json.dumps(client.post("/api/score", json=job).json())
        ]

    with TestClient(create_app(lambda: Site(engine, Store(url)))) as client:
        before = answers(client)
    with TestClient(create_app(lambda: Site(engine, Store(url)))) as client:
        actions.save(folder, 1)
        run_pipeline(actions.engines()[1], Store(url))
        assert [run.state for run in Store(url).runs()] == [COMPLETE, COMPLETE]
        assert answers(client) == before
