"""The commands pipeline, changes, serve and export."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import Progress

from engine.errors import InputError, abbreviate
from engine.intake.postings import read_posting
from engine.report.formatting import percent, points
from engine.risk_engine import RiskEngine
from engine.utils.atomic_write import write_run_report
from engine.web import DEFAULT_RATE
from engine.web.background import BackgroundPipeline
from engine.web.content.site import Site
from engine.web.pages.languages import DEFAULT, LANGUAGES
from engine.web.pages.static_site import export
from engine.web.store.changes import Change, changes_since
from engine.web.store.pipeline import open_run, run_pipeline
from engine.web.store.store import COMPLETE, Store

_CHANGES_LISTED = 50

Reporter = Callable[[int, int, str], None]


def check_public_url(url: str) -> None:
    """Check the address that a site has for visitors; "" means that it is not known.

    Raises:
        InputError: if it is no address of a site.
    """
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query):
        raise InputError(
            f"--public-url {abbreviate(url)} is invalid; give the address of the home page, such "
            "as https://risk.example.org"
        )


@contextmanager
def _progress(activity: str) -> Iterator[Reporter]:
    """A progress bar on stderr, if stderr is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        row = bar.add_task(activity, total=None)
        yield lambda done, total, title: bar.update(row, completed=done, total=total)


def pipeline(
    *,
    engine: Path | None,
    allow_encoder: str | None = None,
    database: str | None,
    soc_codes: Sequence[str] | None = None,
    again: bool = False,
    report: Path | None = None,
) -> str:
    """Score the catalog, or some of its occupations, into the store.

    Args:
        engine: engine folder; the default engine if None.
        allow_encoder: name of an encoder that it may load besides those that ship.
        database: URL of the store; the default store if None.
        soc_codes: occupations to score; None for the entire catalog.
        again: start a new run even if the same one is complete.
        report: write a JSON run report to this path.

    Returns:
        one line about what was done.
    """
    started = time.perf_counter()
    store = Store(database)
    loaded = RiskEngine.load(engine, allow_encoder=allow_encoder)
    with _progress("scoring") as progress:
        done = run_pipeline(loaded, store, soc_codes, again=again, progress=progress)
    if report is not None:
        facts = {"store": store.url, "engine": loaded.fingerprint, "reference": loaded.corpus.name}
        seconds = round(time.perf_counter() - started, 3)
        write_run_report(report, asdict(done) | facts | {"seconds": seconds})
    if done.already_complete:
        return (
            f"run {done.run_id} of {store.url} was already complete; start a new run with --again"
        )
    resumed = f", {done.resumed} before the interruption" if done.resumed else ""
    return f"run {done.run_id} of {store.url} is complete: {done.scored} scored{resumed}"


def changes(
    *, engine: Path | None, allow_encoder: str | None = None, database: str | None, since: int
) -> str:
    """List the occupations whose risk changed since a run, one per line, largest change first.

    Args:
        engine, allow_encoder, database: as for ``pipeline``.
        since: number of the run.
    """
    loaded = RiskEngine.load(engine, allow_encoder=allow_encoder)
    found = changes_since(Store(database, read_only=True), since, loaded.fingerprint)
    if not found:
        return f"no changes since run {since}"
    noun = "occupation" if len(found) == 1 else "occupations"
    lines = [f"{len(found)} {noun} changed since run {since}"]
    lines += [_change_line(change) for change in found[:_CHANGES_LISTED]]
    if len(found) > _CHANGES_LISTED:
        lines.append(f"… and {len(found) - _CHANGES_LISTED} more")
    return "\n".join(lines)


def _change_line(change: Change) -> str:
    before, after = (
        "-" if risk is None else percent(risk) for risk in (change.before, change.after)
    )
    known = change.before is not None and change.after is not None
    difference = points(change.difference) if known else ""
    return f"{change.soc_code}  {before:>5} -> {after:>5}  {difference:>11}  {change.title}"


def serve(
    *,
    engine: Path | None,
    allow_encoder: str | None = None,
    database: str | None,
    host: str,
    port: int,
    root_path: str = "",
    public_url: str = "",
    score: bool = False,
    allowed_hosts: Sequence[str] = (),
    rate_limit: str = DEFAULT_RATE,
) -> None:
    """Serve pages and API until interrupted.

    Args:
        engine, allow_encoder, database: as for ``pipeline``; both open before the server starts.
        host, port: address to listen on.
        root_path: path under which a proxy mounts the site.
        public_url: address of the home page for visitors; "" if it is not known.
        score: score the remaining occupations in the background, in a process of its own.
        allowed_hosts, rate_limit: see ``Protection.of``.

    Raises:
        EngineError: if the engine, the store or the address is not available.
    """
    from engine.web.server.app import create_app
    from engine.web.server.rate_limit import Protection
    from engine.web.server.serve import serve_app

    # Jobs run side by side, so idle threads of one should leave the cores to the others.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    protection = Protection.of(host, allowed_hosts, rate_limit)
    check_public_url(public_url)
    loaded = RiskEngine.load(engine, allow_encoder=allow_encoder)
    store = Store(database, read_only=not score)
    unscored = score and open_run(loaded, store).state != COMPLETE
    site = Site(loaded, store)
    # The first job loads the encoder and other parts, so read and score one before visitors wait.
    posting = read_posting("Clerk\n\nDuties:\n- Write reports for clients.\n- File letters.")
    site.submitted.scored_with_careers(posting.occupation())
    background = BackgroundPipeline.of(engine, allow_encoder, database) if unscored else None
    app = create_app(
        lambda: site,
        root_path=root_path,
        public_url=public_url,
        protection=protection,
        background=background,
    )
    if background is not None:
        # Uvicorn raises the signal that ended it again, which must not end this process at once.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with background or nullcontext():
        serve_app(app, host, port)


def export_site(
    *,
    engine: Path | None,
    allow_encoder: str | None = None,
    database: str | None,
    folder: Path,
    public_url: str = "",
    language: str = DEFAULT,
) -> str:
    """Write the site as files into a folder; return one line about it.

    Args:
        engine, allow_encoder, database: as for ``pipeline``.
        public_url: as for ``serve``.
        language: code of the language of the pages.

    Raises:
        InputError: if there are no pages in the language, or the folder holds something else.
    """
    check_public_url(public_url)
    if language not in LANGUAGES:
        raise InputError(
            f"--language {abbreviate(language)} is unknown; choose from: {', '.join(LANGUAGES)}"
        )
    loaded = RiskEngine.load(engine, allow_encoder=allow_encoder)
    site = Site(loaded, Store(database, read_only=True))
    with _progress("writing") as progress:
        count = export(site, folder, progress, public_url=public_url, language=language)
    return f"wrote {count} files to {folder}"
