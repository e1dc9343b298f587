"""The store of scores, which the pipeline writes and the pages read: SQLite, or PostgreSQL by URL.

Pages show a scoring run once it is complete. For each occupation they show the newest complete run
of their own engine that has it. So a run of a few occupations leaves the others as they are, and
scores of different engines never mix.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from engine.corpus.corpus import Corpus
from engine.errors import StoreError, first_line
from engine.web.store import schema, versions
from engine.web.store.database import default_url, open_database

RUNNING, COMPLETE = "running", "complete"

Record = dict[str, Any]
"""A result as JSON: the field names of the Python records, values in [0, 1]."""


@dataclass(frozen=True, kw_only=True)
class ScoringRun:
    """A scoring run.

    Attributes:
        run_id: number of the run, from 1 up.
        engine_fingerprint, reference, confidence: of the engine that scores.
        started, finished: UTC times in ISO 8601; ``finished`` is None until the run is complete.
        state: ``RUNNING`` or ``COMPLETE``.
        scope: SOC codes to score; None for the entire catalog.
    """

    run_id: int
    engine_fingerprint: str
    reference: str
    confidence: float
    started: str
    finished: str | None
    state: str
    scope: tuple[str, ...] | None


class Store:
    """Scores by scoring run.

    Args:
        url: database URL in the form of SQLAlchemy, such as ``sqlite:///scores.sqlite`` or
            ``postgresql://user@host/name``; by default a file in the user's cache folder.
        read_only: never write, except to create a store that does not exist yet, or to bring an
            older one up to date.

    Raises:
        StoreError: if the database cannot be opened, is damaged, or has another format.
    """

    def __init__(self, url: str | None = None, *, read_only: bool = False) -> None:
        url = url or default_url()
        self._read_only = True
        self._database = open_database(url, read_only=True)
        self.url = self._database.url.render_as_string(hide_password=True)
        with self._reported():
            found = versions.inspect(self._database, self.url)
        if not read_only or found != schema.FORMAT:
            self._database.dispose()
            self._read_only = False
            self._database = open_database(url)
            with self._reported():
                versions.update(self._database)
        if read_only and not self._read_only:
            self._database.dispose()
            self._read_only = True
            self._database = open_database(url, read_only=True)

    def close(self) -> None:
        """Close all connections."""
        self._database.dispose()

    @contextlib.contextmanager
    def _reported(self) -> Iterator[None]:
        """Turn errors of the database into ``StoreError``, which says what to do."""
        try:
            yield
        except SQLAlchemyError as error:
            reason = first_line(getattr(error, "orig", None) or error)
            usable = "can be read" if self._read_only else "is writable"
            raise StoreError(
                f"cannot use store {self.url} ({reason}); check that the database exists, "
                f"{usable}, and is not locked by another program, then try again"
            ) from None

    @contextlib.contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        with self._reported(), self._database.begin() as connection:
            yield connection

    # Catalog ----------------------------------------------------------------------------------

    def put_catalogue(self, corpus: Corpus) -> None:
        """Replace the stored catalog with the occupations and tasks of a corpus; scores stay."""
        occupations, tasks = [], []
        for position, code in enumerate(corpus.rows_of):
            occupation = corpus.occupation(code)
            occupations.append(
                {
                    "soc_code": code,
                    "position": position,
                    "title": occupation.title,
                    "job_zone": occupation.job_zone,
                    "description": occupation.description,
                }
            )
            tasks += [
                {"soc_code": code, "position": row, "task": task.text}
                for row, task in enumerate(occupation.task_records)
            ]
        with self._begin() as connection:
            connection.execute(schema.tasks.delete())
            connection.execute(schema.occupations.delete())
            connection.execute(schema.occupations.insert(), occupations)
            connection.execute(schema.tasks.insert(), tasks)

    # Scoring runs -----------------------------------------------------------------------------

    def runs(self, engine_fingerprint: str | None = None) -> list[ScoringRun]:
        """Scoring runs, the newest first: those of one engine, or all."""
        table = schema.scoring_runs
        query = sa.select(table).order_by(table.c.run_id.desc())
        if engine_fingerprint is not None:
            query = query.where(table.c.engine_fingerprint == engine_fingerprint)
        with self._begin() as connection:
            return [_scoring_run(row._mapping) for row in connection.execute(query)]

    def complete_runs(self, engine_fingerprint: str | None = None) -> list[ScoringRun]:
        """Complete scoring runs, the newest first: those of one engine, or all."""
        return [run for run in self.runs(engine_fingerprint) if run.state == COMPLETE]

    def start_run(
        self,
        engine_fingerprint: str,
        reference: str,
        confidence: float,
        scope: Sequence[str] | None,
    ) -> ScoringRun:
        """Start a scoring run; pages show it after ``finish_run``."""
        values = {
            "engine_fingerprint": engine_fingerprint,
            "reference": reference,
            "confidence": confidence,
            "started": _now(),
            "state": RUNNING,
            "scope": None if scope is None else json.dumps(list(scope)),
        }
        table = schema.scoring_runs
        with self._begin() as connection:
            insert = table.insert().values(values).returning(*table.c)
            return _scoring_run(connection.execute(insert).one()._mapping)

    def scored_codes(self, run_id: int) -> set[str]:
        """SOC codes that a run has scored so far."""
        scores = schema.occupation_scores
        query = sa.select(scores.c.soc_code).where(scores.c.run_id == run_id)
        with self._begin() as connection:
            return set(connection.execute(query).scalars())

    def put_score(self, run_id: int, score: Record, matches: Sequence[Record]) -> bool:
        """Write the score of an occupation and its similar careers in one transaction.

        Returns:
            False if the run already has the occupation; then nothing changes.
        """
        key = {"run_id": run_id, "soc_code": score["soc_code"]}
        document = {name: value for name, value in score.items() if name != "tasks"}
        task_rows = [
            key | schema.task_columns(task) | {"position": row} | schema.document_values(task)
            for row, task in enumerate(score["tasks"])
        ]
        match_rows = [
            key
            | {"position": row, "match_soc_code": match["soc_code"]}
            | {name: match[name] for name in ("similarity", "risk_difference")}
            | schema.document_values(match)
            for row, match in enumerate(matches)
        ]
        columns = key | schema.occupation_columns(score) | schema.document_values(document)
        try:
            with self._database.begin() as connection:
                connection.execute(schema.occupation_scores.insert(), columns)
                connection.execute(schema.task_scores.insert(), task_rows)
                if match_rows:
                    connection.execute(schema.matches.insert(), match_rows)
        except IntegrityError:  # another pipeline that resumes the same run wrote it first
            return False
        except SQLAlchemyError as error:
            with self._reported():
                raise error
        return True

    def finish_run(self, run_id: int) -> None:
        """Mark a run as complete; pages show it from now on."""
        table = schema.scoring_runs
        update = table.update().where(table.c.run_id == run_id)
        with self._begin() as connection:
            connection.execute(update.values(state=COMPLETE, finished=_now()))

    # Scores -----------------------------------------------------------------------------------

    def summaries(self, engine_fingerprint: str, run_id: int | None = None) -> list[Record]:
        """Key figures of each occupation, without tasks, ordered by SOC code.

        The newest scores of an engine; with ``run_id``, those of that run by any engine.
        """
        scores = schema.occupation_scores
        query = sa.select(*schema.SUMMARY).order_by(scores.c.soc_code)
        if run_id is not None:
            query = query.where(scores.c.run_id == run_id)
        else:
            newest = _newest(engine_fingerprint).subquery()
            query = query.join(
                newest,
                sa.and_(newest.c.soc_code == scores.c.soc_code, newest.c.run_id == scores.c.run_id),
            )
        with self._begin() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]

    def score(
        self, soc_code: str, engine_fingerprint: str, run_id: int | None = None
    ) -> Record | None:
        """A scored occupation with its tasks and its ``run_id``; None if it has no score to show.

        The newest score of an engine; with ``run_id``, that of this complete run by any engine.
        """
        scores, runs = schema.occupation_scores, schema.scoring_runs.c
        if run_id is None:
            newest = _newest(engine_fingerprint).subquery()
            shown = sa.select(newest.c.run_id).where(newest.c.soc_code == soc_code)
        else:
            shown = sa.select(runs.run_id).where(runs.state == COMPLETE, runs.run_id == run_id)
        query = sa.select(scores.c.run_id, scores.c.document, scores.c.digest).where(
            scores.c.soc_code == soc_code, scores.c.run_id.in_(shown)
        )
        with self._begin() as connection:
            # This one statement selects the run; what a run has written never changes.
            found = connection.execute(query).one_or_none()
            if found is None:
                return None
            tasks = self._documents(connection, schema.task_scores, found.run_id, soc_code)
        document = self._parsed(found.document, found.digest, found.run_id, soc_code)
        return document | {"tasks": tasks, "run_id": found.run_id}

    def matches(self, soc_code: str, run_id: int) -> list[Record]:
        """Similar careers of an occupation in a run, the most similar first."""
        with self._begin() as connection:
            return self._documents(connection, schema.matches, run_id, soc_code)

    def _documents(
        self, connection: sa.Connection, table: sa.Table, run_id: int, soc_code: str
    ) -> list[Record]:
        query = sa.select(table.c.document, table.c.digest).where(
            table.c.run_id == run_id, table.c.soc_code == soc_code
        )
        rows = connection.execute(query.order_by(table.c.position))
        return [self._parsed(document, digest, run_id, soc_code) for document, digest in rows]

    def _parsed(self, document: str, digest: int, run_id: int, soc_code: str) -> Record:
        if schema.digest(document) != digest:
            raise StoreError(
                f"store {self.url} is damaged: run {run_id} of {soc_code} is not as it was "
                "written; restore a copy of the store, or score the catalog again with "
                "'occupation-risk pipeline --again'"
            )
        record: Record = json.loads(document)
        return record


def _newest(engine_fingerprint: str) -> sa.Select[Any]:
    """SOC code and number of its newest complete run by an engine."""
    scores, runs = schema.occupation_scores, schema.scoring_runs
    return (
        sa.select(scores.c.soc_code, sa.func.max(scores.c.run_id).label("run_id"))
        .join(runs, runs.c.run_id == scores.c.run_id)
        .where(runs.c.state == COMPLETE, runs.c.engine_fingerprint == engine_fingerprint)
        .group_by(scores.c.soc_code)
    )


def _scoring_run(row: sa.RowMapping) -> ScoringRun:
    scope = row["scope"]
    values = {name: row[name] for name in ScoringRun.__dataclass_fields__ if name != "scope"}
    return ScoringRun(**values, scope=None if scope is None else tuple(json.loads(scope)))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
