from __future__ import annotations

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
