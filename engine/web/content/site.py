"""The content of the site: the catalog with its stored scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from engine.careers.comparison import COMPARED
from engine.careers.filters import DEFAULT_MATCHES
from engine.careers.profiles import outlook_of
from engine.corpus.catalogue import catalogue_code
from engine.errors import InputError, StoreError, UnknownOccupationError
from engine.records import codes
from engine.records.esco import is_esco
from engine.risk_engine import RiskEngine
from engine.scoring.linked import is_linked_code
from engine.web.content.comparison import compared_record
from engine.web.content.run_monitor import RunMonitor
from engine.web.content.stored_moves import with_reasons
from engine.web.content.submitted_jobs import SubmittedJobs, unstored
from engine.web.content.task_order import task_order
from engine.web.content.time_form import with_time
from engine.web.store import schema
from engine.web.store.changes import find_complete_run
from engine.web.store.store import Record, ScoringRun, Store

SIMILAR_SHOWN = DEFAULT_MATCHES
"""Similar careers on a page."""

_EXTREMES_SHOWN = 8
PROSPECTS = (
    "median_wage",
    "wage_is_minimum",
    "employment",
    "employment_change",
    "annual_openings",
)
OUTLOOK = (*PROSPECTS, "outlook_group")
"""Facts of an occupation that come from its outlook; ``outlook_group`` is ``Outlook.group``."""

_SCORES = tuple(
    column.name for column in schema.SUMMARY if column.name not in ("soc_code", "title", "job_zone")
)
"""Stored figures of an occupation, which are None until it is scored."""

_SHORT_FINGERPRINT = 12


class Site:
    """The content of the site.

    Args:
        engine: scores jobs that users submit; pages show the stored scores of this engine.
        store: the scores of the catalog; it is only read.

    Raises:
        StoreError: if the store has scores of other engines only.
    """

    def __init__(self, engine: RiskEngine, store: Store) -> None:
        self.engine = engine
        self.store = store
        self.titles = engine.titles
        self.submitted = SubmittedJobs(engine)
        self.monitor = RunMonitor(store, engine.fingerprint, len(engine.corpus.rows_of))
        self._overview: tuple[int, list[Record]] | None = None
        complete = store.complete_runs()
        if complete and not store.runs(engine.fingerprint):
            other = complete[0]
            raise StoreError(
                f"store {store.url} was scored by a different engine ({other.reference} "
                f"{other.engine_fingerprint[:_SHORT_FINGERPRINT]}) than this one "
                f"({engine.corpus.name} {engine.fingerprint[:_SHORT_FINGERPRINT]}); score the "
                "catalog with this engine ('occupation-risk pipeline --all'), or name the other "
                "engine with --engine"
            )
        self.monitor.revision()

    def runs(self) -> list[ScoringRun]:
        """Complete scoring runs of this engine, the newest first."""
        return self.store.complete_runs(self.engine.fingerprint)

    def missing(self) -> str:
        """What the pages lack: "" if every occupation is scored."""
        total = len(self.engine.corpus.rows_of)
        progress = self.monitor.progress()
        if progress is not None:
            left = f"{progress.total - progress.done} of {progress.total} occupations"
            return f"{left} of run {progress.run_id} have no scores yet; it is shown when complete"
        scored = sum(row["risk"] is not None for row in self.overview())
        return "" if scored == total else f"{total - scored} of {total} occupations have no scores"

    # Overview ---------------------------------------------------------------------------------

    def overview(self) -> list[Record]:
        """Facts and key figures of every occupation; ``risk`` is None where it is not scored."""
        revision = self.monitor.revision()
        if self._overview is None or self._overview[0] != revision:
            self._overview = (revision, self._read_overview())
        return self._overview[1]

    def _read_overview(self) -> list[Record]:
        scores = {row["soc_code"]: row for row in self.store.summaries(self.engine.fingerprint)}
        empty = dict.fromkeys(_SCORES)
        return [
            empty | scores.get(code, {}) | self._plain(code) | self._outlooks.get(code, {})
            for code in self.engine.corpus.rows_of
        ]

    def _plain(self, code: str) -> Record:
        """An occupation of the engine's catalog; the stored catalog may have been replaced."""
        occupation = self.engine.corpus.occupation(code)
        names = ("soc_code", "title", "job_zone", "description")
        return {name: getattr(occupation, name) for name in names}

    @cached_property
    def _outlooks(self) -> Mapping[str, Record]:
        """Wage and employment by SOC code; empty if the reference has no wages at all."""
        corpus = self.engine.corpus
        if "median_wage" not in corpus.occupations.columns:
            return {}
        outlooks = {code: outlook_of(corpus, code) for code in corpus.rows_of}
        return {
            code: {name: getattr(outlook, name) for name in PROSPECTS}
            | {"outlook_group": outlook.group}
            for code, outlook in outlooks.items()
        }

    @staticmethod
    def extremes(rows: Sequence[Record]) -> tuple[list[Record], list[Record]]:
        """From ``overview``: the occupations of highest risk, and those of lowest risk."""
        scored = [row for row in rows if row["risk"] is not None]
        scored.sort(key=lambda row: -row["risk"])
        return scored[:_EXTREMES_SHOWN], scored[::-1][:_EXTREMES_SHOWN]

    def found(self, rows: Sequence[Record], query: str, limit: int = 20) -> list[Record]:
        """From ``overview``: the occupations whose titles or codes match, the best first."""
        by_code = {row["soc_code"]: row for row in rows}
        found = self._linked_codes(query)[:limit] or self.titles.find(query, limit)
        return [by_code[code] for code in found if code in by_code]

    def _linked_codes(self, query: str) -> list[str]:
        """Codes of the catalog that a code of ISCO-08 or ESCO links to; [] if it is neither."""
        if not (is_linked_code(query) or query.strip().isdecimal()):
            return []
        try:
            found = self.engine.linked(query)
        except InputError:
            return []
        return [link.soc_code for link in found.links]

    @staticmethod
    def groups(rows: Sequence[Record]) -> list[tuple[str, str, list[Record]]]:
        """From ``overview``: code, name and occupations of each major group, ordered by code."""
        members: dict[str, list[Record]] = {}
        for row in sorted(rows, key=lambda row: str(row["soc_code"])):
            members.setdefault(codes.major_group(row["soc_code"]), []).append(row)
        return [(code, codes.major_group_name(code), group) for code, group in members.items()]

    def group(self, code: str) -> list[Record]:
        """Occupations of a major group, ordered by code.

        Raises:
            UnknownOccupationError: if the catalog has no occupation of the group.
        """
        for group, _, rows in self.groups(self.overview()):
            if group == code:
                return rows
        raise UnknownOccupationError(
            f"major group {code[:20]!r} has no occupations in this catalog; give two digits of a "
            "SOC code, such as 29, or one of an ISCO-08 code, such as 3"
        )

    # Occupations ------------------------------------------------------------------------------

    def code(self, soc_code: str) -> str:
        """The code by which the catalog has an occupation.

        Raises:
            UnknownOccupationError, InputError: as ``RiskEngine.find``.
        """
        if not is_esco(soc_code):
            code = catalogue_code(self.engine.corpus, soc_code)
            if code in self.engine.corpus.rows_of:
                return code
        return self.engine.find_code(soc_code)

    def linked(self, code: str) -> Record:
        """What a code of ISCO-08 or ESCO stands for: the links with their key figures, and the mix.

        Args:
            code: such as ISCO-3313, or the URI or UUID of an ESCO occupation.

        Raises:
            UnknownOccupationError, InputError: if it stands for nothing.
        """
        found = self.engine.linked(code)
        rows = {row["soc_code"]: row for row in self.overview()}
        result = self.engine.score_occupation(found.occupation)
        return {
            "code": found.code,
            "title": found.title,
            "group": found.group,
            "by_group": found.by_group,
            "missing": list(found.missing),
            "explanation": found.explanation(self.engine.corpus.titles),
            "risk": result.risk,
            "risk_interval": list(result.risk_interval),
            "ai_capability": result.ai_capability,
            "tier": result.tier,
            "tasks": len(result.tasks),
            "links": [
                {"kind": link.kind, "weight": link.weight} | rows[link.soc_code]
                for link in found.links
            ],
        }

    def occupation(self, soc_code: str, run_id: int | None = None) -> Record:
        """An occupation with its score and ``run_id``; without a score, its tasks and None.

        Args:
            run_id: show the score of this run; the newest if None.

        Raises:
            UnknownOccupationError, InputError: if there is no such occupation or run.
        """
        if run_id is not None:
            find_complete_run(self.store, run_id)
        code = self.code(soc_code)
        score = self.store.score(code, self.engine.fingerprint, run_id)
        if score is not None:
            return score | self._outlooks.get(code, {})
        if run_id is not None:
            raise UnknownOccupationError(f"run {run_id} has no score of {code}; name another run")
        tasks = self.engine.corpus.occupation(code).task_records
        return self._plain(code) | {
            "tasks": [{"task": task.text} for task in tasks],
            "run_id": None,
        }

    def task_order(self, soc_code: str) -> list[int]:
        """Rows of the tasks of an occupation of the catalog, as ``task_order`` orders them."""
        return task_order(self.engine.corpus.tasks_of(soc_code))

    def matches(self, record: Record) -> list[Record]:
        """All stored similar careers of an occupation, the most similar first."""
        if record["run_id"] is None:
            return []
        stored = self.store.matches(record["soc_code"], record["run_id"])
        return with_reasons(stored, outlook_of(self.engine.corpus, record["soc_code"]))

    def compared(self, soc_codes: Sequence[str]) -> Record:
        """Two to five occupations as ``RiskEngine.compare`` returns them, and paths between them.

        ``paths`` has an entry for each occupation except the first: the path that leads there from
        the first, or None. Each move of a path changes the job zone by at most one.

        Raises:
            UnknownOccupationError, InputError: if a code is unknown, or there are too few or too
                many different ones.
        """
        codes = list(dict.fromkeys(self.code(code) for code in soc_codes))
        least, most = COMPARED
        if not least <= len(codes) <= most:
            raise InputError(
                f"got {len(codes)} different occupations to compare; give {least} to {most}"
            )
        first, *others = (self.engine.score_occupation(code) for code in codes)
        return compared_record(self.engine, first, others)

    def what_if(
        self,
        soc_code: str,
        time_shares: Mapping[str, float] | None,
        frontier: str | Mapping[str, float] | None,
    ) -> Record:
        """An occupation of the catalog after a change, as ``OccupationRisk.what_if``.

        Raises:
            UnknownOccupationError, InputError: if there is no such occupation, task or frontier,
                the time shares do not add up, or nothing changes.
        """
        result = self.engine.score_occupation(self.code(soc_code))
        return unstored(result.what_if(time_shares, frontier=frontier).after)

    def at_shares(self, soc_code: str, typed: Sequence[float]) -> Record:
        """An occupation of the catalog with a Time % for every task, as ``with_time``.

        Raises:
            UnknownOccupationError, InputError: if there is no such occupation, or the time shares
                are invalid.
        """
        code = self.code(soc_code)
        record = unstored(with_time(self.engine.score_occupation(code), typed))
        return record | self._outlooks.get(code, {})
