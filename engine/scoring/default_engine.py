"""Find or build the default engine."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from engine.corpus.references import PUBLISHED, STARTER, read_starter
from engine.encoders.base import DEFAULT_ENCODER
from engine.encoders.registry import find_encoder
from engine.errors import InputError
from engine.persistence import artifact, engine_folder
from engine.scoring.build import build_parts
from engine.utils import resources

DEFAULT_CONFIDENCE = 0.9
"""Probability of the intervals if none is given."""

_logger = logging.getLogger(__name__)


def default_folder() -> Path:
    """Return the folder of the default engine.

    This is the folder that ``OCCUPATION_RISK_ENGINE`` names, or the published engine if it was
    built, or the starter engine, which is built on first use.

    Raises:
        InputError: if the starter engine must be built, and its folder cannot be written.
    """
    named = resources.named_engine()
    if named is not None:
        return named
    published, starter = resources.engine_dir(PUBLISHED), resources.engine_dir(STARTER)
    if (published / artifact.MANIFEST).is_file():
        return published
    if not (starter / artifact.MANIFEST).is_file():
        _check_writable(starter.parent)  # before the build, which takes a minute
        _logger.warning("building the starter engine in %s; this happens only once", starter)
        encoder = find_encoder(DEFAULT_ENCODER)
        parts = build_parts(read_starter(), encoder, confidence=DEFAULT_CONFIDENCE)
        engine_folder.write(starter, parts)
    return starter


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"the starter engine cannot be built in {folder} ({error.strerror}); set HOME or "
            f"XDG_CACHE_HOME to a folder that you can write to, or {resources.ENGINE_VARIABLE} to "
            "a built engine"
        ) from None
