"""A full disk gives a clear error and leaves the previous state complete."""

from __future__ import annotations

import hashlib
import http.server
import logging
import os
import subprocess
import threading
from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from engine import EngineError
from engine.corpus.sources.download import Source
from engine.encoders.cache import EmbeddingCache
from engine.errors import StoreError
from engine.persistence import artifact
from engine.web.content.site import Site
from engine.web.pages.static_site import export
from engine.web.server.app import create_app
from engine.web.store.changes import changes_since
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.conftest import WordEncoder
from tests.reliability import actions

pytestmark = pytest.mark.reliability

_BYTES = 4 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_BYTES}", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True)
    except OSError as error:
        pytest.skip(f"cannot mount a small disk: {error}")
    if done.returncode != 0:
        pytest.skip(f"cannot mount a small disk; only root can: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(disk: Path, leave: int) -> Path:
    """Fill the disk up to a number of free bytes, and return the file that fills it."""
    state = os.statvfs(disk)
    filling = disk / "filling"
    filling.write_bytes(b"\1" * max(0, state.f_bavail * state.f_frsize - leave))
    return filling


@pytest.mark.parametrize("leave", [0, 8_192, 40_000])
def test_a_save_keeps_the_old_engine(disk: Path, leave: int) -> None:
    actions.save(disk / "engine", 0)
    before = {path.name: path.read_bytes() for path in (disk / "engine").iterdir()}
    filling = _fill(disk, leave)
    with pytest.raises(EngineError, match="No space left on device.*is unchanged.*free disk space"):
        actions.save(disk / "engine", 1)
    assert {path.name: path.read_bytes() for path in (disk / "engine").iterdir()} == before
    filling.unlink()
    actions.save(disk / "engine", 1)
    assert artifact.read(disk / "engine").files == actions.files(1)


@pytest.mark.parametrize("leave", [0, 100_000])
def test_the_pipeline_keeps_the_last_run(disk: Path, leave: int) -> None:
    url = f"sqlite:///{disk / 'scores.sqlite'}"
    actions.pipeline(url)
    store = Store(url)
    fingerprint = actions.engines()[0].fingerprint
    before = store.summaries(fingerprint)
    filling = _fill(disk, leave)
    with pytest.raises(EngineError, match="cannot use store .*scores.sqlite .*is full"):
        deque(map(actions.pipeline, [url] * 20))  # SQLite first uses up the space it has reserved
    shown = store.summaries(fingerprint)
    assert len({row["run_id"] for row in shown}) == 1
    assert [row["risk"] for row in shown] == [row["risk"] for row in before]
    filling.unlink()
    actions.pipeline(url)
    assert len(store.summaries(fingerprint)) == len(before)
    store.close()


def test_a_batch_run_can_be_resumed(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The action patches these in its process; here they must be restored.
    monkeypatch.setattr(actions.registry, "find_encoder", actions.registry.find_encoder)
    monkeypatch.setattr(actions.process_pool, "score_locally", actions.process_pool.score_locally)
    texts = [f"Write reports on topic {number} for clients." for number in range(1_000)]
    pq.write_table(pa.table({"task": texts}), tmp_path / "in.parquet")
    actions.save(tmp_path / "model", 0)
    filling = _fill(disk, 60_000)
    given = (tmp_path / "in.parquet", disk / "out", tmp_path / "model")
    with pytest.raises(EngineError, match="No space left on device.*run the same command again"):
        actions.batch(*given)
    written = list((disk / "out" / "scores").iterdir())
    assert all(path.name.startswith("part-") for path in written)
    assert all(len(pq.read_table(path)) == 100 for path in written)
    filling.unlink()
    actions.batch(*given)
    assert pq.read_table(disk / "out" / "scores")["task"].to_pylist() == texts


def test_a_download_keeps_the_old_file(disk: Path, tmp_path: Path) -> None:
    content = os.urandom(1 << 20)
    (tmp_path / "data.bin").write_bytes(content)
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/data.bin"
        source = Source(
            name="t",
            url=url,
            path=Path("data.bin"),
            sha256=hashlib.sha256(content).hexdigest(),
            license="none",
        )
        (disk / "data.bin").write_bytes(b"an older release")
        filling = _fill(disk, 100_000)
        with pytest.raises(EngineError, match="cannot be written: No space left on device"):
            actions.download(disk, source)
        assert (disk / "data.bin").read_bytes() == b"an older release"
        filling.unlink()
        actions.download(disk, source)
        assert (disk / "data.bin").read_bytes() == content
        server.shutdown()


def test_encoding_continues_without_the_cache(disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The vectors are returned, a warning is logged, and earlier vectors stay cached."""
    first = [f"Write report {number}." for number in range(100)]
    actions.cache(disk, first)
    _fill(disk, 4_096)
    texts = [f"Read report {number}." for number in range(3_000)]
    with caplog.at_level(logging.WARNING):
        found = EmbeddingCache(disk).encode(WordEncoder(), texts)
    assert "full" in caplog.text
    assert np.array_equal(found, WordEncoder().encode(texts))
    unused = WordEncoder()
    EmbeddingCache(disk).encode(unused, first)
    assert unused.calls == []  # still cached


def _scored(disk: Path) -> tuple[str, str]:
    """A store on the disk with a scored occupation, and the code of the occupation."""
    url = f"sqlite:///{disk / 'scores.sqlite'}"
    store = Store(url)
    code = min(actions.engines()[0].corpus.rows_of)
    run_pipeline(actions.engines()[0], store, [code])
    store.close()
    return url, code


def _read(url: str, code: str, folder: Path) -> None:
    """What ``serve``, ``changes`` and ``export`` do with a store."""
    engine = actions.engines()[0]
    site = Site(engine, Store(url, read_only=True))
    with TestClient(create_app(lambda: site)) as client:
        for path in ("/", f"/occupations/{code}", f"/api/occupations/{code}", "/readyz"):
            assert client.get(path).status_code == 200
    assert changes_since(Store(url, read_only=True), 1, engine.fingerprint) == []
    assert export(site, folder, lambda *_: None) > 0


def test_a_store_on_a_full_disk_can_be_read(disk: Path, tmp_path: Path) -> None:
    url, code = _scored(disk)
    _fill(disk, 0)
    _read(url, code, tmp_path / "www")


def test_a_store_on_a_disk_that_cannot_be_written_can_be_read(disk: Path, tmp_path: Path) -> None:
    url, code = _scored(disk)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    _read(url, code, tmp_path / "www")
    with pytest.raises(StoreError, match="check that the database exists, is writable"):
        Store(url)
