"""Worked by hand: ten requests in a window of sixty seconds."""

from __future__ import annotations

import pytest
from limits import parse

from engine.web.server import allowances
from engine.web.server.allowances import SECONDS_OF_WORK, Allowances, Caller


class Clock:
    """A clock that tests set."""

    now = 6_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ten(clock: Clock) -> Allowances:
    return Allowances(parse("10/minute"), clock)


def test_the_window_slides(ten: Allowances, clock: Clock) -> None:
    assert [ten.take("a", 5) for _ in range(2)] == [0, 0]
    # The ten of this window count 9 in the next one after 6 s of it.
    assert ten.take("a", 1) == pytest.approx(66)
    assert ten.take("b", 10) == 0
    clock.now += 65.9
    assert ten.take("a", 1) == pytest.approx(0.1)
    clock.now += 0.2
    assert ten.take("a", 1) == 0
    # 9 of the window before and 1 of this one: one more is left after another 6 s.
    assert ten.take("a", 1) == pytest.approx(5.9)
    clock.now += 120
    assert ten.take("a", 10) == 0


def test_more_than_the_allowance_costs_all_of_it(ten: Allowances) -> None:
    assert ten.take("a", 50) == 0
    assert ten.take("a", 1) == pytest.approx(66)


def test_work_beyond_what_was_paid_is_charged(ten: Allowances, clock: Clock) -> None:
    caller = Caller("a", 5 * SECONDS_OF_WORK, ten)
    assert ten.take("a", 5) == 0
    caller.charge(4 * SECONDS_OF_WORK)
    assert ten.take("a", 5) == 0
    caller.charge(25 * SECONDS_OF_WORK)  # the client owes 20 more than it has
    # The 30 of this window count 9 in the next one after 42 s of it.
    assert ten.take("a", 1) == pytest.approx(60 + 42)
    clock.now += 101.9
    assert ten.take("a", 1) > 0
    clock.now += 0.2
    assert ten.take("a", 1) == 0


def test_clients_are_forgotten_when_their_time_is_over_or_there_are_too_many(
    ten: Allowances, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowances, "_MAX_CLIENTS", 100)
    for number in range(1_000):
        ten.take(str(number), 10)
    assert ten.clients == 100
    assert ten.take("999", 1) > 0
    clock.now += 60
    ten.take("new", 1)
    assert ten.clients == 101
    clock.now += 120
    ten.take("new", 1)
    assert ten.clients == 1
