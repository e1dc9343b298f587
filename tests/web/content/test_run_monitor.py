from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import RiskEngine
from engine.web.content.run_monitor import Progress, RunMonitor
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import ScoringRun, Store
from tests.web.conftest import ART
from tests.web.interruption import InterruptionError, interrupt_after

SETTING = "engine.web.content.run_monitor.SECONDS_BETWEEN_CHECKS"


@pytest.fixture
def monitor(engine: RiskEngine, store: Store) -> RunMonitor:
    return RunMonitor(store, engine.fingerprint, len(engine.corpus.rows_of))


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_it_follows_the_first_run_and_then_the_newest(
    engine: RiskEngine, store: Store, monitor: RunMonitor
) -> None:
    assert (monitor.revision(), monitor.progress()) == (0, None)
    with pytest.raises(InterruptionError):
        run_pipeline(engine, store, progress=interrupt_after(3))
    assert monitor.revision() == 0
    assert monitor.progress() == Progress(1, 3, len(engine.corpus.rows_of))
    run_pipeline(engine, store)
    assert (monitor.revision(), monitor.progress()) == (1, None)
    run_pipeline(engine, store, [ART])
    assert monitor.revision() == 2


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_progress_of_a_run_of_a_few_occupations_counts_those(
    engine: RiskEngine, store: Store, monitor: RunMonitor
) -> None:
    store.start_run(engine.fingerprint, "starter", 0.9, [ART])
    assert monitor.progress() == Progress(1, 0, 1)


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_one_thread_asks_the_store_while_the_others_get_the_previous_answer(
    monitor: RunMonitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks, released = [], threading.Event()
    runs_of_store = Store.runs

    def runs(store: Store, fingerprint: str | None = None) -> list[ScoringRun]:
        checks.append(threading.get_ident())
        assert released.wait(30)
        return runs_of_store(store, fingerprint)

    before = monitor.revision()
    monkeypatch.setattr(Store, "runs", runs)
    with ThreadPoolExecutor(1) as threads:
        checking = threads.submit(monitor.revision)
        while not checks:
            pass
        assert not monitor.is_due
        assert [monitor.revision() for _ in range(5)] == [before] * 5
        assert len(checks) == 1
        released.set()
        assert checking.result() == before


def test_a_failed_check_is_repeated_at_once(
    monitor: RunMonitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SETTING, 3600.0)
    with monkeypatch.context() as broken:
        broken.setattr(Store, "runs", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            monitor.revision()
    assert monitor.is_due
    assert monitor.revision() == 0
    assert not monitor.is_due
