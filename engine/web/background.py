"""The pipeline in a process beside the server, started again if it ends too early."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.utils.resources import DATABASE_VARIABLE

PAUSES = (1.0, 10.0, 60.0)
"""Seconds before the first, second and third new start; after that, the pipeline stays ended."""

_LOWER_PRIORITY = 10

_logger = logging.getLogger(__name__)


class BackgroundPipeline:
    """Runs a command until it succeeds; a context manager, whose end ends the process.

    A process that was killed, by a lack of memory for example, leaves a run that the next one
    resumes.

    Args:
        command: the command and its arguments.
        variables: further environment variables.
        pauses: seconds before each new start.
    """

    def __init__(
        self,
        command: Sequence[str],
        variables: dict[str, str] | None = None,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._command = command
        self._environment = os.environ | (variables or {})
        self._pauses = pauses
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._supervise, name="pipeline", daemon=True)
        self.failed = False
        """True if the process ended too early more often than it is started again."""

    @classmethod
    def of(
        cls, engine: Path | None, allow_encoder: str | None, database: str | None
    ) -> BackgroundPipeline:
        """Return the pipeline that scores the remaining occupations of the catalog."""
        command = [sys.executable, "-m", "engine", "pipeline"]
        command += [] if engine is None else ["--engine", str(engine)]
        command += [] if allow_encoder is None else ["--allow-encoder", allow_encoder]
        # The URL may hold a password, and other users can see the command line of a process.
        return cls(command, {} if database is None else {DATABASE_VARIABLE: database})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._ending.set()
            if self._process is not None:
                self._process.terminate()
        self._thread.join()

    def _supervise(self) -> None:
        for pause in (0.0, *self._pauses):
            if self._ending.wait(pause):
                return
            status = self._run()
            if status == 0 or self._ending.is_set():
                return
            _logger.warning("scoring in the background ended early", extra={"status": status})
        self.failed = True
        _logger.error("scoring in the background ended; run 'occupation-risk pipeline'")

    def _run(self) -> int:
        """Run the process once; return its exit status."""
        with self._lock:
            if self._ending.is_set():
                return 0
            self._process = subprocess.Popen(self._command, env=self._environment)  # noqa: S603
        if hasattr(os, "setpriority"):  # visitors come first
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _LOWER_PRIORITY)
        return self._process.wait()
