"""Open the database behind the store: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import StoreError
from engine.utils import resources

BUSY_MILLISECONDS = 5_000
"""How long a writer waits for another writer of the same SQLite file."""


def default_url() -> str:
    """URL of the store in the user's cache folder; creates the folder."""
    folder = resources.cache_dir()
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'scores.sqlite'}"


def open_database(url: str) -> sa.Engine:
    """A pool of connections to a database; nothing connects yet.

    Raises:
        StoreError: if the URL is not one of SQLite or PostgreSQL, or its driver is not installed.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        database = sa.create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (SQLAlchemyError, ValueError):
        raise StoreError(
            f"database URL {url.split('@')[-1][:80]!r} is not supported; give a URL such as "
            "sqlite:///scores.sqlite or postgresql://user@host/name"
        ) from None
    except ImportError as error:
        raise StoreError(
            f"database {parsed.drivername}: {error}; install its driver with "
            "pip install 'occupation-risk[postgresql]'"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        sa.event.listen(database, "connect", _set_up_sqlite)
    return database


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Let readers and the writer work at the same time; a second writer waits."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
