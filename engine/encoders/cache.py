"""TODO."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.encoders.base import Encoder
from engine.encoders.sentence_transformer import _logger, computes_in_bfloat16
from engine.encoders.vector_store import VectorStore
from engine.utils import resources

CACHE_BYTES = 2 << 30
"""Bytes that the embedding cache may take: over a million vectors of MiniLM."""


class EmbeddingCache:
    """Vectors on disk by encoder fingerprint and text, so that a second build need not encode.

    Several processes may use it at once; it is bounded in size, see ``engine.vector_store``.

    Args:
        folder: where it is; in the user's cache folder by default.
        limit: bytes that it may take.
    """

    def __init__(self, folder: Path | None = None, *, limit: int = CACHE_BYTES) -> None:
        self._folder = folder if folder is not None else resources.cache() / "embeddings"
        self._limit = limit

    def encode(
        self, encoder: Encoder, texts: Sequence[str], *, progress: bool = False
    ) -> np.ndarray:
        """As ``encoder.encode``, taking vectors from the cache and keeping new ones there."""
        precision = "-bfloat16" if computes_in_bfloat16() else ""
        path = self._folder / f"{encoder.fingerprint[:32]}{precision}.sqlite"
        keys = {text: hashlib.sha256(text.encode()).digest() for text in texts}
        try:
            with VectorStore(path, self._limit) as store:
                vectors = store.get(set(keys.values()))
                missing = [text for text, key in keys.items() if key not in vectors]
                if missing:
                    new = encoder.encode(missing, progress=progress)
                    added = {keys[text]: row for text, row in zip(missing, new, strict=True)}
                    store.put(added)
                    vectors |= added
        except (sqlite3.Error, OSError) as error:
            _logger.warning("embedding cache %s not used: %s", path, error)
            return encoder.encode(texts, progress=progress)
        return np.stack([vectors[keys[text]] for text in texts])
