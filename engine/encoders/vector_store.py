"""Vectors on disk by key, for several processes at once, in bounded room.

One SQLite file an encoder in one folder. Where the folder grows beyond its limit, what was not used
for longest goes: first the vectors of other encoders, then single ones of the same.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np

_SECONDS_A_DAY = 86_400

_AT_A_TIME = 500
"""Keys of one statement; SQLite bounds its variables."""

_KEPT = 0.75
"""Part of the limit that is left full when room is made, so that it is not made every time."""

_TABLES = """
CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS uses (text BLOB PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID;
"""

_logger = logging.getLogger(__name__)


class VectorStore:
    """Vectors of one encoder. Use it in a ``with`` block.

    A damaged file is set aside and begun anew: it holds nothing that cannot be computed again.

    Args:
        path: file of the encoder; the others of its folder count towards the limit.
        limit: bytes of all files together.

    Raises:
        sqlite3.Error, OSError: if it cannot be used.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = _open(path)

    def __enter__(self) -> VectorStore:
        return self

    def __exit__(self, *error: object) -> None:
        self._database.close()

    def get(self, keys: Collection[bytes]) -> dict[bytes, np.ndarray]:
        """The vectors that are there, float32; they count as used today."""
        found: dict[bytes, np.ndarray] = {}
        for part in _parts(keys):
            marks = ",".join("?" * len(part))
            query = f"SELECT text, vector FROM vectors WHERE text IN ({marks})"  # noqa: S608
            rows = self._database.execute(query, part)
            found |= {key: np.frombuffer(vector, dtype=np.float32) for key, vector in rows}
        self._note(found)
        return found

    def put(self, vectors: Mapping[bytes, np.ndarray]) -> None:
        """Keep vectors; what others keep meanwhile stays."""
        with self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                [(key, np.asarray(row, np.float32).tobytes()) for key, row in vectors.items()],
            )
        self._note(vectors)
        # Others may be at work with a file just now: then room is made another time.
        with contextlib.suppress(sqlite3.OperationalError, FileNotFoundError):
            self._make_room()

    def _note(self, keys: Collection[bytes]) -> None:
        """Write down that keys are used today, where that is not written yet."""
        today = int(time.time() // _SECONDS_A_DAY)
        noted: set[bytes] = set()
        for part in _parts(keys):
            marks = ",".join("?" * len(part))
            query = f"SELECT text FROM uses WHERE day = ? AND text IN ({marks})"  # noqa: S608
            noted.update(key for (key,) in self._database.execute(query, [today, *part]))
        new = [(key, today) for key in keys if key not in noted]
        if new:
            with self._database:
                self._database.executemany("INSERT OR REPLACE INTO uses VALUES (?, ?)", new)

    def _make_room(self) -> None:
        files = sorted(self._path.parent.glob("*.sqlite"), key=lambda file: file.stat().st_mtime)
        sizes = {file: file.stat().st_size for file in files}
        excess = sum(sizes.values()) - self._limit
        if excess <= 0:
            return
        excess += int((1 - _KEPT) * self._limit)
        for file in files:
            if file != self._path and excess > 0:
                # Emptied rather than removed, as another process may have it open.
                with closing(sqlite3.connect(file, timeout=1)) as other:
                    _delete(other, sizes[file], sizes[file])
                excess -= sizes[file]
        if excess > 0:
            _delete(self._database, excess, sizes[self._path])


def _delete(database: sqlite3.Connection, excess: int, size: int) -> None:
    """Delete so much of a file, what was not used for longest first, and give the room back."""
    with database:
        (count,) = database.execute("SELECT count(*) FROM vectors").fetchone()
        database.execute(
            "DELETE FROM vectors WHERE text IN (SELECT text FROM vectors LEFT JOIN uses USING "
            "(text) ORDER BY coalesce(day, 0), vectors.rowid LIMIT ?)",
            [-(-count * min(excess, size) // size)],
        )
        database.execute("DELETE FROM uses WHERE text NOT IN (SELECT text FROM vectors)")
    database.execute("VACUUM")


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # locked or unreachable, not damaged
            raise
        path.replace(path.with_suffix(".damaged"))
        _logger.warning("embedding cache %s was damaged and is begun anew", path)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=60)
    try:
        database.executescript(_TABLES)
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


def _parts(keys: Collection[bytes]) -> Iterator[list[bytes]]:
    every = list(keys)
    for start in range(0, len(every), _AT_A_TIME):
        yield every[start : start + _AT_A_TIME]
