"""A run is of one engine and of the files that it began with; otherwise it ends with an error."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from engine import EngineError, RiskEngine
from engine.batch import run as run_module
from engine.batch.plan import Settings
from engine.batch.progress import BatchProgress
from engine.batch.run import run_batch
from tests.batch.conftest import read_scores, run, sentences, write_tasks
from tests.conftest import WordEncoder


def _run_and_change(source: Path, output: Path, engine: Path, change: object) -> None:
    """Call ``change`` when the first of three parts is complete."""

    def on_progress(progress: BatchProgress) -> None:
        if progress.done == 10:
            change()  # type: ignore[operator]

    settings = Settings(engine=str(engine), part_rows=10)
    run_batch(str(source), output, settings, on_progress=on_progress)


@pytest.mark.usefixtures("scored_parts")
def test_an_input_that_is_replaced_during_the_run_ends_it(
    engine_folder: Path, tmp_path: Path
) -> None:
    source, out = tmp_path / "in.parquet", tmp_path / "out"
    table = write_tasks(source, sentences(30))
    found = source.stat()
    shutil.copyfile(source, tmp_path / "kept")

    def replace() -> None:
        write_tasks(tmp_path / "new.parquet", [f"Lift box {n} in a shop." for n in range(30)])
        (tmp_path / "new.parquet").replace(source)

    with pytest.raises(EngineError, match=r"in\.parquet was changed during the run; completed par"):
        _run_and_change(source, out, engine_folder, replace)
    assert read_scores(out).select(["id", "task"]).equals(table.slice(0, 10))
    with pytest.raises(EngineError, match=r"another run \(different inputs\)"):
        run(source, out, engine_folder, part_rows=10)
    (tmp_path / "kept").replace(source)
    os.utime(source, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert run(source, out, engine_folder, part_rows=10).scored == 30


@pytest.mark.usefixtures("scored_parts")
@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_an_input_of_the_same_size_and_another_time_is_another_one(
    suffix: str, engine_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It changes between the start of the run and the first read."""
    source = tmp_path / f"in{suffix}"
    write_tasks(tmp_path / "in.parquet", sentences(30))
    (tmp_path / "in.csv").write_text("\n".join(["id,task", "1,Lift boxes in a shop."]))
    plan = run_module._stage

    def touch_then_plan(record, folder):  # type: ignore[no-untyped-def]
        os.utime(source, ns=(0, 0))
        return plan(record, folder)

    monkeypatch.setattr(run_module, "_stage", touch_then_plan)
    with pytest.raises(EngineError, match=r"in\.\w+ was changed during the run"):
        run(source, tmp_path / "out", engine_folder)
    assert not list((tmp_path / "out").rglob("part-*"))


@pytest.mark.usefixtures("scored_parts")
def test_a_worker_that_loads_another_engine_scores_nothing(
    engine: RiskEngine,
    engine_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The folder is replaced after the run has begun and before its worker loads it."""
    folder = tmp_path / "engine"
    shutil.copytree(engine_folder, folder)
    other = RiskEngine.load(folder, encoder=WordEncoder(), confidence=0.5)
    plan = run_module.plan_parts

    def replace_then_plan(files, settings):  # type: ignore[no-untyped-def]
        other.save(folder)
        return plan(files, settings)

    write_tasks(tmp_path / "in.parquet", sentences(30))
    with monkeypatch.context() as patch:
        patch.setattr(run_module, "plan_parts", replace_then_plan)
        with pytest.raises(EngineError, match="engine holds another engine than at the start of"):
            run(tmp_path / "in.parquet", tmp_path / "out", folder)
    assert not list((tmp_path / "out").rglob("part-*"))
    engine.save(folder)
    assert run(tmp_path / "in.parquet", tmp_path / "out", folder).scored == 30
