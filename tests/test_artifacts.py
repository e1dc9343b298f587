from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import EngineError, artifacts
from engine.artifacts import FORMAT, MANIFEST, Artifact

FIRST = Artifact({"name": "first"}, {"tasks.csv": b"a,b\n", "heads.safetensors": b"\x00\x01"})
SECOND = Artifact({"name": "second"}, {"tasks.csv": b"c,d\n", "heads.safetensors": b"\x00\x01"})


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    artifacts.write(tmp_path / "engine", FIRST)
    found = artifacts.read(tmp_path / "engine")
    assert found.files == FIRST.files
    assert found.facts["name"] == "first"


def test_a_new_engine_replaces_the_old_and_leaves_nothing_behind(tmp_path: Path) -> None:
    artifacts.write(tmp_path, FIRST)
    artifacts.write(tmp_path, SECOND)
    assert artifacts.read(tmp_path).files == SECOND.files
    assert len(_files(tmp_path) | {".lock": b""}) == 4


def test_the_same_engine_gives_the_same_bytes(tmp_path: Path) -> None:
    artifacts.write(tmp_path / "a", FIRST)
    artifacts.write(tmp_path / "b", FIRST)
    assert _files(tmp_path / "a") == _files(tmp_path / "b")


def test_any_changed_byte_of_any_file_is_noticed(tmp_path: Path) -> None:
    artifacts.write(tmp_path, FIRST)
    for path in [
        path for path in tmp_path.iterdir() if path.suffix != ".json" and path.name != ".lock"
    ]:
        content = path.read_bytes()
        for position in range(len(content)):
            changed = bytearray(content)
            changed[position] ^= 1
            path.write_bytes(changed)
            with pytest.raises(EngineError, match=f"{path.name} is not the file that was built"):
                artifacts.read(tmp_path)
        path.write_bytes(content)
    assert artifacts.read(tmp_path).files == FIRST.files


def test_a_missing_or_short_file_is_named(tmp_path: Path) -> None:
    artifacts.write(tmp_path, FIRST)
    path = next(tmp_path.glob("tasks-*.csv"))
    path.write_bytes(b"a")
    with pytest.raises(EngineError, match=path.name):
        artifacts.read(tmp_path)
    path.unlink()
    with pytest.raises(EngineError, match=f"{path.name} is missing.*build it again with"):
        artifacts.read(tmp_path)


def test_a_missing_folder_and_a_half_written_one_say_how_to_build(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"does not exist.*build one with .*build_index\.py"):
        artifacts.read(tmp_path / "nothing")
    artifacts.write(tmp_path, FIRST)
    (tmp_path / MANIFEST).unlink()
    with pytest.raises(EngineError, match=r"manifest\.json is missing.*build_index\.py"):
        artifacts.read(tmp_path)
    artifacts.write(tmp_path, SECOND)  # and building again mends it
    assert artifacts.read(tmp_path).files == SECOND.files


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        json.dumps({"format": FORMAT}),
        json.dumps({"format": str(FORMAT), "files": {}}),
        "null",
        "[" * 100_000,
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    artifacts.write(tmp_path, FIRST)
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(EngineError, match=r"manifest\.json cannot be read"):
        artifacts.read(tmp_path)


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "a/tasks-0123456789abcdef.csv"])
def test_a_manifest_cannot_point_outside_the_folder(tmp_path: Path, name: str) -> None:
    artifacts.write(tmp_path, FIRST)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    manifest["files"]["tasks.csv"]["file"] = name
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(EngineError, match=r"manifest\.json cannot be read"):
        artifacts.read(tmp_path)


def test_another_applications_manifest_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"name": "a web page", "icons": []}')
    with pytest.raises(EngineError, match="is not an engine folder"):
        artifacts.write(tmp_path, FIRST)


def test_a_card_beside_the_engine_stays(tmp_path: Path) -> None:
    artifacts.write(tmp_path, FIRST)
    (tmp_path / "README.md").write_text("A card.")
    artifacts.write(tmp_path, SECOND)
    assert (tmp_path / "README.md").read_text() == "A card."
    assert artifacts.read(tmp_path).files == SECOND.files


def test_a_newer_layout_is_not_called_damaged(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(json.dumps({"format": FORMAT + 1, "parts": []}))
    with pytest.raises(EngineError, match=f"expected format {FORMAT}; update the engine"):
        artifacts.read(tmp_path)


def test_writers_and_readers_at_once_never_see_half_an_engine(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    artifacts.write(tmp_path, FIRST)

    def write(number: int) -> None:
        artifacts.write(tmp_path, (FIRST, SECOND)[number % 2])

    def read(_: int) -> bool:
        return artifacts.read(tmp_path).files in (FIRST.files, SECOND.files)

    with ThreadPoolExecutor(4) as pool:
        written = pool.map(write, range(40))
        assert all(pool.map(read, range(80)))
        assert list(written) == [None] * 40


@pytest.mark.parametrize(
    ("version", "mend"), [(FORMAT + 1, "update the engine"), (FORMAT - 1, "build it again")]
)
def test_another_format_is_refused_with_the_mend(tmp_path: Path, version: int, mend: str) -> None:
    artifacts.write(tmp_path, FIRST)
    manifest = json.loads((tmp_path / MANIFEST).read_text()) | {"format": version}
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    said = f"has format {version}: expected format {FORMAT}; {mend}"
    with pytest.raises(EngineError, match=said):
        artifacts.read(tmp_path)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(EngineError, match="is not an engine folder"):
        artifacts.write(tmp_path, FIRST)
    assert _files(tmp_path) == {"thesis.docx": b"years of work"}
    with pytest.raises(EngineError, match="is not an engine folder"):
        artifacts.write(tmp_path / "thesis.docx", FIRST)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_write_that_fails_leaves_the_old_engine_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    artifacts.write(tmp_path, FIRST)
    written = []

    def failing(path: Path, content: bytes) -> None:
        if len(written) == after:
            raise OSError(28, "No space left on device")
        written.append(path)
        path.write_bytes(content)

    monkeypatch.setattr(artifacts, "write_whole", failing)
    with pytest.raises(EngineError, match="No space left on device.*still whole"):
        artifacts.write(tmp_path, SECOND)
    assert artifacts.read(tmp_path).files == FIRST.files
