"""The scoring pipeline: the catalogue, scored into the store, an occupation a transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.errors import InputError, UnknownRunError
from engine.records import serialize
from engine.records.results import OccupationRisk
from engine.risk_engine import RiskEngine
from engine.web.store.store import COMPLETE, Record, Run, Store

CONSIDERED, SIMILAR_STORED, SAFER_STORED = 60, 20, 15
"""Of the most similar occupations in any job zone, a page has the first of any risk, and the first
of lower risk."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
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
    run = open_run(engine, store, soc_codes, again=again)
    if run.state == COMPLETE:
        return PipelineResult(run_id=run.run_id, scored=0, resumed=0, already_complete=True)
    codes = list(engine.corpus.rows_of) if run.scope is None else list(run.scope)
    done = store.scored_codes(run.run_id)
    facts = {"run_id": run.run_id, "occupations": len(codes), "scored_before": len(done)}
    _logger.info("run started", extra=facts)
    begun, scored = time.perf_counter(), 0
    for number, code in enumerate(codes, start=1):
        if code not in done:
            result = engine.score_occupation(code)
            record = serialize.as_plain(result, complete=True)
            scored += store.put_score(run.run_id, record, similar_records(engine, result))
            progress(number, len(codes), result.title)
    store.finish_run(run.run_id)
    seconds = round(time.perf_counter() - begun, 3)
    _logger.info("run complete", extra=facts | {"scored": scored, "seconds": seconds})
    return PipelineResult(run_id=run.run_id, scored=scored, resumed=len(done))


def open_run(
    engine: RiskEngine, store: Store, soc_codes: Sequence[str] | None = None, *, again: bool = False
) -> Run:
    """The run that ``run_pipeline`` would go on with: begun now, cut off before, or complete.

    Raises:
        UnknownOccupationError, InputError, StoreError: as ``run_pipeline``.
    """
    scope = None if soc_codes is None else _codes(engine, soc_codes)
    store.put_catalogue(engine.corpus)
    like_it = [run for run in store.runs(engine.fingerprint) if run.scope == scope]
    if like_it and not again:  # the newest of them, complete or to go on with
        return like_it[0]
    return store.start_run(engine.fingerprint, engine.corpus.name, engine.confidence, scope)


def _codes(engine: RiskEngine, soc_codes: Sequence[str]) -> tuple[str, ...]:
    if not soc_codes:
        raise InputError("there are no SOC codes: expected at least one, or the whole catalogue")
    found = {engine.find(code).soc_code or "" for code in soc_codes}
    return tuple(sorted(found))


def similar_records(engine: RiskEngine, scored: OccupationRisk) -> list[Record]:
    """Similar careers of any risk and of lower risk, most similar first, each once.

    Each with its ``rank`` by similarity among the ``of`` other occupations of the catalogue.
    """
    near = engine.similar_careers(scored, CONSIDERED, safer_only=False, max_job_zone_gap=None)
    others = len(engine.corpus.rows_of) - (scored.soc_code in engine.corpus.rows_of)
    records: list[Record] = [
        record | {"rank": rank, "of": others}
        for rank, record in enumerate(serialize.as_plain(near), start=1)
    ]
    safer = [record for record in records if record["risk_difference"] < 0][:SAFER_STORED]
    return [record for record in records if record["rank"] <= SIMILAR_STORED or record in safer]


@dataclass(frozen=True, kw_only=True)
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
            found.append(Change(soc_code=code, title=title, before=risks[0], after=risks[1]))
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
