"""Watch the store for new scoring runs, without querying it at every request."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

from engine.web.store.store import COMPLETE, ScoringRun, Store

SECONDS_BETWEEN_CHECKS = 1.0


@dataclass(frozen=True)
class Progress:
    """Progress of the first scoring run: occupations done, and occupations in total."""

    run_id: int
    done: int
    total: int


class RunMonitor:
    """The newest complete run of an engine, looked up at most once a second.

    Args:
        engine_fingerprint: of the engine whose runs count.
        catalog_size: number of occupations in its catalog.
    """

    def __init__(self, store: Store, engine_fingerprint: str, catalog_size: int) -> None:
        self._store = store
        self._engine_fingerprint = engine_fingerprint
        self._catalog_size = catalog_size
        self._lock = threading.Lock()
        self._checked = -math.inf
        self._revision = 0
        self._progress: Progress | None = None

    @property
    def is_due(self) -> bool:
        """True if the next call of ``revision`` will query the store."""
        elapsed = time.monotonic() - self._checked
        return elapsed > SECONDS_BETWEEN_CHECKS and not self._lock.locked()

    def revision(self) -> int:
        """Number of the newest complete run; 0 if there is none.

        One thread queries the store; others that call in the meantime get the previous answer.
        """
        if self.is_due and self._lock.acquire(blocking=False):
            self._checked = time.monotonic()
            try:
                self._check()
            except BaseException:
                self._checked = -math.inf
                raise
            finally:
                self._lock.release()
        return self._revision

    def progress(self) -> Progress | None:
        """Progress of the first run; None if none has started or one is complete."""
        self.revision()
        return self._progress

    def _check(self) -> None:
        runs = self._store.runs(self._engine_fingerprint)
        complete = [run.run_id for run in runs if run.state == COMPLETE]
        self._revision = max(complete, default=0)
        self._progress = None if complete or not runs else self._progress_of(runs[0])

    def _progress_of(self, run: ScoringRun) -> Progress:
        total = self._catalog_size if run.scope is None else len(run.scope)
        return Progress(run.run_id, len(self._store.scored_codes(run.run_id)), total)
