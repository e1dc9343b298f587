"""Limits for clients: the hostnames by which they may reach the server, and how often."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.display.wording import gettext
from engine.errors import InputError
from engine.web import DEFAULT_RATE
from engine.web.server.allowances import CALLER, SECONDS_OF_WORK, Allowances, Caller
from engine.web.server.errors import problem

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ANY_HOST = "*"
UNLIMITED = "none"

OPERATIONS = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes for operators: available under any hostname, without a rate limit."""

_READ_COST, _WRITE_COST = 1, 5
"""A POST scores a job, which takes as long as several pages."""

_MAX_NAME = 64
"""Characters of a client that is named by a proxy in another way than by its address."""

_ALL_ADDRESSES = ("0.0.0.0", "::", "")  # noqa: S104 compared only


@dataclass(frozen=True)
class Protection:
    """Limits for clients.

    Attributes:
        hosts: hostnames that the server accepts; ``*`` for any, ``*.example.org`` for all
            subdomains.
        rate: requests that a client may make, a POST counting as five; None for no limit. A request
            counts as one more for each further ``SECONDS_OF_WORK`` that it takes.
        seconds: maximum time of a request, from its head to the end of its response.
    """

    hosts: tuple[str, ...] = (ANY_HOST,)
    rate: RateLimitItem | None = None
    seconds: float = 30.0

    @classmethod
    def of(
        cls, address: str, allowed_hosts: Sequence[str] = (), rate_limit: str = DEFAULT_RATE
    ) -> Protection:
        """Limits for a server that listens on ``address``.

        Args:
            allowed_hosts: hostnames, as for ``hosts``; by default the address. Names of the
                loopback interface are always accepted.
            rate_limit: such as ``600/minute``, or ``none``.

        Raises:
            InputError: if the address needs hostnames, or a hostname or the rate is invalid.
        """
        if not allowed_hosts and address in _ALL_ADDRESSES:
            raise InputError(
                f"--host {address} listens on all addresses; set the public hostname with "
                f"--allowed-host, such as risk.example.org, or allow any with '{ANY_HOST}'"
            )
        names = tuple(allowed_hosts) or (f"[{address}]" if ":" in address else address,)
        for name in names:
            if "*" in name.removeprefix("*.") and name != ANY_HOST:
                raise InputError(
                    f"--allowed-host {name} is invalid; give a hostname, *.example.org, or "
                    f"'{ANY_HOST}'"
                )
        try:
            rate = None if rate_limit == UNLIMITED else parse(rate_limit)
        except ValueError:
            raise InputError(
                f"--rate-limit {rate_limit} is invalid; give a rate such as {DEFAULT_RATE} or "
                f"10/second, or {UNLIMITED}"
            ) from None
        return cls(tuple(dict.fromkeys((*names, *LOOPBACK))), rate)


class HostCheck:
    """ASGI middleware that rejects requests for other hostnames, such as those of DNS rebinding."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._checked = TrustedHostMiddleware(app, list(hosts), www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exempt = scope.get("path") in OPERATIONS
        await (self._app if exempt else self._checked)(scope, receive, send)


class RateLimit:
    """ASGI middleware that rejects requests above a rate, and says when to try again."""

    def __init__(self, app: ASGIApp, rate: RateLimitItem) -> None:
        self._app = app
        self._rate = rate
        self._allowances = Allowances(rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in OPERATIONS:
            client = _client(scope)
            cost = _WRITE_COST if scope["method"] == "POST" else _READ_COST
            wait = math.ceil(self._allowances.take(client, cost))
            if wait:
                detail = gettext(
                    "Too many requests: the limit is %(rate)s. Try again in %(seconds)s s.",
                    rate=self._rate,
                    seconds=wait,
                )
                response = problem(Request(scope), 429, detail, translated=True)
                response.headers["retry-after"] = str(wait)
                await response(scope, receive, send)
                return
            CALLER.set(Caller(client, cost * SECONDS_OF_WORK, self._allowances))
        await self._app(scope, receive, send)


def _client(scope: Scope) -> str:
    """The client's address; for IPv6 its /64 network, because a client owns all of it."""
    host = (scope.get("client") or ("unknown", 0))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)[:_MAX_NAME]
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(int(address) >> 64)
    return str(address)
