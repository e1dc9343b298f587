"""Create the application: pages and JSON API over one engine and one store."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from engine.report.formatting import WHAT_RISK_IS
from engine.version import __version__
from engine.web.background import BackgroundPipeline
from engine.web.content.site import Site
from engine.web.pages.links import ServerLinks
from engine.web.pages.rendering import STATIC
from engine.web.server.api import api
from engine.web.server.errors import add_handlers
from engine.web.server.explore import explore_routes
from engine.web.server.health import health
from engine.web.server.languages import Languages, language_routes
from engine.web.server.page_cache import PageCache
from engine.web.server.pasted_jobs import pasted_job_routes
from engine.web.server.rate_limit import HostCheck, Protection, RateLimit
from engine.web.server.request_limits import Guard
from engine.web.server.request_queue import Queues
from engine.web.server.routes import pages
from engine.web.server.telemetry import Metrics, Observed
from engine.web.server.workforce import workforce_routes


class _CachedFiles(StaticFiles):
    """Static files, which browsers may cache.

    Addresses with a version change with their content. Those without one are on other sites too.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = "max-age=31536000, immutable" if scope["query_string"] else "max-age=3600"
        response.headers["cache-control"] = f"public, {kept}"
        return response


def create_app(
    open_site: Callable[[], Site],
    *,
    root_path: str = "",
    public_url: str = "",
    protection: Protection = Protection(),  # noqa: B008 frozen
    background: BackgroundPipeline | None = None,
) -> FastAPI:
    """Create the application.

    Args:
        open_site: opens engine and store; called once, when the server starts.
        root_path: path under which a proxy mounts the site, such as ``/risk``; "" for none.
        public_url: address of the home page for visitors; see ``ServerLinks``.
        protection: limits for clients; by default any host and any number of requests.
        background: the pipeline that runs beside the server, for its readiness; None if none does.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        site = await to_thread.run_sync(open_site)
        queues, own_routes = Queues.start(), [*app.router.routes]
        app.state.reference = site.engine.corpus.name  # for pages of errors
        facts = {"version": __version__, "engine": site.engine.fingerprint}
        metrics.describe(facts, queues, site.monitor.revision)
        app.include_router(health(site, metrics, background))
        app.include_router(api(site, queues))
        links, cache = ServerLinks(root_path, public_url), PageCache(site, queues.reading)
        app.include_router(language_routes(links))
        app.include_router(pages(site, links, queues, cache))
        app.include_router(explore_routes(site, links, cache))
        app.include_router(pasted_job_routes(site, links, queues.scoring))
        app.include_router(workforce_routes(site, links, queues.scoring))
        # Objects created so far live as long as the server. Without freezing them, each full
        # garbage collection would delay requests by 0.1 s.
        gc.collect()
        gc.freeze()
        yield
        gc.unfreeze()
        queues.close()
        app.router.routes[:] = own_routes  # a later start adds its own
        site.store.close()

    app = FastAPI(
        title="Occupation risk",
        version=__version__,
        description=WHAT_RISK_IS,
        lifespan=lifespan,
        root_path=root_path,
        openapi_url="/api/openapi.json",
        docs_url=None,  # these pages load scripts from other sites; /api describes the API
        redoc_url=None,
    )
    # The middleware added last sees a request first. Pages that are cached are compressed already;
    # this is for the files and for answers to forms.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    if protection.rate is not None:
        app.add_middleware(RateLimit, protection.rate)
    app.add_middleware(HostCheck, protection.hosts)
    app.add_middleware(Guard, protection.seconds)
    app.add_middleware(Observed, metrics)
    app.add_middleware(Languages)
    app.mount("/static", _CachedFiles(directory=STATIC), name="static")
    add_handlers(app)
    return app
