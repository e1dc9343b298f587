"""What the server counts and times, for Prometheus; and a log line for each request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.web.server.request_limits import route

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_logger = logging.getLogger(__name__)


class Metrics:
    """Metrics of one server. Labels are templates of paths, known methods and statuses: however
    many addresses are asked for, there are no more series than routes."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "http_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "http_request_duration_seconds",
            "From the head of a request to the end of its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_progress = Gauge(
            "http_requests_in_progress", "Requests being answered.", registry=self.registry
        )
        self._waiting = Gauge(
            "scoring_jobs_waiting", "Jobs that wait to be scored.", registry=self.registry
        )
        self._run = Gauge(
            "scoring_run", "Number of the newest complete run; 0 for none.", registry=self.registry
        )
        self._engine = Info("occupation_risk", "What is served.", registry=self.registry)
        ProcessCollector(registry=self.registry)

    def describe(
        self, facts: dict[str, str], waiting: Callable[[], float], run: Callable[[], float]
    ) -> None:
        """Say what is served, and where two of the gauges are read."""
        self._engine.info(facts)
        self._waiting.set_function(waiting)
        self._run.set_function(run)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self.registry)


class Observed:
    """ASGI middleware: count, time and log every request, whoever answers it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = "none"

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        begun = time.perf_counter()
        try:
            with self._metrics.in_progress.track_inprogress():
                await self._app(scope, receive, noted)
        finally:
            seconds = time.perf_counter() - begun
            method = scope["method"] if scope["method"] in _METHODS else "other"
            asked = route(scope)
            self._metrics.requests.labels(method, asked, status).inc()
            self._metrics.seconds.labels(asked).observe(seconds)
            if _logger.isEnabledFor(logging.INFO):
                told = {"method": method, "route": asked, "status": status}
                _logger.info("request", extra=told | {"seconds": round(seconds, 4)})
