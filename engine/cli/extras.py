"""Import what a command needs of an extra, or say how to install it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from engine.errors import InputError


def import_of_extra(module: str, extra: str, what: str) -> Any:
    """Import a module that needs an extra.

    Args:
        module: full name.
        extra: name of the extra.
        what: what needs it, for the error, such as "the site".

    Raises:
        InputError: if a package is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = (error.name or module).partition(".")[0]
        raise InputError(
            f"{what} needs the package {package!r}, which is not installed; run pip install "
            f"'occupation-risk[{extra}]'"
        ) from None
