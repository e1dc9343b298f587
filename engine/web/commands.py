"""What the commands pipeline, changes, serve and export do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from engine.records.inputs import Occupation
from engine.report.formatting import percent, points
from engine.risk_engine import RiskEngine
from engine.utils.atomic_write import write_report
from engine.web.content.site import Site
from engine.web.pages.static_site import export
from engine.web.store.database import DATABASE_VARIABLE
from engine.web.store.pipeline import changes_since, open_run, run_pipeline
from engine.web.store.store import COMPLETE, Store

_CHANGES_SHOWN = 50

Report = Callable[[int, int, str], None]


@contextmanager
def _progress(what: str) -> Iterator[Report]:
    """A bar on a terminal's stderr; nothing elsewhere."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        row = bar.add_task(what, total=None)
        yield lambda done, total, title: bar.update(row, completed=done, total=total)


def pipeline(
    engine: Path | None,
    database: str | None,
    soc_codes: Sequence[str] | None,
    again: bool,
    report: Path | None = None,
) -> str:
    """Score the catalogue, or some of it, into the store; what was done, in one line.

    With ``report``, the same and more goes into a JSON file of that name.
    """
    begun = time.perf_counter()
    store = Store(database)
    loaded = RiskEngine.load(engine)
    with _progress("scoring") as shown:
        done = run_pipeline(loaded, store, soc_codes, again=again, progress=shown)
    if report is not None:
        facts = {"store": store.url, "engine": loaded.fingerprint, "reference": loaded.corpus.name}
        seconds = round(time.perf_counter() - begun, 3)
        write_report(report, asdict(done) | facts | {"seconds": seconds})
    if done.already_complete:
        return (
            f"run {done.run_id} of {store.url} is complete: nothing to do; --again makes a new one"
        )
    resumed = f", {done.resumed} before it was cut off" if done.resumed else ""
    return f"run {done.run_id} of {store.url} is complete: {done.scored} scored{resumed}"


def changes(engine: Path | None, database: str | None, run_id: int) -> str:
    """Occupations whose risk now is another than in a run, one a line, most first."""
    found = changes_since(Store(database), run_id, RiskEngine.load(engine).fingerprint)
    if not found:
        return f"nothing changed since run {run_id}"
    lines = [f"{len(found)} occupations changed since run {run_id}"]
    for change in found[:_CHANGES_SHOWN]:
        before, after = (
            "-" if risk is None else percent(risk) for risk in (change.before, change.after)
        )
        both = change.before is not None and change.after is not None
        moved = points(change.difference) if both else ""
        lines.append(f"{change.soc_code}  {before:>5} -> {after:>5}  {moved:>11}  {change.title}")
    if len(found) > _CHANGES_SHOWN:
        lines.append(f"… and {len(found) - _CHANGES_SHOWN} more")
    return "\n".join(lines)


def serve(
    engine: Path | None,
    database: str | None,
    host: str,
    port: int,
    root_path: str,
    score: bool,
    allowed_hosts: Sequence[str] = (),
    rate_limit: str = "600/minute",
) -> None:
    """Serve until interrupted. Engine and store are opened first: their faults end the command.

    Args:
        score: score what of the catalogue has no score yet, in a process of its own meanwhile.
    """
    from engine.web.server.app import create_app
    from engine.web.server.rate_limit import Protection
    from engine.web.server.run import run

    # Jobs are scored side by side: threads that have nothing to do leave the cores to the others.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    protection = Protection.of(host, allowed_hosts, rate_limit)
    loaded, store = RiskEngine.load(engine), Store(database)
    to_score = score and open_run(loaded, store).state != COMPLETE
    site = Site(loaded, store)
    # Loads the encoder, and all else that is made when it is first needed, before anyone waits.
    site.scored(Occupation("Clerk", ["Write reports for clients.", "File the letters of clients."]))
    app = create_app(lambda: site, root_path=root_path, protection=protection)
    with _pipeline_beside(engine, database) if to_score else nullcontext():
        run(app, host, port)


@contextmanager
def _pipeline_beside(engine: Path | None, database: str | None) -> Iterator[None]:
    """The pipeline as a process of its own, which ends with the server; it can go on later."""
    command = [sys.executable, "-m", "engine", "pipeline"]
    command += [] if engine is None else ["--engine", str(engine)]
    named = {} if database is None else {DATABASE_VARIABLE: database}  # it may hold a password
    # The server passes on the signal that ended it: it must not end the process before this does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    beside = subprocess.Popen(command, env=os.environ | named)  # noqa: S603
    if hasattr(os, "setpriority"):  # readers come first
        os.setpriority(os.PRIO_PROCESS, beside.pid, 10)
    try:
        yield
    finally:
        beside.terminate()
        beside.wait()


def export_site(engine: Path | None, database: str | None, folder: Path) -> str:
    """Write the site as files; how many, in one line."""
    site = Site(RiskEngine.load(engine), Store(database))
    with _progress("writing") as report:
        count = export(site, folder, report)
    return f"wrote {count} files to {folder}"
