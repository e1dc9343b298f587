"""Only damaged data cost rows. A read that fails ends the run after some tries; it can resume."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine import EngineError
from engine.batch import faults, plan, scorer
from engine.batch.faults import ReadError, TransientReadError, reading, retried
from engine.batch.rejects import RejectFile
from tests.batch.conftest import read_scores, run, sentences, write_tasks


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that tries have waited."""
    waited: list[float] = []
    monkeypatch.setattr(faults.time, "sleep", waited.append)
    return waited


def _break(path: Path) -> None:
    """Make further reads of a file that is open here fail with EIO, as those of a dying disk."""
    (descriptor,) = (
        int(link.name)
        for link in Path("/proc/self/fd").iterdir()
        if link.is_symlink() and os.path.realpath(link) == str(path)
    )
    memory = os.open("/proc/self/mem", os.O_RDONLY)  # nothing is at the addresses of the file
    os.dup2(memory, descriptor)
    os.close(memory)


@pytest.fixture
def failing_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Path]:
    """Return a function that makes the input, whose first so many openings break when read."""

    def fail(times: int) -> Path:
        path = tmp_path / "in.parquet"
        write_tasks(path, sentences(400), row_group_size=100, compression="none")
        opened: list[pq.ParquetFile] = []

        def open_broken(given: str) -> pq.ParquetFile:
            file = plan.open_parquet(given)
            if len(opened) < times:
                _break(path)
            opened.append(file)
            return file

        monkeypatch.setattr(scorer, "open_parquet", open_broken)
        return path

    return fail


@pytest.mark.usefixtures("scored_parts")
@pytest.mark.parametrize("times", [1, 2])
def test_a_read_that_fails_for_a_moment_is_repeated(
    times: int,
    failing_reads: Callable[[int], Path],
    engine_folder: Path,
    tmp_path: Path,
    pauses: list[float],
) -> None:
    done = run(failing_reads(times), tmp_path / "out", engine_folder)
    assert (done.scored, done.rejected) == (400, 0)
    assert pauses == [0.5, 2.0][:times]


@pytest.mark.usefixtures("scored_parts")
def test_a_read_that_keeps_failing_ends_the_run_and_costs_no_row(
    failing_reads: Callable[[int], Path], engine_folder: Path, tmp_path: Path, pauses: list[float]
) -> None:
    source = failing_reads(3)
    message = r"in\.parquet cannot be read \(Input/output error\); completed parts are kept\. Check"
    with pytest.raises(EngineError, match=message):
        run(source, tmp_path / "out", engine_folder)
    assert pauses == [0.5, 2.0]
    assert not list((tmp_path / "out").rglob("part-*"))
    assert run(source, tmp_path / "out", engine_folder).scored == 400


def test_rows_before_a_failing_read_are_not_rejected_either(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    write_tasks(path, sentences(200_000), row_group_size=100_000, compression="none")
    part = plan.Part(
        number=0, path=str(path), source="in", state=plan.FileState.of(path), first=0, rows=200_000
    )
    with RejectFile(tmp_path / "rejects.parquet") as rejected, plan.open_parquet(path) as file:
        blocks: Iterator[object] = scorer._read_blocks(file, part, rejected)
        next(blocks)
        _break(path)
        with pytest.raises(TransientReadError, match="in cannot be read"):
            list(blocks)
        assert rejected.rows == 0


def test_errors_are_of_the_system_or_of_the_data() -> None:
    with pytest.raises(TransientReadError), reading("in"):
        raise OSError(errno.ESTALE, "Stale file handle")
    denied = pytest.raises(ReadError, match="in cannot be read.*Permission denied")
    with denied as found, reading("in"):
        raise PermissionError(errno.EACCES, "Permission denied")
    assert not isinstance(found.value, TransientReadError)
    with pytest.raises(OSError, match="^Corrupt data$"), reading("in"):
        raise OSError("Corrupt data")  # as Arrow raises it


def test_only_transient_errors_are_repeated(pauses: list[float]) -> None:
    calls: list[int] = []

    def full() -> None:
        calls.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        retried(full)
    assert (len(calls), pauses) == (1, [])


@pytest.mark.usefixtures("scored_parts")
def test_too_little_memory_costs_no_row_and_names_the_part(
    engine_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tasks(tmp_path / "in.parquet", sentences(30))
    with_scores = scorer._with_scores

    def too_large(block, scores):  # type: ignore[no-untyped-def]
        if "0020" in block["id"].to_pylist():
            bytearray(1 << 62)
        return with_scores(block, scores)

    monkeypatch.setattr(scorer, "_with_scores", too_large)
    message = r"not enough memory for part 2 \(rows 21 to 30 of .*in\.parquet\); completed parts"
    with pytest.raises(EngineError, match=message):
        run(tmp_path / "in.parquet", tmp_path / "out", engine_folder, part_rows=10)
    assert read_scores(tmp_path / "out").num_rows == 20
    monkeypatch.undo()
