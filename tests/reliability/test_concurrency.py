"""Threads, forked processes, and a store that is written while it is read."""

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

_PROGRAM = """
import faulthandler, hashlib, multiprocessing, sys, threading
from concurrent.futures import ThreadPoolExecutor
import torch
from engine import Occupation, RiskEngine
from engine.report import to_json

torch.set_num_threads(2)

def answers(engine, number):
    faulthandler.dump_traceback_later(200)  # tells where, should it hang
    tasks = [f"Prepare report {number} on topic {topic} for clients." for topic in range(12)]
    job = Occupation(f"Job {number}", tasks)
    said = to_json(engine.score_occupation(job)) + to_json(engine.similar_careers(job, 5))
    said += repr(engine.score_table(tasks).columns["risk"].tolist())
    faulthandler.cancel_dump_traceback_later()
    return hashlib.sha256(said.encode()).hexdigest()

engine, fresh = RiskEngine.load(sys.argv[1]), RiskEngine.load(sys.argv[1])
encoder = engine._vectors.encoder
# Each by an engine that has answered nothing else.
alone = [answers(RiskEngine.load(sys.argv[1], encoder=encoder), number) for number in range(8)]
with ThreadPoolExecutor(8) as threads:
    at_once = list(threads.map(lambda number: answers(engine, number), range(8)))
print("threads", sum(map(str.__eq__, alone, at_once)), flush=True)
context = multiprocessing.get_context("fork")
for used in (engine, fresh):  # with its model loaded, and not yet
    with context.Pool(4) as pool:
        forked = pool.starmap_async(answers, [(used, number) for number in range(8)])
        print("processes", sum(map(str.__eq__, alone, forked.get(240))), flush=True)
"""


def test_threads_and_forked_processes_give_the_same_bits(
    starter_folder: Path, record_property: Callable[[str, object], None]
) -> None:
    """With two threads of the libraries' own in the process that is forked, where a copy hangs."""
    environment = {"PATH": "/usr/bin:/bin", "TOKENIZERS_PARALLELISM": "true", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(starter_folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-8_000:]
    assert done.stdout.splitlines() == ["threads 8", "processes 8", "processes 8"]
    record_property("equal to the bit", "8 threads, 4 processes")


_ENDING = """
import os, signal, threading
from engine.encoder import SentenceTransformerEncoder

encoder = SentenceTransformerEncoder("minilm")
expected = encoder.encode(["File forms."])

def encode():
    assert abs(encoder.encode(["File forms."]) - expected).max() < 1e-6

def passed(number):
    threads = [threading.Thread(target=encode) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads[number % 8 :]:
        thread.join()
    child = os.fork()
    if not child:
        signal.alarm(60)
        encode()
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0

print(sum(map(passed, range(120))))
"""


def test_a_process_forked_while_threads_encode_or_end_encodes_too(
    record_property: Callable[[str, object], None],
) -> None:
    """MKL holds its memory locked for a moment whenever a thread that used it ends."""
    done = subprocess.run(
        [sys.executable, "-c", _ENDING],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == ["120"], done.stdout + done.stderr[-8_000:]
    record_property("forks that encoded", 120)


class _Runs:
    """Completes one run after another, each with a risk of its own, by which it can be known."""

    def __init__(self, engine: RiskEngine, url: str) -> None:
        self.url = url
        self._engine = engine
        self._store = Store(url)
        run_pipeline(engine, self._store)
        codes = list(engine.corpus.rows_of)
        self._records = self._store.scores(codes, engine.fingerprint)
        self._matches = {code: self._store.matches(code, 1) for code in codes}

    def complete_one(self) -> None:
        engine, store = self._engine, self._store
        run = store.start_run(engine.fingerprint, "starter", 0.9, None)
        for code, record in self._records.items():
            store.put_score(run.run_id, record | _marked(run.run_id), self._matches[code])
        store.finish_run(run.run_id)


def _marked(run_id: int) -> dict[str, float]:
    return {"risk": run_id / 10_000}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Runs:
    """One of which is complete; sites look for a newer one whenever they are asked."""
    monkeypatch.setattr("engine.web.content.site._SECONDS_BETWEEN_LOOKS", 0.0)
    made = _Runs(actions.ENGINES[0], f"sqlite:///{tmp_path / 'scores.sqlite'}")
    made.complete_one()
    return made


def test_every_answer_is_of_one_run(
    runs: _Runs, record_property: Callable[[str, object], None]
) -> None:
    engine, url = actions.ENGINES[0], runs.url
    one = min(engine.corpus.rows_of)
    over = threading.Event()

    def write() -> None:
        for _ in range(30):
            runs.complete_one()
        over.set()

    def risks(client: TestClient, path: str) -> set[float]:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        if path.endswith(".csv"):
            return {float(row["risk"]) for row in csv.DictReader(answer.text.splitlines())}
        found = answer.json()
        rows = found.get("occupations", [found])
        assert {row["risk"] for row in rows} == {row["run_id"] / 10_000 for row in rows}
        return {row["risk"] for row in rows}

    def read(client: TestClient, path: str) -> int:
        seen = set()
        while not over.is_set():
            found = risks(client, path)
            assert len(found) == 1, path
            seen |= found
        return len(seen)

    paths = ["/api/occupations", "/data/occupations.csv", f"/api/occupations/{one}"]
    with ExitStack() as open_servers, ThreadPoolExecutor(4) as threads:
        # One after another: a process makes one application, and its libraries count on that.
        servers = [create_app(lambda: Site(engine, Store(url))) for _ in paths]
        clients = [open_servers.enter_context(TestClient(server)) for server in servers]
        for client, path in zip(clients, paths, strict=True):
            risks(client, path)  # a route is made with its first answer
        read_meanwhile = list(map(partial(threads.submit, read), clients, paths))
        threads.submit(write).result()
        seen = [done.result() for done in read_meanwhile]
    assert min(seen) > 3  # or nothing was changed under the readers
    record_property("runs seen by readers meanwhile", seen)


def test_a_page_is_put_together_from_one_look_at_the_store(
    runs: _Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a run that is completed while a page is made cannot show in a part of it."""
    engine, url = actions.ENGINES[0], runs.url
    looks = []
    really_overview = Site.overview

    def overview(site: Site) -> list[dict[str, object]]:
        looks.append(site)
        return really_overview(site)

    monkeypatch.setattr(Site, "overview", overview)
    with TestClient(create_app(lambda: Site(engine, Store(url)))) as client:
        for path in ("/?q=a", "/groups/29", "/data/occupations.csv", "/api/occupations?q=a"):
            looks.clear()
            client.get(path)
            assert len(looks) == 1, path


def test_another_engine_put_in_place_changes_nothing_for_the_server(tmp_path: Path) -> None:
    """Its folder is replaced, and its store is filled by the other one's pipeline."""
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
        run_pipeline(actions.ENGINES[1], Store(url))
        assert [run.state for run in Store(url).runs()] == [COMPLETE, COMPLETE]
        assert answers(client) == before
