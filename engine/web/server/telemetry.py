"""Metrics for Prometheus, and a log line for each request."""

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
from engine.web.server.request_queue import Queues

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_logger = logging.getLogger(__name__)


class Metrics:
    """Metrics of one server.

    Labels are routes, known methods and statuses, so that clients cannot add time series.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "http_requests",
            "Responses sent.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "http_request_duration_seconds",
            "Time from the head of a request to the end of its response.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_progress = Gauge(
            "http_requests_in_progress", "Requests in progress.", registry=self.registry
        )
        self._waiting = Gauge(
            "scoring_jobs_waiting", "Jobs that wait to be scored.", registry=self.registry
        )
        self._running = Gauge(
            "scoring_jobs_running",
            "Jobs being scored, including those whose clients have left.",
            registry=self.registry,
        )
        self._reading = Gauge(
            "reading_jobs_waiting", "Pages and searches that wait.", registry=self.registry
        )
        self._revision = Gauge(
            "scoring_run",
            "Newest complete scoring run; 0 if there is none.",
            registry=self.registry,
        )
        self._facts = Info("occupation_risk", "Version and engine.", registry=self.registry)
        ProcessCollector(registry=self.registry)

    def describe(
        self, facts: dict[str, str], queues: Queues, revision: Callable[[], float]
    ) -> None:
        """Set the facts about the server, and what the gauges read."""
        self._facts.info(facts)
        self._waiting.set_function(lambda: queues.scoring.waiting)
        self._running.set_function(lambda: queues.scoring.running)
        self._reading.set_function(lambda: queues.reading.waiting)
        self._revision.set_function(revision)

    def text(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        return generate_latest(self.registry)


class Observed:
    """ASGI middleware that counts, times and logs every request, including rejected ones."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = "none"

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        started = time.perf_counter()
        try:
            with self._metrics.in_progress.track_inprogress():
                await self._app(scope, receive, send_and_note)
        finally:
            seconds = time.perf_counter() - started
            labels = {
                "method": scope["method"] if scope["method"] in _METHODS else "other",
                "route": route(scope),
                "status": status,
            }
            self._metrics.requests.labels(**labels).inc()
            self._metrics.seconds.labels(labels["route"]).observe(seconds)
            if _logger.isEnabledFor(logging.INFO):
                _logger.info("request", extra=labels | {"seconds": round(seconds, 4)})
