"""What one client may ask for, and under which names the server is asked."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.errors import InputError
from engine.web.server.errors import problem

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ANY_HOST = "*"
UNLIMITED = "none"
DEFAULT_RATE = "600/minute"

OPERATIONS = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by the machinery around the server: under any name, and as often as it likes."""

_READ_COST, _WRITE_COST = 1, 5
"""Whatever is posted is scored, which takes the time of several pages."""


@dataclass(frozen=True)
class Protection:
    """What the server asks of those who ask it.

    Attributes:
        hosts: names in the ``Host`` header that it answers to; ``*`` for any,
            ``*.example.org`` for all below a domain.
        rate: requests a client may make, a POST counting as five; None for any number.
        seconds: how long a request may take, from its head to the end of its answer.
    """

    hosts: tuple[str, ...] = (ANY_HOST,)
    rate: RateLimitItem | None = None
    seconds: float = 30.0

    @classmethod
    def of(cls, address: str, hosts: Sequence[str] = (), rate: str = DEFAULT_RATE) -> Protection:
        """Of a server that listens on ``address``.

        Raises:
            InputError: if the names cannot be told from the address, or the rate is none.
        """
        if not hosts and address in ("0.0.0.0", "::", ""):  # noqa: S104 asked about, not bound
            raise InputError(
                f"--host {address} listens on every address: expected --allowed-host with the name "
                f"that visitors use, such as risk.example.org, or '{ANY_HOST}' for any"
            )
        names = tuple(hosts) or (f"[{address}]" if ":" in address else address,)
        for name in names:
            if "*" in name.removeprefix("*.") and name != ANY_HOST:
                raise InputError(
                    f"--allowed-host {name}: expected a name, *.example.org or '{ANY_HOST}'"
                )
        try:
            item = None if rate == UNLIMITED else parse(rate)
        except ValueError:
            raise InputError(
                f"--rate-limit {rate}: expected such as {DEFAULT_RATE}, 10/second or {UNLIMITED}"
            ) from None
        return cls(tuple(dict.fromkeys((*names, *LOOPBACK))), item)


class HostCheck:
    """ASGI middleware: requests for other names are refused, as those of DNS rebinding."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._checked = TrustedHostMiddleware(app, list(hosts), www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exempt = scope.get("path") in OPERATIONS
        await (self._app if exempt else self._checked)(scope, receive, send)


class RateLimit:
    """ASGI middleware: a client that asks too often is told when to come back."""

    def __init__(self, app: ASGIApp, rate: RateLimitItem) -> None:
        self._app = app
        self._rate = rate
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in OPERATIONS:
            client = _client(scope)
            cost = _WRITE_COST if scope["method"] == "POST" else _READ_COST
            if not self._limiter.hit(self._rate, client, cost=cost):
                reset = self._limiter.get_window_stats(self._rate, client).reset_time
                wait = max(1, math.ceil(reset - time.time()))
                said = f"Too many requests: expected at most {self._rate}; try again in {wait} s."
                answer = problem(Request(scope), 429, said)
                answer.headers["retry-after"] = str(wait)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _client(scope: Scope) -> str:
    """Address of the client; of IPv6 the network, since a client has all addresses of its /64."""
    host = (scope.get("client") or ("unknown", 0))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(int(address) >> 64)
    return str(address)
