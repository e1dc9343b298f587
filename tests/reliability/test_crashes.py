"""kill -9 at random moments leaves the old or the new state, complete.

Nothing is cleaned up between two kills, so each process finds what the last one left.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import http.server
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import Corpus, RiskEngine
from engine.corpus.sources.download import Source
from engine.encoders.cache import EmbeddingCache
from engine.persistence import artifact
from engine.web.store.store import Store
from tests.conftest import ROOT, WordEncoder
from tests.reliability import actions, processes

pytestmark = pytest.mark.reliability

KILLS = {"save": 60, "build": 25, "pipeline": 35, "batch": 35, "download": 30, "cache": 25}


def _kill_often(
    what: str,
    record: Callable[[str, object], None],
    arguments: Callable[[int], tuple[Any, ...]],
    check: Callable[[], None],
) -> None:
    """Kill an action at random moments of its run, and check the state after each kill."""
    action = getattr(actions, what)
    chance = random.Random(what)
    processes.seconds(action, *arguments(0))  # the first one waits for the imports
    duration = processes.seconds(action, *arguments(1))
    check()
    killed = 0
    for number in range(4 * KILLS[what]):
        killed += processes.kill_after(chance.uniform(0, duration), action, *arguments(number))
        check()
        if killed == KILLS[what]:
            break
    assert killed == KILLS[what]
    processes.finish(processes.start(action, *arguments(0)))  # nothing blocks the next run
    check()
    record(f"kills of {what}", killed)


@pytest.mark.parametrize("what", ["save", "build"])
def test_an_engine_folder_is_old_or_new(
    what: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = tmp_path / "engine"
    known = [actions.files(0), actions.files(1)]
    assert known[0] != known[1]

    def check() -> None:
        assert artifact.read(folder).files in known

    _kill_often(what, record_property, lambda number: (folder, number % 2), check)
    assert artifact.read(folder).files == known[0]
    assert len(list(folder.iterdir())) == len(known[0]) + 2  # the manifest and the lock


def test_two_writers_of_one_folder_take_turns(tmp_path: Path) -> None:
    """The folder holds the complete engine of the last writer."""
    folder = tmp_path / "engine"
    for _ in range(10):
        writers = [processes.start(actions.save, folder, which) for which in (0, 1)]
        for writer in writers:
            processes.finish(writer)
        assert artifact.read(folder).files in (actions.files(0), actions.files(1))


def test_the_store_shows_complete_runs_only(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    url = f"sqlite:///{tmp_path / 'scores.sqlite'}"
    engine = actions.engines()[0]
    expected = sorted(engine.corpus.rows_of)
    first_seen: dict[str, tuple[object, object]] = {}

    def check() -> None:
        store = Store(url)
        shown = store.summaries(engine.fingerprint)
        assert [row["soc_code"] for row in shown] == expected
        (run,) = {row["run_id"] for row in shown}
        for code in expected:
            record = store.score(code, engine.fingerprint)
            assert record is not None
            assert record.pop("run_id") == run
            found = (record, store.matches(code, run))
            assert first_seen.setdefault(code, found) == found
        store.close()
        with contextlib.closing(sqlite3.connect(tmp_path / "scores.sqlite")) as database:
            listed = database.execute("SELECT soc_code FROM occupations ORDER BY soc_code")
            assert [code for (code,) in listed] == expected

    _kill_often("pipeline", record_property, lambda _: (url,), check)


def test_every_part_of_a_batch_run_is_complete(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    texts = actions.corpora()[0].tasks["task"].tolist()
    given, output, model = tmp_path / "in.parquet", tmp_path / "out", tmp_path / "model"
    pq.write_table(pa.table({"task": [*(texts * 20)[:1_000], ""]}), given)
    actions.save(model, 0)
    first_seen: dict[str, pa.Table] = {}

    def arguments(_: int) -> tuple[Path, ...]:
        if len(list((output / "scores").glob("part-*"))) == 11:  # complete: start another run
            output.rename(tmp_path / f"done-{time.monotonic_ns()}")
        return given, output, model

    def check() -> None:
        for path in (output / "scores").glob("part-*"):
            table = pq.read_table(path)
            assert first_seen.setdefault(path.name, table).equals(table)

    _kill_often("batch", record_property, arguments, check)
    assert sum(len(table) for table in first_seen.values()) == 1_000
    assert len(list((output / "rejects").glob("part-*"))) == 1


def test_no_worker_outlives_a_killed_batch_run(starter_folder: Path, tmp_path: Path) -> None:
    """Workers end with it instead of writing to its folder."""
    texts = [f"Write reports on topic {number} for clients." for number in range(20_000)]
    pq.write_table(pa.table({"task": texts}), tmp_path / "in.parquet")
    command = [sys.executable, "-m", "engine", "batch", str(tmp_path / "in.parquet")]
    command += [str(tmp_path / "out"), "--engine", str(starter_folder), "--workers", "2"]
    command += ["--part-rows", "100"]
    run = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        _wait(lambda: any((tmp_path / "out" / "scores").glob("part-*")))
        assert len(_session(run.pid)) >= 3
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        _wait(lambda: not _session(run.pid), 20)
    finally:
        if _session(run.pid):
            os.killpg(run.pid, signal.SIGKILL)


def test_a_batch_of_200_000_rows_killed_five_times_is_the_same_to_the_byte(
    small: Corpus, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """The first kill comes while the CSV file is converted, the others between random parts."""
    engine, rows = tmp_path / "engine", 200_000
    RiskEngine.build(small, "static", cache=EmbeddingCache(tmp_path)).save(engine)
    with (tmp_path / "in.csv").open("w", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["id", "task"])
        for number in range(rows):
            task = f"Write report {number} on sales,\nand on costs." if number % 1_000 else ""
            lines.writerow([number, task])

    def start(output: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "engine", "batch", tmp_path / "in.csv", output]
        command += ["--engine", engine, "--workers", "2", "--part-rows", "5000"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(list(map(str, command)), cwd=ROOT, start_new_session=True, **quiet)

    assert start(tmp_path / "whole").wait() == 0
    output, chance = tmp_path / "killed", random.Random(5)
    for parts in (0, *sorted(chance.sample(range(1, 36), 4))):
        run = start(output)
        if parts:
            _wait(lambda parts=parts: len(list((output / "scores").glob("part-*"))) >= parts)  # type: ignore[misc]
        else:
            _wait(lambda: any((output / "staged").glob(".writing-*")))
        time.sleep(chance.uniform(0, 0.3))
        os.killpg(run.pid, signal.SIGKILL)
        assert run.wait() == -signal.SIGKILL
    assert start(output).wait() == 0
    folders = ("scores", "rejects", "staged")
    whole, resumed = (
        {f"{folder}/{path.name}": path.read_bytes()
         for folder in folders for path in (top / folder).iterdir()}
        for top in (tmp_path / "whole", output)
    )  # fmt: skip
    assert len(whole) == 40 + 40 + 1
    assert resumed == whole
    record_property("rows of a batch killed five times", f"{rows:,}, all bytes equal")


def _session(leader: int) -> list[int]:
    """Return the running processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = path.read_text().rpartition(")")[2].split()[:4]
        except OSError:  # the process has ended
            continue
        if int(session) == leader and state != "Z":
            found.append(int(path.parent.name))
    return found


def _wait(until: Callable[[], bool], timeout: float = 120) -> None:
    end = time.monotonic() + timeout
    while not until():
        assert time.monotonic() < end
        time.sleep(0.1)


class _Slow(http.server.BaseHTTPRequestHandler):
    """Send files slowly, from the requested offset."""

    files: dict[str, bytes]

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        body = self.files[self.path][start:]
        if asked and not body:
            self.send_error(416)
            return
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            for first in range(0, len(body), 1 << 16):
                self.wfile.write(body[first : first + (1 << 16)])
                time.sleep(0.005)
        except OSError:  # the client is gone
            pass

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Slow) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running.server_port
        running.shutdown()


def test_a_download_replaces_the_file_in_one_step(
    server: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """The older release of the file stays until the newer one is complete."""
    old, new = os.urandom(1 << 20), os.urandom(1 << 20)
    _Slow.files = {"/data": new}
    url, digest = f"http://127.0.0.1:{server}/data", hashlib.sha256(new).hexdigest()
    source = Source(name="test", url=url, path=Path("data.bin"), sha256=digest, license="none")
    target = tmp_path / "data.bin"

    def arguments(_: int) -> tuple[Path, Source]:
        if not target.is_file() or target.read_bytes() == new:
            target.write_bytes(old)
        return tmp_path, source

    def check() -> None:
        assert target.read_bytes() in (old, new)

    _kill_often(
        "download",
        record_property,
        arguments,
        check,
    )
    assert target.read_bytes() == new


def test_the_embedding_cache_stays_sound(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    texts = [f"Write report {number} for clients." for number in range(40_000)]
    encoder = WordEncoder()
    counts = [0]

    def arguments(number: int) -> tuple[Path, list[str]]:
        first = number * 200
        return tmp_path, texts[first : first + 200]

    def check() -> None:
        (path,) = tmp_path.glob("*.sqlite")
        database = sqlite3.connect(path)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        counts.append(database.execute("SELECT count(*) FROM vectors").fetchone()[0])
        database.close()
        assert counts[-1] % 200 == 0
        assert counts[-1] >= counts[-2]  # a damaged file would be removed

    _kill_often("cache", record_property, arguments, check)
    cached = EmbeddingCache(tmp_path).encode(encoder, texts[:400])
    assert np.array_equal(cached, encoder.encode(texts[:400]))
