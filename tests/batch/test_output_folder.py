from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import EngineError
from engine.batch import run_record
from engine.persistence import artifact
from tests.batch.conftest import run, sentences, write_tasks


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    path = tmp_path / "in.parquet"
    write_tasks(path, sentences(20))
    return path


@pytest.mark.usefixtures("scored_parts")
def test_run_json_describes_the_run(tasks: Path, engine_folder: Path, tmp_path: Path) -> None:
    """Earlier versions write the same format, so their runs can resume."""
    run(tasks, tmp_path / "out", engine_folder, part_rows=10)
    manifest = (engine_folder / artifact.MANIFEST).read_bytes()
    found = tasks.stat()
    assert json.loads((tmp_path / "out" / "run.json").read_bytes()) == {
        "format": 1,
        "model": hashlib.sha256(manifest).hexdigest(),
        "text_column": "task",
        "soc_column": None,
        "part_rows": 10,
        "confidence": None,
        "inputs": [
            {"path": str(tasks), "bytes": found.st_size, "modified": found.st_mtime_ns},
        ],
    }


@pytest.mark.usefixtures("scored_parts")
def test_another_run_is_refused(tasks: Path, engine_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(tasks, out, engine_folder)
    with pytest.raises(EngineError, match=r"another run \(different part_rows\); repeat the comm"):
        run(tasks, out, engine_folder, part_rows=3)
    record = out / "run.json"
    recorded = json.loads(record.read_bytes())
    record.write_text(json.dumps(recorded | {"model": "0" * 64}))
    with pytest.raises(EngineError, match=r"another run \(different engine\)"):
        run(tasks, out, engine_folder)
    record.write_text(json.dumps(recorded | {"format": 2}))
    with pytest.raises(EngineError, match="of another version of occupation-risk; finish it with"):
        run(tasks, out, engine_folder)
    record.unlink()
    with pytest.raises(EngineError, match="is not the output of a batch run; name a new or empty"):
        run(tasks, out, engine_folder)


@pytest.mark.usefixtures("scored_parts")
@pytest.mark.parametrize("step", range(5))
def test_a_run_that_was_killed_at_its_beginning_begins_again(
    step: int, tasks: Path, engine_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before it makes its folder, writes run.json, or makes one of three folders."""
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
        write = until_killed(run_record.write_atomically)
        patch.setattr(run_record, "write_atomically", write)
        with pytest.raises(KeyboardInterrupt):
            run(tasks, tmp_path / "out", engine_folder)
    assert done == ["out", "run.json", "scores", "rejects", "staged"][:step]
    assert run(tasks, tmp_path / "out", engine_folder).scored == 20


@pytest.mark.usefixtures("scored_parts")
@pytest.mark.parametrize(
    "name", ["thesis.docx", "scores/mine.txt", "scores", "other/", "run.json/"]
)
def test_a_folder_with_other_files_is_left_alone(
    name: str, tasks: Path, engine_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "out" / name
    if name.endswith("/"):
        path.mkdir(parents=True)
    else:
        path.parent.mkdir(parents=True)
        path.write_text("years of work")
    before = sorted((tmp_path / "out").rglob("*"))
    with pytest.raises(EngineError, match="is not the output of a batch run; name a new or empty"):
        run(tasks, tmp_path / "out", engine_folder)
    assert sorted((tmp_path / "out").rglob("*")) == before


@pytest.mark.usefixtures("scored_parts")
def test_a_file_is_not_taken_for_a_folder(tasks: Path, engine_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("years of work")
    with pytest.raises(EngineError, match="is not the output of a batch run"):
        run(tasks, tmp_path / "out", engine_folder)
    assert (tmp_path / "out").read_text() == "years of work"


MINE = (
    "scores/mine.txt",
    "rejects/thesis.parquet",
    "staged/notes",
    ".writing-chapter-1",
    "deep/.writing-abcdefgh",
    "scores/.writing-notes.docx",
    "rejects/part-1.parquet",
)
LEFT = (
    "scores/.writing-ab12_x9z",
    ".writing-abcdefgh",
    "rejects/part-000007.parquet",
    "staged/input-000003.parquet",
    ".trying-000001-0",
)


def _with_files_of_others(folder: Path) -> dict[str, bytes]:
    for name in MINE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(f"years of work in {name}".encode())
    return _content(folder)


def _content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.usefixtures("scored_parts")
@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"[",
        b"[" * 100_000,
        b"\xff\xfe{}",
        b"null",
        b"{}",
        b'{"status": "ok"}',
        b'{"format": 2, "name": "run of another program"}',
        b'{"format": true, "model": "", "inputs": []}',
        b'{"format": 1, "model": "0", "text_column": "task", "soc_column": null, "part_rows": 1,'
        b' "confidence": null, "inputs": []}',
    ],
    ids=range(10),
)
def test_the_run_json_of_another_program_is_refused_and_nothing_is_removed(
    record: bytes, tasks: Path, engine_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_bytes(record)
    before = _with_files_of_others(out)
    with pytest.raises(EngineError, match=r"run\.json is not the record of a batch run; nothing"):
        run(tasks, out, engine_folder)
    assert _content(out) == before


@pytest.mark.usefixtures("scored_parts")
def test_only_files_of_the_names_that_a_run_gives_are_removed(
    tasks: Path, engine_folder: Path, tmp_path: Path
) -> None:
    """A run that completed no part leaves unfinished files, and makes place for another run."""
    out = tmp_path / "out"
    run(tasks, out, engine_folder, part_rows=10)
    for path in (out / "scores").iterdir():
        path.unlink()
    before = _with_files_of_others(out)
    for name in LEFT:
        (out / name).write_bytes(b"half")
    assert run(tasks, out, engine_folder, part_rows=20).scored == 20
    after = _content(out)
    assert {name: after[name] for name in MINE} == {name: before[name] for name in MINE}
    assert set(after) == {*MINE, "run.json", "scores/part-000000.parquet"}


@pytest.mark.usefixtures("scored_parts")
def test_a_device_is_not_taken_for_a_folder(tasks: Path, engine_folder: Path) -> None:
    with pytest.raises(EngineError, match="/dev/full is not the output of a batch run"):
        run(tasks, Path("/dev/full"), engine_folder)


@pytest.mark.usefixtures("scored_parts")
def test_a_link_in_place_of_the_lock_changes_no_file(
    tasks: Path, engine_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".lock").symlink_to(tmp_path / "thesis.docx")
    with pytest.raises(EngineError, match=r"\.lock is a link or another special file; remove it"):
        run(tasks, tmp_path / "out", engine_folder)
    assert (tmp_path / "thesis.docx").read_text() == "years of work"
