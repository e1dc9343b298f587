"""Open the database behind the store: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
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


def open_database(url: str, *, read_only: bool = False) -> sa.Engine:
    """A pool of connections to a database; nothing connects yet.

    Args:
        url: of SQLite or PostgreSQL.
        read_only: the database rejects everything that would write.

    Raises:
        StoreError: if the URL is not one of SQLite or PostgreSQL, or its driver is not installed.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        options: dict[str, Any] = {"pool_pre_ping": parsed.get_backend_name() != "sqlite"}
        if read_only:
            options |= _reading(parsed)
        database = sa.create_engine(parsed, **options)
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
        sa.event.listen(database, "connect", _only_read if read_only else _set_up_sqlite)
    return database


def file_of(url: sa.URL) -> Path | None:
    """Return the file of a store; None if it has none, or SQLite itself reads its name."""
    named = url.database or ""
    if url.get_backend_name() != "sqlite" or not named or named.startswith((":", "file:")):
        return None
    return Path(named)


def _reading(url: sa.URL) -> dict[str, Any]:
    """Options of a pool of connections that read."""
    if url.get_backend_name() != "sqlite":
        return {"execution_options": {"postgresql_readonly": True}}
    file = file_of(url)
    if file is None:
        return {}
    # Each connection looks anew whether somebody writes.
    return {"creator": lambda: _open_to_read(file), "poolclass": sa.NullPool}


def _open_to_read(file: Path) -> sqlite3.Connection:
    """Connect to a file of SQLite that this process may not be able to write.

    Where no change waits to be copied into the file, nothing but the file is needed. Otherwise
    SQLite shares memory with the writer through a file beside it.
    """
    waiting = any(
        beside.exists() and beside.stat().st_size > 0
        for beside in (Path(f"{file}-wal"), Path(f"{file}-journal"))
    )
    mode = "mode=ro" if waiting else "mode=ro&immutable=1"
    address = f"{file.absolute().as_uri()}?{mode}"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def _only_read(connection: Any, _record: object) -> None:
    """Wait for a lock, and refuse to write."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Let readers and the writer work at the same time; a second writer waits."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
