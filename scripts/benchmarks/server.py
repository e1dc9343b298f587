"""A separate server for a benchmark: ``occupation-risk serve`` on a free port."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine import EngineError

COMMAND = (sys.executable, "-m", "engine")


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        process: its process ID.
        port: its port on 127.0.0.1.
    """

    process: int
    port: int

    def cpu_seconds(self) -> float:
        """Return the CPU time of the process and all its threads so far; on Linux only."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running(options: Sequence[str], log: Path) -> Iterator[Server]:
    """Run a server without a rate limit, and stop it at the end.

    Args:
        options: further options of ``serve``.
        log: file for what it prints.

    Raises:
        EngineError: if it exits before it accepts connections.
    """
    port = _free_port()
    command = [*COMMAND, "serve", "--port", str(port), "--rate-limit", "none", *options]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stderr=stream, stdout=stream)
        try:
            _wait_for(process, port, log)
            yield Server(process.pid, port)
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise EngineError(f"the server did not start: {log.read_text(errors='replace').strip()}")
