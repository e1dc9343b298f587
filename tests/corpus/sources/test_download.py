"""Downloads from a local server that can break the connection, refuse and change files."""

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
from openpyxl import Workbook

from engine.corpus.sources import aei, cdr, eloundou, ilo, microsoft
from engine.corpus.sources.download import SOURCES, Source, fetch, named
from engine.errors import DownloadError

CONTENT = bytes(range(256)) * 1_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Serves ``files`` and records the paths requested."""

    files: dict[str, bytes]
    requests: list[str]
    break_after: int | None = None
    """Bytes of a file after which the connection breaks; None for a complete answer."""


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.server.break_after])

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


def _source(server: Server, name: str = "data.bin", sha256: str | None = DIGEST) -> Source:
    return Source(
        name="test",
        url=f"http://127.0.0.1:{server.server_port}/{name}",
        path=Path("folder", name),
        sha256=sha256,
        license="none",
    )


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_valid_file_is_downloaded_once(server: Server, tmp_path: Path) -> None:
    for _ in range(2):
        fetch(tmp_path, [_source(server)], progress=False)
    assert (tmp_path / "folder" / "data.bin").read_bytes() == CONTENT
    assert _names(tmp_path) == ["data.bin"]
    assert server.requests == ["/data.bin"]


def test_a_broken_connection_keeps_complete_files_alone(server: Server, tmp_path: Path) -> None:
    server.files["/second.bin"] = CONTENT
    sources = [_source(server), _source(server, "second.bin")]
    fetch(tmp_path, sources[:1], progress=False)
    server.break_after = 100_000
    with pytest.raises(DownloadError, match=r"second\.bin cannot be downloaded .* run the command"):
        fetch(tmp_path, sources, progress=False)
    assert _names(tmp_path) == ["data.bin"]
    server.break_after = None
    fetch(tmp_path, sources, progress=False)
    assert (tmp_path / "folder" / "second.bin").read_bytes() == CONTENT
    assert server.requests == ["/data.bin", "/second.bin", "/second.bin"]


def test_a_wrong_checksum_is_an_error_and_the_old_file_stays(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "data.bin").write_bytes(b"old")
    with pytest.raises(DownloadError, match=r"data\.bin has the wrong checksum and was not kept"):
        fetch(tmp_path, [_source(server, sha256="0" * 64)], progress=False)
    assert _names(tmp_path) == ["data.bin"]
    assert (tmp_path / "folder" / "data.bin").read_bytes() == b"old"


def test_a_changed_file_is_downloaded_again(server: Server, tmp_path: Path) -> None:
    fetch(tmp_path, [_source(server)], progress=False)
    (tmp_path / "folder" / "data.bin").write_bytes(b"damaged")
    fetch(tmp_path, [_source(server)], progress=False)
    assert (tmp_path / "folder" / "data.bin").read_bytes() == CONTENT


def test_a_progress_bar_counts_to_the_size_of_the_file(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch(tmp_path, [_source(server)])
    assert "256k/256k" in capsys.readouterr().err


def test_a_missing_file_and_a_missing_server_are_named(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"nothing\.bin cannot be downloaded \(HTTP 404\)"):
        fetch(tmp_path, [_source(server, "nothing.bin")], progress=False)
    gone = replace(_source(server), url="http://127.0.0.1:9/data.bin")
    with pytest.raises(DownloadError, match=r"\(ConnectionError\); check the connection"):
        fetch(tmp_path, [gone], progress=False)
    assert _names(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_named(server: Server, tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file is in the way")
    with pytest.raises(DownloadError, match=r"folder/data\.bin cannot be written: File exists"):
        fetch(tmp_path, [_source(server)], progress=False)


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in members.items():
            bundle.writestr(name, content)
    return buffer.getvalue()


def _archive(server: Server) -> Source:
    members = {"Tasks.txt": hashlib.sha256(b"tasks").hexdigest(), "Ratings.txt": None}
    return replace(_source(server, "db.zip", None), path=Path("onet", "db.zip"), members=members)


def test_members_are_extracted_from_an_archive(server: Server, tmp_path: Path) -> None:
    server.files["/db.zip"] = _zip(
        {"db/Tasks.txt": b"tasks", "db/Ratings.txt": b"ratings", "../evil.txt": b"!"}
    )
    for _ in range(2):
        fetch(tmp_path, [_archive(server)], progress=False)
    assert _names(tmp_path) == ["Ratings.txt", "Tasks.txt"]
    assert (tmp_path / "onet" / "Ratings.txt").read_bytes() == b"ratings"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            _zip({"db/Ratings.txt": b"ratings", "db/Tasks.txt": b"other"}),
            r"db\.zip: Tasks\.txt has the wrong checksum",
        ),
        (_zip({"db/Tasks.txt": b"tasks"}), r"Ratings\.txt is missing, so nothing was kept"),
        (b"plain text", r"db\.zip is not a valid ZIP file"),
    ],
)
def test_an_invalid_archive_leaves_nothing(
    server: Server, tmp_path: Path, content: bytes, message: str
) -> None:
    server.files["/db.zip"] = content
    with pytest.raises(DownloadError, match=message):
        fetch(tmp_path, [_archive(server)], progress=False)
    assert list((tmp_path / "onet").iterdir()) == []


def _workbook(*rows: tuple[object, ...]) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def _sheet(server: Server, content: bytes, sheet: str = "Sheet") -> Source:
    server.files["/table.xlsx"] = content
    digest = hashlib.sha256(content).hexdigest()
    source = _source(server, "table.xlsx", digest)
    return replace(source, path=Path("folder", "table.csv"), sheet=sheet)


def test_a_workbook_is_checked_and_stored_as_csv(server: Server, tmp_path: Path) -> None:
    source = _sheet(server, _workbook(("code", "score"), (1111, 0.5)))
    for _ in range(2):
        fetch(tmp_path, [source], progress=False)
    assert (tmp_path / "folder" / "table.csv").read_bytes() == b"code,score\n1111,0.5\n"
    assert _names(tmp_path) == ["table.csv"]
    assert server.requests == ["/table.xlsx"]


def test_an_invalid_workbook_leaves_nothing(server: Server, tmp_path: Path) -> None:
    source = _sheet(server, _workbook(("code",)), sheet="Scores")
    with pytest.raises(DownloadError, match=r"xlsx was not kept, because it has no sheet 'Scores'"):
        fetch(tmp_path, [source], progress=False)
    with pytest.raises(DownloadError, match="has the wrong checksum"):
        fetch(tmp_path, [replace(source, sha256="0" * 64)], progress=False)
    assert list((tmp_path / "folder").iterdir()) == []


def test_the_sources_are_the_files_that_are_read() -> None:
    files = {path for source in SOURCES for path in source.files()}
    read = {eloundou.FILE, cdr.FILE, ilo.FILE, microsoft.FILE, aei.MARCH_2025.file}
    assert {*read, Path("onet_30_1", "Task Ratings.txt")} <= files
    assert all(source.url.startswith("https://") for source in SOURCES)


def test_sources_are_chosen_by_name() -> None:
    assert named([]) == SOURCES
    assert [source.name for source in named(["aei"])] == ["aei"]
    message = (
        "unknown source 'bls'; choose from onet, eloundou, eloundou-automation, cdr, ilo, "
        "microsoft, aei"
    )
    with pytest.raises(DownloadError, match=message):
        named(["bls"])


@pytest.mark.real_data
def test_pinned_checksums_are_those_of_the_data(data_dir: Path) -> None:
    pinned = {
        path: digest
        for source in SOURCES
        if source.name in ("onet", "aei", "microsoft")
        for path, digest in source.files().items()
        if digest is not None
    }
    assert len(pinned) == 9
    for path, digest in pinned.items():
        assert hashlib.sha256((data_dir / path).read_bytes()).hexdigest() == digest, path
