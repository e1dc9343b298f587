"""What the pages and the API show, put together from the engine and the store; nothing of HTTP."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.careers.comparison import COMPARED
from engine.careers.profiles import outlook_of
from engine.careers.results import MoveFilters
from engine.corpus.catalogue import TitleSearch, catalogue_code
from engine.errors import InputError, StoreError, UnknownOccupationError
from engine.records import serialize, soc
from engine.records.inputs import Occupation
from engine.records.results import OccupationRisk
from engine.risk_engine import RiskEngine
from engine.web.content.time_form import with_shares
from engine.web.store.pipeline import find_run, similar_records
from engine.web.store.store import COMPLETE, Record, Run, Store


def time_by_category(tasks: Sequence[Mapping[str, object]]) -> list[tuple[str, float]]:
    """Category -> its share of time, the largest first."""
    shares: dict[str, float] = {}
    for task in tasks:
        name = str(task["category"])
        shares[name] = shares.get(name, 0.0) + float(task["time_share"] or 0.0)  # type: ignore[arg-type]
    return sorted(shares.items(), key=lambda item: -item[1])


def browse(rows: Sequence[Mapping[str, object]]) -> dict[str, list[Mapping[str, object]]]:
    """Major group -> its occupations, in the order of the codes."""
    groups: dict[str, list[Mapping[str, object]]] = {}
    for row in sorted(rows, key=lambda row: str(row["soc_code"])):
        groups.setdefault(str(row["soc_code"])[:2], []).append(row)
    return groups


SIMILAR_SHOWN = 10
_FACTS = ("median_wage", "wage_is_minimum", "employment", "employment_change", "annual_openings")
_SECONDS_BETWEEN_LOOKS = 1.0


@dataclass(frozen=True)
class Progress:
    """How far the first run of the catalogue has come: occupations scored, of how many."""

    run_id: int
    done: int
    total: int


class Site:
    """The content of the site.

    Args:
        engine: scores what users bring, and says which scores of the store are shown.
        store: the scores of the catalogue; the engine's catalogue is written into it.

    Raises:
        StoreError: if the store has scores, but none of this engine.
    """

    def __init__(self, engine: RiskEngine, store: Store) -> None:
        self.engine = engine
        self.store = store
        self.search = TitleSearch(engine.corpus)
        self._lock = threading.Lock()
        self._looked = -math.inf
        self._revision = 0
        self._progress: Progress | None = None
        self._overview: tuple[int, list[Record]] | None = None
        complete = [run for run in store.runs() if run.state == COMPLETE]
        if complete and not store.runs(engine.fingerprint):
            other = complete[0]
            raise StoreError(
                f"store {store.url} was scored by another engine ({other.reference}, "
                f"{other.engine_fingerprint[:12]}) than this one ({engine.corpus.name}, "
                f"{engine.fingerprint[:12]}): expected scores of this engine; run "
                "'occupation-risk pipeline --all' with it, or name the other with --engine"
            )
        store.put_catalogue(engine.corpus)
        self.revision()

    # Runs -------------------------------------------------------------------------------------

    def runs(self) -> list[Run]:
        """Complete runs of this engine, the newest first."""
        return [run for run in self.store.runs(self.engine.fingerprint) if run.state == COMPLETE]

    @property
    def is_due(self) -> bool:
        """Whether ``revision`` will ask the store."""
        waited = time.monotonic() - self._looked
        return waited > _SECONDS_BETWEEN_LOOKS and not self._lock.locked()

    def revision(self) -> int:
        """Number of the newest complete run, looked up at most once a second; 0 for none.

        One thread looks; whoever asks meanwhile gets what was seen before.
        """
        if self.is_due and self._lock.acquire(blocking=False):
            self._looked = time.monotonic()
            try:
                runs = self.store.runs(self.engine.fingerprint)
                complete = [run.run_id for run in runs if run.state == COMPLETE]
                self._revision = max(complete, default=0)
                self._progress = None if complete or not runs else self._progress_of(runs[0])
            except BaseException:
                self._looked = -math.inf
                raise
            finally:
                self._lock.release()
        return self._revision

    def progress(self) -> Progress | None:
        """How far the first run is, as ``revision`` saw it; None without one, or after it."""
        self.revision()
        return self._progress

    def _progress_of(self, run: Run) -> Progress:
        total = len(self.engine.corpus.rows_of if run.scope is None else run.scope)
        return Progress(run.run_id, self.store.scored_count(run.run_id), total)

    # Occupations ------------------------------------------------------------------------------

    def overview(self) -> list[Record]:
        """All occupations, scored or not: facts and key figures; ``risk`` is None if not scored."""
        revision = self.revision()
        if self._overview is None or self._overview[0] != revision:
            self._overview = (revision, self._make_overview())
        return self._overview[1]

    def _make_overview(self) -> list[Record]:
        scores = {row["soc_code"]: row for row in self.store.summaries(self.engine.fingerprint)}
        empty = dict.fromkeys(("risk", "risk_low", "risk_high", "ai_capability", "tier", "run_id"))
        rows = []
        for code in self.engine.corpus.rows_of:
            row = self._plain(code)
            rows.append(empty | scores.get(code, {}) | row | self._facts.get(code, {}))
        return rows

    def _plain(self, code: str) -> Record:
        """An occupation of the engine's catalogue; the store may hold that of another by now."""
        occupation = self.engine.corpus.occupation(code)
        names = ("soc_code", "title", "job_zone", "description")
        return {name: getattr(occupation, name) for name in names}

    @cached_property
    def _facts(self) -> Mapping[str, Record]:
        """Wage and employment of each occupation; nothing where the reference has none at all."""
        corpus = self.engine.corpus
        if "median_wage" not in corpus.occupations.columns:
            return {}
        outlooks = {code: outlook_of(corpus, code) for code in corpus.rows_of}
        return {
            code: {name: getattr(outlook, name) for name in _FACTS}
            for code, outlook in outlooks.items()
        }

    @property
    def has_wages(self) -> bool:
        """Whether the reference has wages."""
        return any(facts["median_wage"] for facts in self._facts.values())

    @staticmethod
    def extremes(rows: Sequence[Record], count: int = 8) -> tuple[list[Record], list[Record]]:
        """Of ``overview``, the scored occupations of highest and of lowest risk."""
        scored = [row for row in rows if row["risk"] is not None]
        scored.sort(key=lambda row: -row["risk"])
        return scored[:count], scored[::-1][:count]

    def found(self, rows: Sequence[Record], query: str, limit: int = 20) -> list[Record]:
        """Of ``overview``, the occupations with such a title, best first."""
        by_code = {row["soc_code"]: row for row in rows}
        return [by_code[code] for code in self.search.find(query, limit) if code in by_code]

    def group(self, code: str) -> list[Record]:
        """Occupations of a major group.

        Raises:
            UnknownOccupationError: if the catalogue has none of it.
        """
        rows = browse(self.overview()).get(code, [])
        if not rows:
            raise UnknownOccupationError(
                f"major group {code[:20]!r} has no occupation here: expected two digits such as 29"
            )
        return [dict(row) for row in rows]

    @staticmethod
    def groups(rows: Sequence[Record]) -> list[tuple[str, str, list[Record]]]:
        """Of ``overview``, by major groups: code, name and their occupations."""
        found = browse(rows).items()
        return [(code, soc.MAJOR_GROUPS[code], list(rows)) for code, rows in found]  # type: ignore[arg-type]

    def code(self, soc_code: str) -> str:
        """The code by which the catalogue knows an occupation.

        Raises:
            UnknownOccupationError, InputError: as ``RiskEngine.find``.
        """
        code = catalogue_code(self.engine.corpus, soc_code)
        if code not in self.engine.corpus.rows_of:
            self.engine.find(soc_code)  # raises, with what comes near
        return code

    def occupation(self, soc_code: str, run_id: int | None = None) -> Record:
        """An occupation: scored, with ``run_id``, or not yet, with its tasks alone.

        Raises:
            UnknownOccupationError, InputError: if there is no such occupation, or run.
        """
        if run_id is not None:
            find_run(self.store, run_id)
        code = self.code(soc_code)
        score = self.store.score(code, self.engine.fingerprint, run_id)
        if score is not None:
            return score | self._facts.get(code, {})
        if run_id is not None:
            raise UnknownOccupationError(f"run {run_id} has no score of {code}: name another run")
        tasks = self.engine.corpus.occupation(code).task_records
        return self._plain(code) | {
            "tasks": [{"task": task.text} for task in tasks],
            "run_id": None,
        }

    def similar(
        self,
        record: Record,
        *,
        safer_only: bool = False,
        max_job_zone_gap: int | None = None,
        min_wage_ratio: float | None = None,
        limit: int | None = None,
    ) -> list[Record]:
        """Stored matches of a scored occupation that pass the filters, most similar first."""
        found = []
        for match in self.store.matches(record["soc_code"], record["run_id"]):
            zones = (match["job_zone"], record["job_zone"])
            ratio = match.get("wage_ratio")
            if safer_only and match["risk_difference"] >= 0:
                continue
            if max_job_zone_gap is not None and _apart(*zones) > max_job_zone_gap:
                continue
            if min_wage_ratio is not None and (ratio is None or ratio < min_wage_ratio):
                continue
            found.append(match)
        return found[:limit]

    def compared(self, soc_codes: Sequence[str]) -> Record:
        """Two to five occupations side by side, as ``RiskEngine.compare``, with ways between them.

        ``paths`` has one entry for each but the first: the path that leads there from the first, by
        moves of at most one job zone; None where there is none.

        Raises:
            UnknownOccupationError, InputError: if it is another number, or one is not known.
        """
        codes = list(dict.fromkeys(self.code(code) for code in soc_codes))
        fewest, most = COMPARED
        if not fewest <= len(codes) <= most:
            raise InputError(
                f"{len(codes)} occupations to compare: expected {fewest} to {most} different ones"
            )
        scored = [self.engine.score_occupation(code) for code in codes]
        record: Record = serialize.as_plain(self.engine.compare(scored))
        paths = [self._path(scored[0], code) for code in codes[1:]]
        return record | {"paths": paths}

    def _path(self, start: OccupationRisk, goal: str) -> Record | None:
        found = self.engine.career_paths(start, goal, 1, filters=MoveFilters(safer_only=False))
        return serialize.as_plain(found[0]) if found else None

    def what_if(self, soc_code: str, time_shares: Mapping[str, float]) -> Record:
        """An occupation of the catalogue at other shares of time, as ``OccupationRisk.what_if``.

        Raises:
            UnknownOccupationError, InputError: if there is no such occupation or task, or the
                shares do not fit together.
        """
        changed = self.engine.score_occupation(self.code(soc_code)).what_if(time_shares).after
        record: Record = serialize.as_plain(changed, complete=True)
        return record | {"run_id": None}

    # What users bring -------------------------------------------------------------------------

    def at_shares(self, soc_code: str, shares: Sequence[float]) -> Record:
        """An occupation of the catalogue with a share of time for every task, as ``with_shares``.

        Raises:
            UnknownOccupationError, InputError: if there is no such occupation, or the shares are
                not such.
        """
        occupation = self.engine.find(self.code(soc_code))
        record = self.scored(with_shares(occupation, shares))
        return record | self._facts.get(str(record["soc_code"]), {})

    def scored(self, occupation: Occupation) -> Record:
        """Score an occupation that a user brought; nothing of it is stored."""
        record: Record = serialize.as_plain(self.engine.score_occupation(occupation), complete=True)
        return record | {"run_id": None}

    def scored_with_careers(self, occupation: Occupation) -> tuple[Record, list[Record]]:
        """An occupation that a user brought, and the careers similar to it, of any risk."""
        result = self.engine.score_occupation(occupation)
        record: Record = serialize.as_plain(result, complete=True)
        return record | {"run_id": None}, similar_records(self.engine, result)[:SIMILAR_SHOWN]


def _apart(zone: int | None, other: int | None) -> int:
    """Steps between two job zones; 0 where one is unknown, which is no reason to leave it out."""
    return abs(zone - other) if zone and other else 0
