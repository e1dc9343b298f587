"""Downloads against a server on this machine that can break off, refuse and lie."""

from __future__ import annotations

import hashlib
import http.server
import io
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.corpus.sources.download import SOURCES, Source, fetch, named
from engine.errors import DownloadError

CONTENT = bytes(range(256)) * 1_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    files: dict[str, bytes]
    requests: list[str | None]
    break_off_after: int | None = None
    ranges = True


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.requests.append(asked)
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if asked and self.server.ranges and start >= len(content):
            self.send_error(416)
            return
        partial = bool(asked) and self.server.ranges
        body = content[start:] if partial else content
        self.send_response(206 if partial else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        limit = self.server.break_off_after
        self.wfile.write(body if limit is None else body[:limit])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.files, running.requests = {"/data.bin": CONTENT}, []
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()


def _source(server: Server, sha256: str | None = DIGEST, path: str = "/data.bin") -> Source:
    url = f"http://127.0.0.1:{server.server_port}{path}"
    return Source(
        name="test", url=url, path=Path("folder", "data.bin"), sha256=sha256, licence="none"
    )


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_is_fetched_once(server: Server, tmp_path: Path) -> None:
    for _ in range(2):
        fetch(tmp_path, [_source(server)], progress=False)
    assert (tmp_path / "folder" / "data.bin").read_bytes() == CONTENT
    assert _names(tmp_path) == ["data.bin"]
    assert server.requests == [None]


def test_a_download_that_broke_off_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    server.break_off_after = 100_000
    with pytest.raises(DownloadError, match="what has come so far is kept"):
        fetch(tmp_path, [_source(server)], progress=False)
    assert _names(tmp_path) == ["data.bin.part"]
    server.break_off_after = None
    fetch(tmp_path, [_source(server)], progress=False)
    assert server.requests[0] is None
    start = int((server.requests[1] or "").removeprefix("bytes=").rstrip("-"))
    assert 0 < start <= 100_000
    assert (tmp_path / "folder" / "data.bin").read_bytes() == CONTENT
    assert _names(tmp_path) == ["data.bin"]


def test_a_server_without_ranges_starts_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "data.bin.part").write_bytes(b"old beginning")
    server.ranges = False
    fetch(tmp_path, [_source(server)], progress=False)
    assert (tmp_path / "folder" / "data.bin").read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_begun_anew(server: Server, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "data.bin.part").write_bytes(CONTENT + b"more")
    fetch(tmp_path, [_source(server)], progress=False)
    assert (tmp_path / "folder" / "data.bin").read_bytes() == CONTENT


def test_a_wrong_checksum_is_an_error_and_leaves_no_file(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="is not the file expected .* nothing was kept"):
        fetch(tmp_path, [_source(server, "0" * 64)], progress=False)
    assert _names(tmp_path) == []


def test_a_changed_file_is_fetched_again(server: Server, tmp_path: Path) -> None:
    fetch(tmp_path, [_source(server)], progress=False)
    (tmp_path / "folder" / "data.bin").write_bytes(b"damaged")
    fetch(tmp_path, [_source(server)], progress=False)
    assert (tmp_path / "folder" / "data.bin").read_bytes() == CONTENT


def test_a_missing_file_and_a_missing_server_are_named(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"nothing\.bin cannot be fetched \(HTTP 404\)"):
        fetch(tmp_path, [_source(server, path="/nothing.bin")], progress=False)
    gone = replace(_source(server), url="http://127.0.0.1:9/data.bin")
    with pytest.raises(DownloadError, match="check the connection"):
        fetch(tmp_path, [gone], progress=False)
    assert _names(tmp_path) == []


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in members.items():
            bundle.writestr(name, content)
    return buffer.getvalue()


def _zipped(server: Server) -> Source:
    members = {"Tasks.txt": hashlib.sha256(b"tasks").hexdigest(), "Ratings.txt": None}
    return replace(_source(server, None, "/db.zip"), path=Path("onet", "db.zip"), members=members)


def test_members_are_taken_out_of_a_zip_file(server: Server, tmp_path: Path) -> None:
    server.files["/db.zip"] = _zip(
        {"db/Tasks.txt": b"tasks", "db/Ratings.txt": b"ratings", "../evil.txt": b"!"}
    )
    for _ in range(2):
        fetch(tmp_path, [_zipped(server)], progress=False)
    assert _names(tmp_path) == ["Ratings.txt", "Tasks.txt"]
    assert (tmp_path / "onet" / "Ratings.txt").read_bytes() == b"ratings"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_zip({"db/Tasks.txt": b"other", "db/Ratings.txt": b"ratings"}), "another checksum"),
        (_zip({"db/Tasks.txt": b"tasks"}), "Ratings.txt is not in it"),
        (b"no zip at all", "not a sound zip file"),
    ],
)
def test_a_faulty_zip_file_leaves_nothing(
    server: Server, tmp_path: Path, content: bytes, said: str
) -> None:
    server.files["/db.zip"] = content
    with pytest.raises(DownloadError, match=said):
        fetch(tmp_path, [_zipped(server)], progress=False)
    assert _names(tmp_path) == []


def test_the_sources_are_those_the_readers_read() -> None:
    from engine.corpus.sources import aei, eloundou

    files = {path for source in SOURCES for path in source.files()}
    assert {eloundou.FILE, aei.FILE, Path("onet_30_1", "Task Ratings.txt")} <= files
    assert all(source.url.startswith("https://") for source in SOURCES)
    assert named([]) == SOURCES
    assert [source.name for source in named(["aei"])] == ["aei"]


@pytest.mark.real_data
def test_pinned_checksums_are_those_of_the_data_at_hand(data_dir: Path) -> None:
    pinned = {
        path: digest
        for source in SOURCES
        if source.name in ("onet", "aei")
        for path, digest in source.files().items()
        if digest is not None
    }
    assert len(pinned) == 8
    for path, digest in pinned.items():
        assert hashlib.sha256((data_dir / path).read_bytes()).hexdigest() == digest, path
