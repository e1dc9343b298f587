"""Locations of shipped files and of the files that the engine keeps on a user's machine."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from engine.errors import InputError
from engine.version import __version__

APP = "occupation-risk"
ENGINE_VARIABLE = "OCCUPATION_RISK_ENGINE"
DATA_VARIABLE = "OCCUPATION_RISK_DATA"
DATABASE_VARIABLE = "OCCUPATION_RISK_DATABASE"
MINILM_VARIABLE = "OCCUPATION_RISK_MINILM"


def _checkout() -> Path | None:
    """Return the root of the source checkout; None if the package runs from a wheel."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "reference_tasks" / "tasks.csv").is_file() else None


def shipped(name: str) -> Path:
    """Return the shipped folder ``name``: ``reference_tasks`` or ``models``."""
    root = _checkout()
    if root is not None:
        return root / name
    return Path(str(resources.files("engine") / "_shipped" / name))


def cache_dir() -> Path:
    """Return the user's cache folder for the engine; it may not exist yet.

    Raises:
        InputError: if the system does not know the user's home folder.
    """
    from platformdirs import user_cache_path

    folder = user_cache_path(APP)
    if not folder.is_absolute():  # as in a container, for a user that the system does not list
        raise InputError(
            "the home folder of this user is unknown; set HOME or XDG_CACHE_HOME to a folder that "
            "you can write to"
        )
    return folder


def data_dir() -> Path:
    """Return the folder of published data: ``OCCUPATION_RISK_DATA``, or one in the cache folder."""
    named = os.environ.get(DATA_VARIABLE)
    return Path(named) if named else cache_dir() / "data"


def engine_dir(reference: str) -> Path:
    """Return the folder where the engine of a reference is built by default."""
    root = _checkout()
    models = root / "models" if root is not None else cache_dir() / "models" / __version__
    return models / reference


def named_engine() -> Path | None:
    """Return the engine folder that ``OCCUPATION_RISK_ENGINE`` names; None if it is not set."""
    named = os.environ.get(ENGINE_VARIABLE)
    return Path(named) if named else None
