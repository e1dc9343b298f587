"""A cache of vectors on disk, shared by processes and bounded in size."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
import os
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine.encoders import shipped_vectors
from engine.encoders.base import Encoder
from engine.encoders.precision import computes_in_bfloat16
from engine.errors import InputError
from engine.utils import resources

CACHE_BYTES = 2 << 30
"""Default size of the cache in bytes: over a million vectors of MiniLM."""

_FILL_AFTER_EVICTION = 0.75
"""Part of the limit that an eviction keeps, so that evictions are rare."""

_KEYS_PER_QUERY = 500  # SQLite limits the parameters of a query

_DIGEST_BYTES = 16
"""Length of the digest that follows each stored vector."""

_TABLE = "CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB NOT NULL)"

T = TypeVar("T")

_logger = logging.getLogger(__name__)


class EmbeddingCache:
    """Vectors by encoder and text, so that a second build does not encode its texts again.

    Each encoder has one SQLite file; several processes may use it at once. When the folder exceeds
    its limit, the vectors of other encoders go first, starting with the least recently used
    encoder. Then the oldest vectors of this encoder go. A damaged file is removed. A vector that
    differs from what was written is computed again. A cache that cannot be read or written causes a
    warning and is skipped.

    Args:
        folder: folder of the cache; in the user's cache folder if None.
        limit: maximum size of the folder in bytes.
        shipped: take the vectors of the starter reference that ship; False computes them.
    """

    def __init__(
        self, folder: Path | None = None, *, limit: int = CACHE_BYTES, shipped: bool = True
    ) -> None:
        self._folder = folder if folder is not None else _default_folder()
        self._limit = limit
        self._takes_shipped = shipped
        self._shipped: dict[str, shipped_vectors.ShippedVectors] = {}

    def encode(
        self, encoder: Encoder, texts: Sequence[str], *, progress: bool = False
    ) -> np.ndarray:
        """Return ``encoder.encode(texts)``; only texts without a known vector are encoded.

        Vectors of the starter reference ship, and others are cached.

        Args:
            encoder: the encoder to use.
            texts: at least one text.
            progress: show a progress bar while encoding.
        """
        known = self._shipped_for(encoder).of_texts(texts)
        if rest := [text for text in dict.fromkeys(texts) if text not in known]:
            rows = self._encode_cached(encoder, rest, progress=progress)
            known |= zip(rest, rows, strict=True)
        return np.stack([known[text] for text in texts])

    def encode_means(
        self, encoder: Encoder, groups: Sequence[Sequence[str]], *, progress: bool = False
    ) -> list[np.ndarray]:
        """Return the mean of the vectors of each group of texts, shape (n_dimensions,).

        Args:
            encoder, progress: as for ``encode``.
            groups: each of at least one text.
        """
        shipped = self._shipped_for(encoder)
        means = [shipped.mean_of(group) for group in groups]
        texts = {
            text
            for mean, group in zip(means, groups, strict=True)
            if mean is None
            for text in group
        }
        ordered = sorted(texts)
        rows = self.encode(encoder, ordered, progress=progress) if ordered else ()
        vector = dict(zip(ordered, rows, strict=True))
        return [
            np.mean([vector[text] for text in group], axis=0) if mean is None else mean
            for mean, group in zip(means, groups, strict=True)
        ]

    def _shipped_for(self, encoder: Encoder) -> shipped_vectors.ShippedVectors:
        """Return the vectors that ship for an encoder, read once."""
        if not self._takes_shipped:
            return shipped_vectors.NOTHING
        if encoder.fingerprint not in self._shipped:
            self._shipped[encoder.fingerprint] = shipped_vectors.read(encoder.fingerprint)
        return self._shipped[encoder.fingerprint]

    def _encode_cached(
        self, encoder: Encoder, texts: Sequence[str], *, progress: bool
    ) -> np.ndarray:
        if self._folder is None:
            return encoder.encode(texts, progress=progress)
        precision = "-bfloat16" if computes_in_bfloat16() else ""
        path = self._folder / f"{encoder.fingerprint[:32]}{precision}.sqlite"
        keys = {text: hashlib.sha256(text.encode()).digest() for text in texts}
        stored = _using(path, lambda database: _read(database, keys.values())) or {}
        vectors = _intact(stored, encoder.fingerprint)
        if damaged := len(stored) - len(vectors):
            _logger.warning(
                "computing %d vectors of embedding cache %s again: damaged, or of an older version",
                damaged,
                path,
            )
        with contextlib.suppress(OSError):
            os.utime(path)  # the time of its last use, by which files are evicted
        if missing := [text for text, key in keys.items() if key not in vectors]:
            rows = encoder.encode(missing, progress=progress)
            new = {keys[text]: row for text, row in zip(missing, rows, strict=True)}
            vectors |= new
            sealed = {key: _sealed(key, row, encoder.fingerprint) for key, row in new.items()}
            _using(path, lambda database: _write(database, sealed))
            self._evict(path)
        return np.stack([vectors[keys[text]] for text in texts])

    def _evict(self, current: Path) -> None:
        """Bring the folder below its limit; the vectors of ``current`` are the last to go."""
        try:
            used = {file: file.stat() for file in current.parent.glob("*.sqlite")}
        except OSError:  # another process removed a file
            return
        excess = sum(state.st_size for state in used.values()) - self._limit
        if excess <= 0:
            return
        excess += int((1 - _FILL_AFTER_EVICTION) * self._limit)
        for file in sorted(used, key=lambda file: (file == current, used[file].st_mtime)):
            if excess > 0:
                size = used[file].st_size
                # Emptied rather than removed, because another process may have it open.
                fraction = 1.0 if file != current else min(1.0, excess / size)
                _using(file, partial(_delete_oldest, fraction=fraction), timeout=1)
                excess -= size


def _default_folder() -> Path | None:
    """Return the folder in the user's cache folder; None, and a warning, without one."""
    try:
        return resources.cache_dir() / "embeddings"
    except InputError as error:
        _logger.warning("skipping the embedding cache: %s", error)
        return None


def _using(path: Path, action: Callable[[sqlite3.Connection], T], timeout: float = 60) -> T | None:
    """Return what ``action`` returns for a cache file; None, and a warning, if the file fails.

    A damaged file is removed, since it holds nothing that cannot be computed again.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=timeout)) as database:
            database.execute(_TABLE)
            return action(database)
    except sqlite3.OperationalError as error:  # locked, full or read-only, but not damaged
        _logger.warning("skipping embedding cache %s: %s", path, error)
    except sqlite3.DatabaseError as error:
        _logger.warning("removing damaged embedding cache %s: %s", path, error)
        with contextlib.suppress(OSError):
            path.unlink()
    except OSError as error:
        _logger.warning("skipping embedding cache %s: %s", path, error)
    return None


def _sealed(key: bytes, vector: np.ndarray, fingerprint: str) -> bytes:
    """Return the stored form of a vector: float32, followed by its digest."""
    content = np.asarray(vector, np.float32).tobytes()
    return content + _digest(key, content, fingerprint)


def _intact(stored: Mapping[bytes, bytes], fingerprint: str) -> dict[bytes, np.ndarray]:
    """Return the vectors whose digests are right; those of older versions have none."""
    return {
        key: np.frombuffer(content[:-_DIGEST_BYTES], dtype=np.float32)
        for key, content in stored.items()
        if content[-_DIGEST_BYTES:] == _digest(key, content[:-_DIGEST_BYTES], fingerprint)
    }


def _digest(key: bytes, content: bytes, fingerprint: str) -> bytes:
    """Return the digest of a vector together with its text and its encoder."""
    owner = fingerprint.encode() + key
    return hashlib.blake2b(owner + content, digest_size=_DIGEST_BYTES).digest()


def _read(database: sqlite3.Connection, keys: Collection[bytes]) -> dict[bytes, bytes]:
    """Stored forms of the vectors of those keys that are cached."""
    distinct = list(set(keys))
    found: dict[bytes, bytes] = {}
    for start in range(0, len(distinct), _KEYS_PER_QUERY):
        part = distinct[start : start + _KEYS_PER_QUERY]
        marks = ",".join("?" * len(part))
        query = f"SELECT text, vector FROM vectors WHERE text IN ({marks})"  # noqa: S608
        found |= dict(database.execute(query, part))
    return found


def _write(database: sqlite3.Connection, vectors: Mapping[bytes, bytes]) -> None:
    with database:
        database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", vectors.items())


def _delete_oldest(database: sqlite3.Connection, fraction: float) -> None:
    """Delete a fraction of the rows, the first inserted first, and shrink the file."""
    with database:
        (count,) = database.execute("SELECT count(*) FROM vectors").fetchone()
        oldest = "SELECT rowid FROM vectors ORDER BY rowid LIMIT ?"
        database.execute(
            f"DELETE FROM vectors WHERE rowid IN ({oldest})",  # noqa: S608
            [math.ceil(fraction * count)],
        )
    database.execute("VACUUM")
