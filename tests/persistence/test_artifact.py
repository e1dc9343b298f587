from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import EngineError
from engine.persistence import artifact
from engine.persistence.artifact import FORMAT, MANIFEST, Artifact

FIRST = Artifact({"name": "first"}, {"tasks.csv": b"a,b\n", "heads.safetensors": b"\x00\x01"})
SECOND = Artifact({"name": "second"}, {"tasks.csv": b"c,d\n", "heads.safetensors": b"\x00\x01"})


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _forge(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a manifest like an attacker who computes a new checksum."""
    content = json.loads((folder / MANIFEST).read_text())
    del content["sha256"]
    change(content)
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    content["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the names of the engine files that are opened."""
    names: list[str] = []
    original = os.open

    def watched(path: Any, *arguments: Any, **more: Any) -> int:
        if isinstance(path, Path):
            names.append(path.name)
        return original(path, *arguments, **more)

    monkeypatch.setattr(artifact.os, "open", watched)
    return names


def _set(name: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda content: content["files"]["tasks.csv"].update({name: value})


def test_written_content_is_read_back(tmp_path: Path) -> None:
    artifact.write(tmp_path / "engine", FIRST)
    found = artifact.read(tmp_path / "engine")
    assert found.files == FIRST.files
    assert found.facts["name"] == "first"


def test_a_new_engine_replaces_the_old_one_and_its_files(tmp_path: Path) -> None:
    artifact.write(tmp_path, FIRST)
    artifact.write(tmp_path, SECOND)
    assert artifact.read(tmp_path).files == SECOND.files
    assert len(_files(tmp_path) | {".lock": b""}) == 4


def test_equal_engines_have_equal_bytes(tmp_path: Path) -> None:
    artifact.write(tmp_path / "a", FIRST)
    artifact.write(tmp_path / "b", FIRST)
    assert _files(tmp_path / "a") == _files(tmp_path / "b")


def test_every_changed_byte_is_detected(tmp_path: Path) -> None:
    artifact.write(tmp_path, FIRST)
    for path in [path for path in tmp_path.iterdir() if path.name != ".lock"]:
        content = path.read_bytes()
        for position in range(len(content)):
            changed = bytearray(content)
            changed[position] ^= 1 << position % 8
            path.write_bytes(changed)
            with pytest.raises(EngineError, match=f"{path.name}|has format"):
                artifact.read(tmp_path)
        path.write_bytes(content)
    assert artifact.read(tmp_path).files == FIRST.files


def test_nothing_is_unpickled_when_an_engine_is_loaded(starter_folder: Path) -> None:
    code = (
        "import sys; from engine import RiskEngine\n"
        "sys.addaudithook(lambda name, _: name == 'pickle.find_class' and sys.exit('a pickle'))\n"
        f"RiskEngine.load({str(starter_folder)!r}).score_occupation('29-1129.01')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_white_space_and_order_of_the_manifest_matter(tmp_path: Path) -> None:
    artifact.write(tmp_path, FIRST)
    path = tmp_path / MANIFEST
    content = path.read_text()
    reordered = json.dumps(dict(reversed(json.loads(content).items())), indent=2) + "\n"
    for changed in (content + "\n", content.replace("  ", "\t"), reordered):
        assert json.loads(changed) == json.loads(content)
        path.write_text(changed)
        with pytest.raises(
            EngineError, match=r"manifest\.json differs from the file that was built"
        ):
            artifact.read(tmp_path)


@pytest.mark.parametrize("name", ["notes.txt", "tasks-0123456789abcdef.csv", "more/"])
def test_a_file_that_the_manifest_does_not_name_is_rejected(tmp_path: Path, name: str) -> None:
    artifact.write(tmp_path, FIRST)
    path = tmp_path / name
    path.mkdir() if name.endswith("/") else path.write_text("a")
    with pytest.raises(EngineError, match=f"{path.name} does not belong to it"):
        artifact.read(tmp_path)


def test_swapped_files_are_rejected(tmp_path: Path) -> None:
    artifact.write(tmp_path, FIRST)
    one, two = (path for path in tmp_path.iterdir() if path.suffix in (".csv", ".safetensors"))
    contents = one.read_bytes(), two.read_bytes()
    one.write_bytes(contents[1])
    two.write_bytes(contents[0])
    with pytest.raises(EngineError, match=f"({one.name}|{two.name}) differs from the file"):
        artifact.read(tmp_path)


@pytest.mark.parametrize("name", ["tasks-*.csv", MANIFEST])
def test_a_link_is_rejected(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "engine"
    artifact.write(folder, FIRST)
    (path,) = folder.glob(name)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EngineError, match=f"{path.name} is a link"):
        artifact.read(folder)


def test_a_pipe_is_rejected_without_waiting(tmp_path: Path) -> None:
    artifact.write(tmp_path, FIRST)
    (path,) = tmp_path.glob("tasks-*.csv")
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(EngineError, match=f"{path.name} is not a regular file"):
        artifact.read(tmp_path)


@settings(deadline=None, max_examples=50, database=None)
@given(st.data())
def test_any_change_of_a_folder_is_rejected(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("engine")
    artifact.write(folder, FIRST)
    before = _files(folder)
    for _ in range(data.draw(st.integers(1, 3))):
        path = folder / data.draw(st.sampled_from(sorted(set(before) - {".lock"})))
        content = path.read_bytes() if path.is_file() else b""
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, len(content)))
        done = data.draw(st.sampled_from(["cut", "replace", "remove", "rename", "swap"]))
        other = folder / data.draw(st.sampled_from(sorted(before)))
        if done == "cut":
            path.write_bytes(content[:start])
        elif done == "replace":
            path.write_bytes(content[:start] + data.draw(st.binary(max_size=8)) + content[end:])
        elif done == "remove":
            path.unlink(missing_ok=True)
        elif done == "rename" and path.is_file():
            path.rename(folder / data.draw(st.from_regex(r"[a-z][a-z.-]{0,19}", fullmatch=True)))
        elif path.is_file() and other.is_file():
            path.write_bytes(other.read_bytes())
            other.write_bytes(content)
    after = {name: content for name, content in _files(folder).items() if name != ".lock"}
    before.pop(".lock")
    if after == before:
        assert artifact.read(folder).files == FIRST.files
    else:
        with pytest.raises(EngineError):
            artifact.read(folder)


def test_a_missing_or_truncated_file_is_named(tmp_path: Path) -> None:
    artifact.write(tmp_path, FIRST)
    path = next(tmp_path.glob("tasks-*.csv"))
    path.write_bytes(b"a")
    with pytest.raises(EngineError, match=path.name):
        artifact.read(tmp_path)
    path.unlink()
    with pytest.raises(
        EngineError, match=f"{path.name} is missing; rebuild it with 'occupation-risk build"
    ):
        artifact.read(tmp_path)


def test_errors_say_how_to_build_the_engine(tmp_path: Path) -> None:
    with pytest.raises(
        EngineError, match="does not exist; build an engine with 'occupation-risk build --"
    ):
        artifact.read(tmp_path / "nothing")
    artifact.write(tmp_path, FIRST)
    (tmp_path / MANIFEST).unlink()
    with pytest.raises(
        EngineError, match=r"manifest\.json is missing; rebuild it with 'occupation-risk build --"
    ):
        artifact.read(tmp_path)
    artifact.write(tmp_path, SECOND)  # rebuilding fixes it
    assert artifact.read(tmp_path).files == SECOND.files


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
def test_invalid_content_of_a_manifest_is_rejected(tmp_path: Path, content: str) -> None:
    artifact.write(tmp_path, FIRST)
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(EngineError, match=r"manifest\.json cannot be read"):
        artifact.read(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        _set("file", "../secret.csv"),
        _set("file", "/etc/passwd"),
        _set("file", "a/tasks-0123456789abcdef.csv"),
        _set("file", "tasks-0123456789abcdef.csv"),
        _set("file", ""),
        _set("bytes", -1),
        _set("bytes", True),
        _set("bytes", 4.0),
        _set("bytes", 10**15),
        _set("sha256", "../" * 21 + "a"),
        _set("sha256", 7),
        _set("more", "than that"),
        lambda content: content["files"].update({"../tasks.csv": content["files"]["tasks.csv"]}),
        lambda content: content["files"].update({"tasks.pkl": content["files"]["tasks.csv"]}),
        lambda content: content.update(files={}.fromkeys(map(str, range(100)), {})),
        lambda content: content.update(files=[]),
    ],
)
def test_a_malicious_manifest_is_rejected_before_a_file_is_read(
    tmp_path: Path, opened: list[str], change: Callable[[dict[str, Any]], None]
) -> None:
    artifact.write(tmp_path, FIRST)
    _forge(tmp_path, change)
    opened.clear()
    with pytest.raises(EngineError, match=r"manifest\.json cannot be read"):
        artifact.read(tmp_path)
    assert set(opened) == {MANIFEST}


def test_a_huge_manifest_is_rejected_unread(tmp_path: Path, opened: list[str]) -> None:
    artifact.write(tmp_path, FIRST)
    with (tmp_path / MANIFEST).open("ab") as stream:
        stream.truncate(1 << 40)  # a sparse file, which takes no space
    opened.clear()
    with pytest.raises(EngineError, match=r"manifest\.json has more than 1,000,000 bytes"):
        artifact.read(tmp_path)
    assert opened == []


def test_the_manifest_of_another_application_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"name": "a web page", "icons": []}')
    with pytest.raises(EngineError, match="is not an engine folder"):
        artifact.write(tmp_path, FIRST)


def test_a_card_in_the_folder_is_kept(tmp_path: Path) -> None:
    artifact.write(tmp_path, FIRST)
    (tmp_path / "README.md").write_text("A card.")
    artifact.write(tmp_path, SECOND)
    assert (tmp_path / "README.md").read_text() == "A card."
    assert artifact.read(tmp_path).files == SECOND.files


def test_a_newer_layout_is_not_reported_as_damage(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(json.dumps({"format": FORMAT + 1, "parts": []}))
    with pytest.raises(EngineError, match=f"reads format {FORMAT}; update the package"):
        artifact.read(tmp_path)


def test_concurrent_readers_always_see_a_complete_engine(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    artifact.write(tmp_path, FIRST)

    def write(number: int) -> None:
        artifact.write(tmp_path, (FIRST, SECOND)[number % 2])

    def read(_: int) -> bool:
        return artifact.read(tmp_path).files in (FIRST.files, SECOND.files)

    with ThreadPoolExecutor(4) as pool:
        written = pool.map(write, range(40))
        assert all(pool.map(read, range(80)))
        assert list(written) == [None] * 40


def test_a_writer_that_removes_files_does_not_disturb_a_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact.write(tmp_path, FIRST)
    (tmp_path / "tasks-0123456789abcdef.csv").touch()  # of the replaced engine
    (tmp_path / ".changing").touch()
    original = os.path.lexists

    def there(path: str | Path) -> bool:
        found = original(path)
        artifact._sweep(tmp_path)
        return found

    monkeypatch.setattr("os.path.lexists", there)
    assert artifact.read(tmp_path) == FIRST


def test_a_reader_starts_again_when_an_equal_engine_replaced_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the meantime, a third engine may have been there, and the first files may be gone."""
    artifact.write(tmp_path, FIRST)
    original = artifact._read
    disturbed = []

    def read(folder: Path, manifest: artifact.Manifest, *more: Any) -> artifact.Artifact:
        if not disturbed:
            disturbed.append(True)
            artifact.write(folder, SECOND)
            try:
                return original(folder, manifest)
            finally:
                artifact.write(folder, FIRST)
        return original(folder, manifest)

    monkeypatch.setattr(artifact, "_read", read)
    assert artifact.read(tmp_path) == FIRST


@pytest.mark.parametrize(
    ("version", "fix"), [(FORMAT + 1, "update the package, or rebuild"), (FORMAT - 1, "rebuild")]
)
def test_another_format_is_rejected_with_a_fix(tmp_path: Path, version: int, fix: str) -> None:
    artifact.write(tmp_path, FIRST)
    manifest = json.loads((tmp_path / MANIFEST).read_text()) | {"format": version}
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    message = f"has format {version}, but this version reads format {FORMAT}; {fix} the engine with"
    with pytest.raises(EngineError, match=message):
        artifact.read(tmp_path)


@pytest.mark.parametrize(
    ("reference", "encoder", "options"),
    [
        ("starter", "work", ""),
        ("published", "static", " --reference published --encoder static"),
        ("mine; rm -rf /", "./evil", " --reference FILE.csv --encoder NAME"),
    ],
)
def test_an_older_format_is_rejected_with_the_command_that_built_it(
    tmp_path: Path, reference: str, encoder: str, options: str
) -> None:
    manifest = {"format": 4, "reference": {"name": reference}, "encoder": {"name": encoder}}
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    command = f"'occupation-risk build{options} --output {tmp_path}'"
    with pytest.raises(EngineError, match=re.escape(f"rebuild the engine with {command}")):
        artifact.read(tmp_path)


def test_an_interrupted_write_does_no_harm_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    artifact.write(tmp_path, FIRST)
    for name in (".changing", ".writing-abc", "tasks-0123456789abcdef.csv"):
        (tmp_path / name).write_bytes(b"")
    assert artifact.read(tmp_path).files == FIRST.files
    artifact.write(tmp_path, SECOND)
    assert artifact.read(tmp_path).files == SECOND.files
    assert len(_files(tmp_path)) == 4


def test_a_folder_with_other_files_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(EngineError, match="is not an engine folder"):
        artifact.write(tmp_path, FIRST)
    assert _files(tmp_path) == {"thesis.docx": b"years of work"}
    with pytest.raises(EngineError, match="is not an engine folder"):
        artifact.write(tmp_path / "thesis.docx", FIRST)


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_failed_write_leaves_the_old_engine_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    artifact.write(tmp_path, FIRST)
    written = []

    def failing(path: Path, content: bytes) -> None:
        if len(written) == after:
            raise OSError(28, "No space left on device")
        written.append(path)
        path.write_bytes(content)

    monkeypatch.setattr(artifact, "write_atomically", failing)
    before = _files(tmp_path)
    with pytest.raises(EngineError, match="No space left on device.*is unchanged; free disk space"):
        artifact.write(tmp_path, SECOND)
    assert artifact.read(tmp_path).files == FIRST.files
    if after:  # if not even the marker could be written, nothing had to be removed
        assert _files(tmp_path) == before
