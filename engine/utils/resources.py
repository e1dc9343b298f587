"""Where things are: what ships with the engine, and what it keeps on a user's machine."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from engine.version import __version__

APP = "occupation-risk"
ENGINE_VARIABLE = "OCCUPATION_RISK_ENGINE"
DATA_VARIABLE = "OCCUPATION_RISK_DATA"


def _checkout() -> Path | None:
    """Root of the source checkout the package runs from; None if it is installed as a wheel."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "reference_tasks" / "tasks.csv").is_file() else None


def shipped(name: str) -> Path:
    """Folder ``name`` (``reference_tasks`` or ``models``) as it ships with the engine."""
    root = _checkout()
    if root is not None:
        return root / name
    return Path(str(resources.files("engine") / "_shipped" / name))


def cache() -> Path:
    """The user's cache folder for the engine; it may not exist yet."""
    from platformdirs import user_cache_path

    return user_cache_path(APP)


def data_dir() -> Path:
    """Where published data is looked for: ``OCCUPATION_RISK_DATA``, else the cache folder."""
    named = os.environ.get(DATA_VARIABLE)
    return Path(named) if named else cache() / "data"


def engine_dir(reference: str) -> Path:
    """Where an engine of ``reference`` is built to when no other folder is named."""
    root = _checkout()
    return (root / "models" if root is not None else cache() / "models" / __version__) / reference


def named_engine() -> Path | None:
    """The engine folder that ``OCCUPATION_RISK_ENGINE`` names; None where it is not set."""
    named = os.environ.get(ENGINE_VARIABLE)
    return Path(named) if named else None
