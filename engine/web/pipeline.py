"""The scoring pipeline: the catalogue, scored into the store, an occupation a transaction."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine import report
from engine.errors import InputError, UnknownRunError
from engine.records import OccupationRisk
from engine.risk_engine import RiskEngine
from engine.web.store import COMPLETE, RUNNING, Record, Run, Store

CONSIDERED, SIMILAR_STORED, SAFER_STORED = 60, 20, 15
"""Of the most similar occupations in any job zone, a page has the first of any risk, and the first
of lower risk."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PipelineResult:
    """What a call of the pipeline did.

    Attributes:
        run_id: of the run, which is complete.
        scored: occupations scored in this call.
        resumed: occupations that an earlier call, cut off, had scored already.
        already_complete: there was nothing to do.
    """

    run_id: int
    scored: int
    resumed: int
    already_complete: bool = False


def run_pipeline(
    engine: RiskEngine,
    store: Store,
    soc_codes: Sequence[str] | None = None,
    *,
    again: bool = False,
    progress: Callable[[int, int, str], None] = lambda done, total, title: None,
) -> PipelineResult:
    """Score occupations of the engine's catalogue into the store; go on where a call was cut off.

    Nothing of the run is shown before all of it is there.

    Args:
        soc_codes: occupations to score; None for the whole catalogue.
        again: make a new run even if this engine has completed the same one.
        progress: called after each occupation with how many are done, of how many, and its title.

    Raises:
        UnknownOccupationError, InputError: if a code is not one of the catalogue.
        StoreError: if the store cannot be written; what was scored before stays.
    """
    scope = None if soc_codes is None else _codes(engine, soc_codes)
    store.put_catalogue(engine.corpus)
    like_it = [run for run in store.runs(engine.fingerprint) if run.scope == scope]
    unfinished = [run for run in like_it if run.state == RUNNING]
    complete = [run for run in like_it if run.state == COMPLETE]
    if complete and not again and (not unfinished or complete[0].run_id > unfinished[0].run_id):
        return PipelineResult(complete[0].run_id, 0, 0, already_complete=True)
    if unfinished and not again:
        run = unfinished[0]
    else:
        run = store.start_run(engine.fingerprint, engine.corpus.name, engine.confidence, scope)
    codes = list(engine.corpus.rows_of) if scope is None else list(scope)
    done = store.scored_codes(run.run_id)
    facts = {"run_id": run.run_id, "occupations": len(codes), "scored_before": len(done)}
    _logger.info("run started", extra=facts)
    begun, scored = time.perf_counter(), 0
    for number, code in enumerate(codes, start=1):
        if code not in done:
            result = engine.score_occupation(code)
            record = json.loads(report.to_json(result))
            scored += store.put_score(run.run_id, record, _matches(engine, result))
            progress(number, len(codes), result.title)
    store.finish_run(run.run_id)
    seconds = round(time.perf_counter() - begun, 3)
    _logger.info("run complete", extra=facts | {"scored": scored, "seconds": seconds})
    return PipelineResult(run.run_id, scored, len(done))


def _codes(engine: RiskEngine, soc_codes: Sequence[str]) -> tuple[str, ...]:
    if not soc_codes:
        raise InputError("there are no SOC codes: expected at least one, or the whole catalogue")
    found = {engine.find(code).soc_code or "" for code in soc_codes}
    return tuple(sorted(found))


def _matches(engine: RiskEngine, scored: OccupationRisk) -> list[Record]:
    """Similar careers of any risk and of lower risk, most similar first, each once."""
    near = engine.similar_careers(scored, CONSIDERED, safer_only=False, max_job_zone_gap=None)
    safer = [match for match in near if match.risk_difference < 0][:SAFER_STORED]
    kept = {match.soc_code for match in [*near[:SIMILAR_STORED], *safer]}
    records: list[Record] = json.loads(
        report.to_json([match for match in near if match.soc_code in kept])
    )
    return records


@dataclass(frozen=True)
class Change:
    """An occupation whose risk differs between two runs; None where a run does not have it."""

    soc_code: str
    title: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float:
        """Risk after less risk before; 0 where one of them is missing."""
        return 0.0 if self.before is None or self.after is None else self.after - self.before


def changes_since(store: Store, run_id: int, engine_fingerprint: str) -> list[Change]:
    """What is shown now against what run ``run_id`` has: occupations that differ, most first.

    Raises:
        UnknownRunError: if there is no such complete run.
    """
    run = find_run(store, run_id)
    before = {row["soc_code"]: row for row in store.summaries(run.engine_fingerprint, run_id)}
    after = {row["soc_code"]: row for row in store.summaries(engine_fingerprint)}
    if run.scope is not None:  # it never meant to have the others
        after = {code: row for code, row in after.items() if code in before}
    found = []
    for code in sorted({*before, *after}):
        old, new = before.get(code), after.get(code)
        if old is None or new is None or old["risk"] != new["risk"]:
            title = str((new or old or {})["title"])
            risks = [None if row is None else float(row["risk"]) for row in (old, new)]
            found.append(Change(code, title, *risks))
    return sorted(found, key=lambda change: -abs(change.difference))


def find_run(store: Store, run_id: int) -> Run:
    """The complete run of this number.

    Raises:
        UnknownRunError: naming those there are.
    """
    complete = [run for run in store.runs() if run.state == COMPLETE]
    for run in complete:
        if run.run_id == run_id:
            return run
    there = ", ".join(str(run.run_id) for run in complete[:10]) or "none yet"
    raise UnknownRunError(
        f"there is no complete run {run_id}: expected one of the store's: {there}"
    )
