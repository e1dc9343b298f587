"""The engine that is used where none is named."""

from __future__ import annotations

import logging
from pathlib import Path

from engine.corpus.references import PUBLISHED, STARTER, read_starter
from engine.encoders.base import DEFAULT_ENCODER
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import find_encoder
from engine.persistence import artifact, engine_folder
from engine.scoring.build import build_parts
from engine.utils import resources

DEFAULT_CONFIDENCE = 0.9

_logger = logging.getLogger(__name__)


def default_folder() -> Path:
    """Folder of the default engine.

    The one that ``OCCUPATION_RISK_ENGINE`` names; else the published engine if one has been built;
    else the starter engine, which is built the first time it is needed.
    """
    named = resources.named_engine()
    if named is not None:
        return named
    published, starter = resources.engine_dir(PUBLISHED), resources.engine_dir(STARTER)
    if (published / artifact.MANIFEST).is_file():
        return published
    if not (starter / artifact.MANIFEST).is_file():
        _logger.warning("building the starter engine, once, into %s", starter)
        parts = build_parts(
            read_starter(),
            find_encoder(DEFAULT_ENCODER),
            EmbeddingCache(),
            confidence=DEFAULT_CONFIDENCE,
        )
        engine_folder.write(starter, parts)
    return starter
