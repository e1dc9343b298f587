from __future__ import annotations

import multiprocessing
import os
import re
import signal
from pathlib import Path

import pytest

from engine import EngineError
from engine.batch import attempts, process_pool
from engine.batch.attempts import MAX_TRIES, attempt, forget, underway
from engine.batch.plan import FileState, Part, Settings
from engine.batch.scorer import Job

STATE = FileState(bytes=1, modified=1)
PARTS = [
    Part(number=n, path="a", source="a.csv", state=STATE, first=10 * n, rows=10) for n in range(3)
]


def _begin_and_die(folder: Path, part: Part) -> None:
    with attempt(folder, part):
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_part_that_kills_its_process_is_given_up(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    for _ in range(MAX_TRIES):
        process = fork.Process(target=_begin_and_die, args=(tmp_path, PARTS[1]))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    assert underway(tmp_path, PARTS) == [PARTS[1]]
    message = r"3 processes were killed while they scored part 1 \(rows 11 to 20 of a\.csv\)"
    with pytest.raises(EngineError, match=message), attempt(tmp_path, PARTS[1]):
        pytest.fail("one more try")
    with attempt(tmp_path, PARTS[2]):
        assert underway(tmp_path, PARTS) == PARTS[1:]
    (tmp_path / ".trying-my-luck").touch()
    forget(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".trying-my-luck"]


def test_an_error_is_no_killed_process(tmp_path: Path) -> None:
    for _ in range(2 * MAX_TRIES):
        with pytest.raises(EngineError, match="any"), attempt(tmp_path, PARTS[0]):
            raise EngineError("any")
    assert underway(tmp_path, PARTS) == []


@pytest.mark.slow
def test_a_killed_process_of_the_pool_names_its_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool kills the process of part 1 by scoring it, as too large a part would."""
    monkeypatch.setattr(process_pool, "_score", _score_or_die)
    job = Job(settings=Settings(engine="any"), output=tmp_path, engine_sha256="")
    message = re.escape("while it scored part 1 (rows 11 to 20 of a.csv); completed parts are kept")
    with pytest.raises(EngineError, match=message):
        list(process_pool.score_locally(PARTS[1:], job, 1))


def _score_or_die(part: Part) -> None:
    assert process_pool._job is not None
    with attempts.attempt(process_pool._job.output, part):
        os.kill(os.getpid(), signal.SIGKILL)
