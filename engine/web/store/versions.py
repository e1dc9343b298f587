"""The format of a store: check it, create it, or bring it up to date, one step for each version.

A reader checks first, with a connection that cannot write. So a store of a newer version, or one
that is damaged, stays as it is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping

import sqlalchemy as sa

from engine.errors import StoreError
from engine.web.store import schema
from engine.web.store.database import file_of

CHECK_SECONDS = 5.0
"""How long a store may take to check when it opens; a large one is checked in part."""

_STEPS_BETWEEN_LOOKS = 100_000
"""Instructions of SQLite between two looks at the clock."""

_FILL = "name a new database with --database and fill it with 'occupation-risk pipeline'"

_logger = logging.getLogger(__name__)


def inspect(database: sa.Engine, name: str) -> int | None:
    """Return the format of a store; None if it does not exist yet. Nothing is written.

    Args:
        database: opened to read.
        name: of the store, for errors.

    Raises:
        StoreError: if its version is newer than this one or too old, or pages of it are damaged.
        SQLAlchemyError: if it cannot be read.
    """
    file = file_of(database.url)
    if file is not None and not file.exists():
        return None
    with database.connect() as connection:
        found = _format(connection)
        if found is not None and found > schema.FORMAT:
            raise StoreError(
                f"store {name} has format {found}, but this version reads format "
                f"{schema.FORMAT}; install the version of occupation-risk that wrote it, or {_FILL}"
            )
        if found is not None and found < min(STEPS):
            raise StoreError(
                f"store {name} has format {found}, which this version cannot bring up to date; "
                f"{_FILL}"
            )
        if database.dialect.name == "sqlite":
            _check_pages(connection, name)
    return found


def update(database: sa.Engine) -> None:
    """Create the tables of a store, or bring them up to date, in one transaction.

    Args:
        database: opened to write, and inspected.

    Raises:
        SQLAlchemyError: if it cannot be written.
    """
    with database.connect() as connection:
        if database.dialect.name == "sqlite":
            # Locks out a second process that does the same, and includes changes of tables.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        found = _format(connection)
        if found is None:
            schema.METADATA.create_all(connection)
            connection.execute(schema.store_format.insert().values(format=schema.FORMAT))
        elif found < schema.FORMAT:
            for version in range(found, schema.FORMAT):
                STEPS[version](connection)
            connection.execute(schema.store_format.update().values(format=schema.FORMAT))
            _logger.warning(
                "store brought up to date", extra={"from": found, "format": schema.FORMAT}
            )
        connection.commit()


def _format(connection: sa.Connection) -> int | None:
    if not sa.inspect(connection).has_table(schema.store_format.name):
        return None
    found = connection.execute(sa.select(schema.store_format.c.format)).scalar()
    return None if found is None else int(found)


def _check_pages(connection: sa.Connection, name: str) -> None:
    """Check the pages of a file of SQLite, for a few seconds at most."""
    driver = connection.connection.driver_connection
    assert driver is not None
    end = time.monotonic() + CHECK_SECONDS
    driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
    try:
        faults = connection.exec_driver_sql("PRAGMA quick_check(1)").scalars().all()
    except sa.exc.OperationalError as error:
        if "interrupted" not in str(error.orig):
            raise
        _logger.warning("store is large; only a part of it was checked")
        return
    finally:
        driver.set_progress_handler(None, 0)
    if faults != ["ok"]:
        raise StoreError(f"store {name} is damaged ({faults[0]}); restore a copy of it, or {_FILL}")


def _add_digests(connection: sa.Connection) -> None:
    """From 4 to 5: a checksum of each document."""
    for table in schema.WITH_DOCUMENTS:
        connection.exec_driver_sql(
            f"ALTER TABLE {table.name} ADD COLUMN digest BIGINT NOT NULL DEFAULT 0"
        )
        keys = list(table.primary_key)
        for row in connection.execute(sa.select(*keys)).all():
            same = [key == value for key, value in zip(keys, row, strict=True)]
            document = connection.execute(sa.select(table.c.document).where(*same)).scalar_one()
            values = {"digest": schema.digest(document)}
            connection.execute(table.update().where(*same).values(values))


STEPS: Mapping[int, Callable[[sa.Connection], None]] = {4: _add_digests}
"""Version of a store -> what brings it to the next one."""
