"""The store of scores: what the pipeline writes and the pages show. SQLite, or PostgreSQL by URL.

A scoring run is shown once it is complete. Each occupation shows the newest complete run of the
engine at hand that has it, so that a run of a few occupations leaves the others as they are, and
scores of another engine are never mixed in.
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
from engine.errors import StoreError
from engine.web.store import schema as t
from engine.web.store.database import default_url, open_database

RUNNING, COMPLETE = "running", "complete"

Record = dict[str, Any]
"""A result as JSON has it: the field names of the Python records, values in [0, 1]."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A scoring run: when, by which engine, of which occupations (None for the catalogue)."""

    run_id: int
    engine_fingerprint: str
    reference: str
    confidence: float
    started: str
    finished: str | None
    state: str
    scope: tuple[str, ...] | None


class Store:
    """Scores by run.

    Args:
        url: of the database, as SQLAlchemy reads it: ``sqlite:///scores.sqlite``,
            ``postgresql://user@host/name``; the user's cache folder by default.

    Raises:
        StoreError: if the database cannot be opened or holds something else.
    """

    def __init__(self, url: str | None = None) -> None:
        self._engine = open_database(url or default_url())
        self.url = self._engine.url.render_as_string(hide_password=True)
        with self._clear():
            t.METADATA.create_all(self._engine)
            with self._engine.begin() as connection:
                found = connection.execute(sa.select(t.store_format.c.format)).scalar()
                if found is None:
                    connection.execute(t.store_format.insert().values(format=t.FORMAT))
        if found not in (None, t.FORMAT):
            raise StoreError(
                f"store {self.url} has format {found}: expected format {t.FORMAT}; name a new "
                "--database and run 'occupation-risk pipeline' to fill it"
            )

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _clear(self) -> Iterator[None]:
        """Turn what a database says into what a person can do about it."""
        try:
            yield
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error).strip().splitlines() or [""]
            raise StoreError(
                f"store {self.url} cannot be used ({said[0]}): expected a database that is there, "
                "not locked by another program, and writable; then try again"
            ) from None

    @contextlib.contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        with self._clear(), self._engine.begin() as connection:
            yield connection

    # The catalogue ----------------------------------------------------------------------------

    def put_catalogue(self, corpus: Corpus) -> None:
        """Take over the occupations and tasks of a reference; scores stay as they are."""
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
            connection.execute(t.tasks.delete())
            connection.execute(t.occupations.delete())
            connection.execute(t.occupations.insert(), occupations)
            connection.execute(t.tasks.insert(), tasks)

    # Runs -------------------------------------------------------------------------------------

    def runs(self, engine_fingerprint: str | None = None) -> list[Run]:
        """Scoring runs, the newest first; those of one engine, or all."""
        query = sa.select(t.scoring_runs).order_by(t.scoring_runs.c.run_id.desc())
        if engine_fingerprint is not None:
            query = query.where(t.scoring_runs.c.engine_fingerprint == engine_fingerprint)
        with self._begin() as connection:
            return [_run(row._mapping) for row in connection.execute(query)]

    def start_run(
        self,
        engine_fingerprint: str,
        reference: str,
        confidence: float,
        scope: Sequence[str] | None,
    ) -> Run:
        """A new run, not shown before ``finish_run``."""
        values = {
            "engine_fingerprint": engine_fingerprint,
            "reference": reference,
            "confidence": confidence,
            "started": _now(),
            "state": RUNNING,
            "scope": None if scope is None else json.dumps(list(scope)),
        }
        with self._begin() as connection:
            insert = t.scoring_runs.insert().values(values).returning(*t.scoring_runs.c)
            return _run(connection.execute(insert).one()._mapping)

    def scored_codes(self, run_id: int) -> set[str]:
        """SOC codes a run has scored so far."""
        scores = t.occupation_scores
        query = sa.select(scores.c.soc_code).where(scores.c.run_id == run_id)
        with self._begin() as connection:
            return set(connection.execute(query).scalars())

    def scored_count(self, run_id: int) -> int:
        """How many occupations a run has scored so far."""
        scores = t.occupation_scores
        count = sa.select(sa.func.count()).select_from(scores).where(scores.c.run_id == run_id)
        with self._begin() as connection:
            return int(connection.execute(count).scalar_one())

    def put_score(self, run_id: int, score: Record, matches: Sequence[Record]) -> bool:
        """Write an occupation's score in one transaction; False if the run has it already."""
        key = {"run_id": run_id, "soc_code": score["soc_code"]}
        document = {name: value for name, value in score.items() if name != "tasks"}
        task_rows = [
            key | t.task_columns(task) | {"position": row, "document": json.dumps(task)}
            for row, task in enumerate(score["tasks"])
        ]
        match_rows = [
            key
            | {"position": row, "match_soc_code": match["soc_code"]}
            | {name: match[name] for name in ("similarity", "risk_difference")}
            | {"document": json.dumps(match)}
            for row, match in enumerate(matches)
        ]
        try:
            with self._engine.begin() as connection:
                row = key | t.occupation_columns(score) | {"document": json.dumps(document)}
                connection.execute(t.occupation_scores.insert(), row)
                connection.execute(t.task_scores.insert(), task_rows)
                if match_rows:
                    connection.execute(t.matches.insert(), match_rows)
        except IntegrityError:  # another pipeline, resuming the same run, was quicker
            return False
        except SQLAlchemyError as error:
            with self._clear():
                raise error
        return True

    def finish_run(self, run_id: int) -> None:
        """Mark a run as complete: from now on it is shown."""
        runs = t.scoring_runs
        done = runs.update().where(runs.c.run_id == run_id)
        with self._begin() as connection:
            connection.execute(done.values(state=COMPLETE, finished=_now()))

    # Scores -----------------------------------------------------------------------------------

    def summaries(self, engine_fingerprint: str, run_id: int | None = None) -> list[Record]:
        """What is shown of each scored occupation, or what one run has: key figures, no tasks."""
        scores = t.occupation_scores
        columns = [column for column in scores.c if column.name != "document"]
        query = sa.select(*columns).order_by(scores.c.soc_code)
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
        """A scored occupation with its tasks and its ``run_id``; None if there is no score to show.

        With ``run_id``, that of this complete run, of whichever engine.
        """
        if run_id is None:
            return self.scores([soc_code], engine_fingerprint).get(soc_code)
        complete = sa.select(t.scoring_runs.c.run_id).where(
            t.scoring_runs.c.state == COMPLETE, t.scoring_runs.c.run_id == run_id
        )
        return self._scores([soc_code], t.occupation_scores.c.run_id.in_(complete)).get(soc_code)

    def scores(self, soc_codes: Sequence[str], engine_fingerprint: str) -> dict[str, Record]:
        """Several scored occupations, as ``score``, all as they were shown at one moment."""
        newest = _newest(engine_fingerprint).subquery()
        key = sa.tuple_(t.occupation_scores.c.soc_code, t.occupation_scores.c.run_id)
        return self._scores(soc_codes, key.in_(sa.select(newest.c.soc_code, newest.c.run_id)))

    def _scores(self, soc_codes: Sequence[str], shown: sa.ColumnElement[bool]) -> dict[str, Record]:
        scores = t.occupation_scores
        query = sa.select(scores.c.soc_code, scores.c.run_id, scores.c.document).where(
            scores.c.soc_code.in_(soc_codes), shown
        )
        found: dict[str, Record] = {}
        with self._begin() as connection:
            # One statement says of which runs; what a run has written never changes.
            for code, run_id, document in connection.execute(query).all():
                tasks = self._documents(connection, t.task_scores, run_id, code)
                found[code] = json.loads(document) | {"tasks": tasks, "run_id": run_id}
        return found

    def matches(self, soc_code: str, run_id: int) -> list[Record]:
        """Similar careers of an occupation as a run found them, most similar first."""
        with self._begin() as connection:
            return self._documents(connection, t.matches, run_id, soc_code)

    @staticmethod
    def _documents(
        connection: sa.Connection, table: sa.Table, run_id: int, soc_code: str
    ) -> list[Record]:
        query = sa.select(table.c.document).where(
            table.c.run_id == run_id, table.c.soc_code == soc_code
        )
        found = connection.execute(query.order_by(table.c.position)).scalars()
        return [json.loads(document) for document in found]


def _newest(engine_fingerprint: str) -> sa.Select[Any]:
    """SOC code -> its newest complete run by an engine."""
    scores, runs = t.occupation_scores, t.scoring_runs
    return (
        sa.select(scores.c.soc_code, sa.func.max(scores.c.run_id).label("run_id"))
        .join(runs, runs.c.run_id == scores.c.run_id)
        .where(runs.c.state == COMPLETE, runs.c.engine_fingerprint == engine_fingerprint)
        .group_by(scores.c.soc_code)
    )


def _run(row: sa.RowMapping) -> Run:
    scope = row["scope"]
    values = {name: row[name] for name in Run.__dataclass_fields__ if name != "scope"}
    return Run(**values, scope=None if scope is None else tuple(json.loads(scope)))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
