"""The scoring pipeline: score the catalog into the store, one transaction per occupation."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.careers.filters import UNFILTERED, MoveOptions
from engine.errors import InputError
from engine.records import serialize
from engine.records.results import OccupationRisk
from engine.risk_engine import RiskEngine
from engine.web.store.documents import document
from engine.web.store.store import COMPLETE, Record, ScoringRun, Store

SIMILAR_STORED, SAFER_STORED, BETTER_STORED = 20, 15, 10
"""Numbers of careers that the store keeps: the most similar ones of all, of those with lower risk,
and of those that pass the default filters."""

_SELECTIONS: Sequence[tuple[int, MoveOptions]] = (
    (SIMILAR_STORED, UNFILTERED),
    (SAFER_STORED, UNFILTERED | {"min_risk_reduction": 1e-9}),
    (BETTER_STORED, {}),
)

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class PipelineResult:
    """What one call of the pipeline did.

    Attributes:
        run_id: number of the scoring run, which is complete.
        scored: occupations scored in this call.
        resumed: occupations that an earlier, interrupted call had already scored.
        already_complete: the run was complete before, so there was nothing to do.
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
    """Score occupations of the engine's catalog into the store; resume an interrupted run.

    Pages show none of the scores before the run is complete.

    Args:
        soc_codes: occupations to score; None for the entire catalog.
        again: start a new run even if this engine has already completed the same one.
        progress: called after each occupation with the number done, the total, and its title.

    Raises:
        UnknownOccupationError, InputError: if a code is not in the catalog.
        StoreError: if the store cannot be written; scores written before remain.
    """
    run = open_run(engine, store, soc_codes, again=again)
    store.put_catalogue(engine.corpus)
    if run.state == COMPLETE:
        return PipelineResult(run_id=run.run_id, scored=0, resumed=0, already_complete=True)
    codes = list(engine.corpus.rows_of) if run.scope is None else list(run.scope)
    done = store.scored_codes(run.run_id)
    facts = {"run_id": run.run_id, "occupations": len(codes), "scored_before": len(done)}
    _logger.info("run started", extra=facts)
    started, scored = time.perf_counter(), 0
    for number, code in enumerate(codes, start=1):
        if code not in done:
            result = engine.score_occupation(code)
            matches = similar_records(engine, result)
            scored += store.put_score(run.run_id, document(result), matches)
            progress(number, len(codes), result.title)
    store.finish_run(run.run_id)
    seconds = round(time.perf_counter() - started, 3)
    _logger.info("run complete", extra=facts | {"scored": scored, "seconds": seconds})
    return PipelineResult(run_id=run.run_id, scored=scored, resumed=len(done))


def open_run(
    engine: RiskEngine, store: Store, soc_codes: Sequence[str] | None = None, *, again: bool = False
) -> ScoringRun:
    """The run that ``run_pipeline`` would work on: a new, an interrupted, or a complete one.

    Raises:
        UnknownOccupationError, InputError, StoreError: as ``run_pipeline``.
    """
    scope = None if soc_codes is None else _scope(engine, soc_codes)
    same = [run for run in store.runs(engine.fingerprint) if run.scope == scope]
    if same and not again:
        return same[0]  # the newest
    return store.start_run(engine.fingerprint, engine.corpus.name, engine.confidence, scope)


def _scope(engine: RiskEngine, soc_codes: Sequence[str]) -> tuple[str, ...]:
    if not soc_codes:
        raise InputError("no SOC codes to score; give at least one, or None for the entire catalog")
    return tuple(sorted({engine.find_code(code) for code in soc_codes}))


def similar_records(engine: RiskEngine, scored: OccupationRisk) -> list[Record]:
    """Similar careers by rank, each once: of any risk, of lower risk, with better prospects."""
    found = {
        match.soc_code: match
        for count, options in _SELECTIONS
        for match in engine.similar_careers(scored, count, **options)
    }
    ranked = sorted(found.values(), key=lambda match: match.rank or 0)
    records: list[Record] = serialize.as_plain(ranked)
    return records
