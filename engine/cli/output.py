"""Where results go: a CSV or JSON file, or the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.errors import InputError
from engine.utils.bounded_read import is_folder

if TYPE_CHECKING:
    import pandas as pd

_SUFFIXES = (".csv", ".json")
_MIN_WIDTH, _MAX_WIDTH = 80, 160


def check_output(output: Path | None) -> Path | None:
    """Check the path of a .csv or .json file before any work is done; return it.

    Raises:
        InputError: as ``check_file``.
    """
    return check_file(output, "--output", _SUFFIXES)


def check_file(output: Path | None, option: str, suffixes: Sequence[str]) -> Path | None:
    """Check the path of a file to write before any work is done; return it.

    Args:
        output: the path; None if the option is not given.
        option: names the path.
        suffixes: endings that the file may have.

    Raises:
        InputError: if its suffix is unknown, it is a folder, or its folder does not exist.
    """
    if output is None:
        return None
    if output.suffix.lower() not in suffixes:
        raise InputError(f"{option} {output} must end in {' or '.join(suffixes)}")
    if is_folder(output):
        raise InputError(f"{option} {output} is a folder; name a file")
    if not is_folder(output.parent):
        raise InputError(f"{option} {output}: folder {output.parent} does not exist; create it")
    return output


Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        callback=check_output,
        help="Write the result to this .csv or .json file instead of the terminal.",
    ),
]


def save(output: Path, result: Any, table: pd.DataFrame) -> None:
    """Write a result to a file atomically: all of it as JSON, or its table as CSV.

    Raises:
        InputError: if the file cannot be written; a file that was there is kept.
    """
    from engine.records.serialize import to_json
    from engine.report.tables import csv_text

    content = to_json(result) if output.suffix.lower() == ".json" else csv_text(table)
    write_file(output, "--output", content)


def write_file(output: Path, option: str, content: str) -> None:
    """Write a text file atomically.

    Raises:
        InputError: if the file cannot be written; a file that was there is kept.
    """
    from engine.utils.atomic_write import write_atomically

    try:
        write_atomically(output, content.encode("utf-8"))
    except OSError as error:
        raise InputError(
            f"{option} {output} cannot be written ({error.strerror}); free space, check "
            "permissions, or name another file"
        ) from None


def width() -> int:
    """Columns to lay out text for: those of the terminal, from 80 to 160."""
    columns = shutil.get_terminal_size((120, 40)).columns
    return min(max(columns, _MIN_WIDTH), _MAX_WIDTH)


def color() -> bool:
    """Return True if stdout is a terminal and ``NO_COLOR`` is not set."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
