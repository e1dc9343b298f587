"""Check the folder of a sentence-transformer before anything in it is loaded.

A model needs settings, a tokenizer and weights as safetensors. Code and pickles would run whatever
their author wrote, so a folder that relies on them is rejected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import EncoderError

_CODE = frozenset({".py", ".pyc", ".so", ".pyd", ".dll", ".dylib"})
_PICKLES = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"})
_OWN_MODULES = "sentence_transformers."
_MODULES = "modules.json"
_REMOTE_CODE = "auto_map"
"""Key of settings that name code of the model."""

_MAX_SETTINGS_BYTES = 64 << 20
"""Maximum size of a JSON file; a tokenizer of 250,000 words has 17 MB."""


def check_model_folder(folder: Path) -> None:
    """Check that a folder holds a model without code and pickles; a name that is no folder passes.

    Raises:
        EncoderError: naming the file, and what is wrong with it.
    """
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if problem := _problem(path):
            raise EncoderError(
                f"encoder folder {folder}: {path.relative_to(folder)} {problem}, so nothing was "
                "loaded; use a folder with settings, a tokenizer and safetensors alone"
            )


def _problem(path: Path) -> str:
    """Return why a file must not be in the folder of a model; "" if it may."""
    suffix = path.suffix.lower()
    if path.is_symlink() and path.is_dir():
        return "is a link to a folder"
    if suffix in _CODE:
        return "is code"
    if suffix in _PICKLES and not any(path.parent.glob("*.safetensors")):
        return "is a pickle, which can run code"
    return _settings_problem(path) if suffix == ".json" and path.is_file() else ""


def _settings_problem(path: Path) -> str:
    if path.stat().st_size > _MAX_SETTINGS_BYTES:
        return "is too large"
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return "is not valid JSON"
    if isinstance(found, dict) and _REMOTE_CODE in found:
        return "names code of the model"
    if path.name == _MODULES and not all(kind.startswith(_OWN_MODULES) for kind in _kinds(found)):
        return "names a module that is not part of sentence-transformers"
    return ""


def _kinds(modules: Any) -> Iterator[str]:
    for module in modules if isinstance(modules, list) else [None]:
        yield str(module.get("type")) if isinstance(module, dict) else ""
