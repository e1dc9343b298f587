from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import EngineError
from engine.batch import output_folder
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
    record.write_text("[")
    with pytest.raises(EngineError, match=r"run\.json is missing or invalid; name a new folder"):
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
        write = until_killed(output_folder.write_atomically)
        patch.setattr(output_folder, "write_atomically", write)
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
