from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import EngineError
from engine.utils.file_lock import file_lock

_HOLD = """
import sys
from pathlib import Path
from engine.utils.file_lock import file_lock
with file_lock(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_only_one_process_at_a_time_holds_a_lock(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    path = tmp_path / ".lock"
    command = [sys.executable, "-c", _HOLD, str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        with (
            pytest.raises(EngineError, match="another process is writing to .*; wait for it"),
            file_lock(path, wait=False),
        ):
            pass
        holder.kill()
        holder.wait()
    with file_lock(path, wait=False):  # the system released the lock of the killed process
        assert path.is_file()
    with file_lock(path):
        pass


def test_a_linked_lock_is_rejected_and_its_target_keeps_its_content(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    target = tmp_path / "thesis.txt"
    target.write_text("years of work")
    path = tmp_path / ".lock"
    path.symlink_to(target)
    with pytest.raises(EngineError, match=r"\.lock is a link or .*; remove it"), file_lock(path):
        pass
    assert target.read_text() == "years of work"
    path.unlink()
    path.symlink_to(tmp_path / "created")
    with pytest.raises(EngineError, match="is a link"), file_lock(path):
        pass
    assert not (tmp_path / "created").exists()


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_a_lock_that_is_not_a_regular_file_is_rejected(tmp_path: Path, kind: str) -> None:
    pytest.importorskip("fcntl")
    path = tmp_path / ".lock"
    os.mkfifo(path) if kind == "pipe" else path.mkdir()
    with pytest.raises(EngineError, match="special file; remove it"), file_lock(path):
        pass


def test_the_content_of_a_lock_file_is_kept(tmp_path: Path) -> None:
    """A hard link gives it a second name, which no open can detect."""
    pytest.importorskip("fcntl")
    (tmp_path / "thesis.txt").write_text("years of work")
    os.link(tmp_path / "thesis.txt", tmp_path / ".lock")
    with file_lock(tmp_path / ".lock"):
        pass
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
