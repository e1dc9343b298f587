"""The database behind the store: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import StoreError
from engine.utils import resources

DATABASE_VARIABLE = "OCCUPATION_RISK_DATABASE"
"""Environment variable that names the store where no command does."""

BUSY_MILLISECONDS = 5_000
"""How long a writer of SQLite waits for another one."""


def default_url() -> str:
    """The store in the user's cache folder."""
    folder = resources.cache()
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'scores.sqlite'}"


def open_database(url: str) -> sa.Engine:
    """Connections to a database; it is not asked anything yet.

    Raises:
        StoreError: if the URL is not one of SQLite or PostgreSQL, or its driver is missing.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = sa.create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (SQLAlchemyError, ValueError):
        raise StoreError(
            f"database {url.split('@')[-1][:80]!r}: expected a URL such as "
            "sqlite:///scores.sqlite or postgresql://user@host/name"
        ) from None
    except ImportError as error:
        raise StoreError(
            f"database {parsed.drivername}: {error}; install it with "
            "pip install 'occupation-risk[postgresql]'"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Readers and the writer do not wait for each other; a second writer waits five seconds."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
