"""What keeps answers from waiting for each other."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.web.content.site import Site
from engine.web.server.run import listening_on
from engine.web.store.store import Run, Store


def test_the_end_of_an_answer_does_not_wait_for_its_beginning_to_be_acknowledged() -> None:
    with listening_on("127.0.0.1", 0) as listening:
        client = socket.create_connection(listening.getsockname())
        connection, _ = listening.accept()
        with client, connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_one_thread_looks_for_a_new_run_and_the_others_go_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.web.content.site._SECONDS_BETWEEN_LOOKS", -1.0)
    looks, answered = [], threading.Event()
    really_runs = Store.runs

    def runs(store: Store, fingerprint: str | None = None) -> list[Run]:
        looks.append(threading.get_ident())
        assert answered.wait(30)
        return really_runs(store, fingerprint)

    before = site.revision()
    monkeypatch.setattr(Store, "runs", runs)
    with ThreadPoolExecutor(1) as threads:
        looking = threads.submit(site.revision)
        while not looks:
            pass
        assert not site.is_due
        assert [site.revision() for _ in range(5)] == [before] * 5
        assert len(looks) == 1
        answered.set()
        assert looking.result() == before


def test_a_look_that_failed_is_made_again_at_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.web.content.site._SECONDS_BETWEEN_LOOKS", -1.0)
    with monkeypatch.context() as broken:
        broken.setattr(Store, "runs", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            site.revision()
    monkeypatch.setattr("engine.web.content.site._SECONDS_BETWEEN_LOOKS", 3600.0)
    assert site.is_due
    assert site.revision() > 0
