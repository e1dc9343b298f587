from __future__ import annotations

import errno
import os

import pytest

from engine.cli.faults import reported
from engine.errors import InputError


def _ended(error: BaseException) -> int:
    with pytest.raises(SystemExit) as ending, reported("occupation-risk"):
        raise error
    return int(ending.value.code or 0)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (InputError("task is blank; write one"), "task is blank; write one"),
        (MemoryError(), "not enough memory; give smaller input, or close other programs"),
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
            "output cannot be written (No space left on device); free space, or write to another "
            "file",
        ),
        (
            PermissionError(errno.EACCES, os.strerror(errno.EACCES), "scores.csv"),
            "scores.csv cannot be used (Permission denied); check the path and its permissions, "
            "and that the disk has space",
        ),
    ],
)
def test_what_the_user_can_fix_is_one_line_and_status_2(
    error: BaseException, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ended(error) == 2
    assert capsys.readouterr() == ("", f"occupation-risk: {line}\n")


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 141)]
)
def test_an_interrupt_and_a_closed_pipe_are_quiet(
    error: BaseException, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ended(error) == status
    assert capsys.readouterr() == ("", "")


def test_a_defect_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), reported("occupation-risk"):
        raise ZeroDivisionError


def test_a_status_is_kept() -> None:
    assert _ended(SystemExit(3)) == 3
