"""What the pages and the API show, put together from the engine and the store; nothing of HTTP."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from engine import report, taxonomy
from engine.catalogue import catalogue_code
from engine.errors import InputError, StoreError, UnknownOccupationError
from engine.records import Occupation
from engine.risk_engine import RiskEngine
from engine.web.pipeline import find_run
from engine.web.search import TitleSearch, browse
from engine.web.store import COMPLETE, Record, Run, Store

T = TypeVar("T")

MAX_COMPARED = 5
SIMILAR_SHOWN = 10
_FACTS = ("median_wage", "employment", "employment_change")
_SECONDS_BETWEEN_LOOKS = 1.0


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
        self._overview: tuple[int, list[Record]] | None = None
        complete = [run for run in store.runs() if run.state == COMPLETE]
        if complete and not self.runs():
            other = complete[0]
            raise StoreError(
                f"store {store.url} was scored by another engine ({other.reference}, "
                f"{other.engine_fingerprint[:12]}) than this one ({engine.corpus.name}, "
                f"{engine.fingerprint[:12]}): expected scores of this engine; run "
                "'occupation-risk pipeline --all' with it, or name the other with --engine"
            )
        store.put_catalogue(engine.corpus)

    # Runs -------------------------------------------------------------------------------------

    def runs(self) -> list[Run]:
        """Complete runs of this engine, the newest first."""
        return [run for run in self.store.runs(self.engine.fingerprint) if run.state == COMPLETE]

    @property
    def is_due(self) -> bool:
        """Whether ``revision`` will ask the store."""
        return time.monotonic() - self._looked > _SECONDS_BETWEEN_LOOKS

    def revision(self) -> int:
        """Number of the newest complete run, looked up at most once a second; 0 for none."""
        if self.is_due:
            with self._lock:
                self._revision = max((run.run_id for run in self.runs()), default=0)
                self._looked = time.monotonic()
        return self._revision

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
        """Wage and employment of occupations, as far as the reference has them."""
        table = self.engine.corpus.occupations
        columns = [name for name in _FACTS if name in table.columns]
        return {
            str(code): {
                name: None if math.isnan(value) else float(value)
                for name, value in zip(columns, values, strict=True)
            }
            for code, *values in zip(
                table["soc_code"], *(table[name] for name in columns), strict=True
            )
        }

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
        return [(code, taxonomy.MAJOR_GROUPS[code], list(rows)) for code, rows in found]  # type: ignore[arg-type]

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

    def compared(self, soc_codes: Sequence[str]) -> list[Record]:
        """Two to five scored occupations to lay side by side.

        Raises:
            InputError: if it is another number, or one has not been scored.
        """
        codes = list(dict.fromkeys(self.code(code) for code in soc_codes))
        if not 2 <= len(codes) <= MAX_COMPARED:
            raise InputError(
                f"{len(codes)} occupations to compare: expected 2 to {MAX_COMPARED} different ones"
            )
        records = self.store.scores(codes, self.engine.fingerprint)
        for code in codes:
            if code not in records:
                raise InputError(
                    f"{code} {self._plain(code)['title']} has not been scored yet: expected "
                    "occupations with scores; run 'occupation-risk pipeline'"
                )
        return [records[code] | self._facts.get(code, {}) for code in codes]

    def what_if(self, soc_code: str, time_shares: Mapping[str, float]) -> Record:
        """An occupation of the catalogue at other shares of time, as ``OccupationRisk.what_if``.

        Raises:
            UnknownOccupationError, InputError: if there is no such occupation or task, or the
                shares do not fit together.
        """
        changed = self.engine.score_occupation(self.code(soc_code)).what_if(time_shares).after
        record: Record = json.loads(report.to_json(changed))
        return record | {"run_id": None}

    # What users bring -------------------------------------------------------------------------

    def scored(self, occupation: Occupation) -> Record:
        """Score an occupation that a user brought; nothing of it is stored."""
        record: Record = json.loads(report.to_json(self.engine.score_occupation(occupation)))
        return record | {"run_id": None}

    def similar_to(self, occupation: Occupation, count: int = SIMILAR_SHOWN) -> list[Record]:
        """Careers similar to what a user brought, of any risk."""
        found = self.engine.similar_careers(
            occupation, count, safer_only=False, max_job_zone_gap=None
        )
        records: list[Record] = json.loads(report.to_json(found))
        return records


def _apart(zone: int | None, other: int | None) -> int:
    """Steps between two job zones; 0 where one is unknown, which is no reason to leave it out."""
    return abs(zone - other) if zone and other else 0


class Remembered(Generic[T]):
    """The newest values by key, up to a number; safe between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: dict[Hashable, T] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        """What is remembered under ``key``; None if nothing is."""
        return self._items.get(key)

    def put(self, key: Hashable, value: T) -> None:
        """Remember ``value``, and forget the oldest where they are too many."""
        with self._lock:
            self._items[key] = value
            while len(self._items) > self._size:
                del self._items[next(iter(self._items))]
