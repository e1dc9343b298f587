"""Routes for operators: liveness, readiness and metrics."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from engine.errors import StoreError
from engine.version import __version__
from engine.web.background import BackgroundPipeline
from engine.web.content.site import Site
from engine.web.server.telemetry import Metrics


def health(site: Site, metrics: Metrics, background: BackgroundPipeline | None) -> APIRouter:
    """Routes ``/healthz``, ``/readyz`` and ``/metrics``; they are not meant for the public."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def alive() -> Response:
        """200 as long as the server responds."""
        return _uncached(200, {"status": "alive"})

    @router.get("/readyz")
    async def ready() -> Response:
        """200 with the run that pages show and what it lacks; 503 with the reason if they cannot.

        They cannot without a store that responds, and without any scores if the pipeline that
        should write them has ended.
        """
        try:
            runs, missing = await to_thread.run_sync(lambda: (site.runs(), site.missing()))
        except StoreError as error:
            return _uncached(503, {"status": "not ready", "store": str(error)})
        facts: dict[str, object] = {
            "version": __version__,
            "engine": site.engine.fingerprint,
            "run_id": runs[0].run_id if runs else None,
        }
        if missing:
            facts["missing"] = missing
        if background is not None and background.failed:
            facts["scoring"] = "ended too early too often; run 'occupation-risk pipeline'"
            if not runs:
                return _uncached(503, {"status": "not ready"} | facts)
        return _uncached(200, {"status": "ready"} | facts)

    @router.get("/metrics")
    async def current_metrics() -> Response:
        """All metrics in the text format of Prometheus."""
        return Response(await to_thread.run_sync(metrics.text), media_type=CONTENT_TYPE_LATEST)

    return router


def _uncached(status: int, content: dict[str, object]) -> Response:
    return JSONResponse(content, status, headers={"cache-control": "no-store"})
