"""What each client may still request: a sliding window over what its requests have cost."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from limits import RateLimitItem

SECONDS_OF_WORK = 0.05
"""Processor time that costs as much as one request: about that of a page that is not cached."""

_LEAST_WAIT = 1e-3
_MAX_CLIENTS = 100_000
"""Maximum number of clients to count; beyond it, the first ones are forgotten."""


class Allowances:
    """The costs of each client in the present window of time and in the one before it.

    The rate is an average over the last window: the present one counts in full, and the one before
    it in proportion to the part that the sliding window still covers. The clock is monotonic, so
    changes of the system's time have no effect. Any number of threads may use it.

    Args:
        rate: maximum cost in a window.
        clock: the time in seconds.
    """

    def __init__(self, rate: RateLimitItem, clock: Callable[[], float] = time.monotonic) -> None:
        self._amount = float(rate.amount)
        self._seconds = float(rate.get_expiry())
        self._clock = clock
        self._lock = threading.Lock()
        self._window = -1
        self._before: dict[str, float] = {}
        self._now: dict[str, float] = {}

    def take(self, client: str, cost: float) -> float:
        """Take ``cost`` from a client's allowance if it is left; at most all of the allowance.

        Returns:
            0 if it was taken; else the seconds to wait until it is left.
        """
        cost = min(cost, self._amount)
        with self._lock:
            passed = self._slide()
            before, now = self._before.get(client, 0.0), self._now.get(client, 0.0)
            if before * (1 - passed) + now + cost <= self._amount:
                self._add(client, cost)
                return 0.0
            return max(_LEAST_WAIT, self._seconds * self._wait(before, now, cost, passed))

    def charge(self, client: str, cost: float) -> None:
        """Take ``cost`` from a client's allowance, even if less is left."""
        with self._lock:
            self._slide()
            self._add(client, cost)

    @property
    def clients(self) -> int:
        """Number of clients that are counted."""
        return len({*self._before, *self._now})

    def _slide(self) -> float:
        """Forget windows that are over; return the part of the present one that has passed."""
        windows = self._clock() / self._seconds
        number = math.floor(windows)
        if number > self._window:
            self._before = self._now if number == self._window + 1 else {}
            self._now = {}
            self._window = number
        return windows - number

    def _add(self, client: str, cost: float) -> None:
        self._now[client] = self._now.get(client, 0.0) + cost
        if len(self._now) > _MAX_CLIENTS:
            del self._now[next(iter(self._now))]

    def _wait(self, before: float, now: float, cost: float, passed: float) -> float:
        """Return the windows until ``cost`` is left, if nothing else is requested before."""
        left = self._amount - now - cost
        if left >= 0:  # once enough of the window before has passed
            return 1 - left / before - passed
        return 1 - passed + max(0.0, 1 - (self._amount - cost) / now)


@dataclass(frozen=True)
class Caller:
    """The client of a request, and how it is charged for what the request has cost.

    Attributes:
        client: name of the client.
        paid: seconds of work that the client has paid for in advance.
        allowances: the costs of all clients.
    """

    client: str
    paid: float
    allowances: Allowances

    def charge(self, seconds: float) -> None:
        """Charge the client for the seconds of processor time that exceed what it has paid."""
        extra = seconds - self.paid
        if extra > 0:
            self.allowances.charge(self.client, extra / SECONDS_OF_WORK)


CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)
"""The caller of the request that is being answered; None if the rate is not limited."""
