"""Read the files of publishers; errors say how to get an intact copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.errors import InputError
from engine.utils.delimited import read_table

PLACED_BY_HAND = "aei_2026_02"
"""Folder of the source that the fetch command does not download."""


def read_source(
    path: Path, columns: Iterable[str], *, delimiter: str = ",", quoted: bool = True
) -> list[tuple[int, dict[str, str]]]:
    """Read the rows of a publisher's file, as ``read_table``.

    Args:
        path: the file, in a folder of the data folder.
        columns: columns that the file must have.

    Raises:
        InputError: if the file is missing or does not have the publisher's format.
    """
    if not path.exists():
        raise InputError(f"{path} does not exist; {_remedy(path)}")
    return read_table(path, columns, delimiter, quoted)


def damaged_file(path: Path, fault: str) -> InputError:
    """Return the error for a file whose content is invalid.

    Args:
        fault: what is wrong, and where in the file.
    """
    return InputError(f"{path}{fault}; delete the file and {_remedy(path)}")


def number(path: Path, line: int, row: Mapping[str, str], column: str, high: float = 1.0) -> float:
    """Return the number in a cell, from 0 to ``high``.

    Raises:
        InputError: if the cell holds anything else.
    """
    try:
        value = float(row[column])
    except ValueError:
        fault = f" line {line}, column {column}: {row[column]!r} is not a number"
        raise damaged_file(path, fault) from None
    if not 0 <= value <= high:
        fault = f" line {line}, column {column}: {row[column]!r} is not from 0 to {high:g}"
        raise damaged_file(path, fault)
    return value


def _remedy(path: Path) -> str:
    if path.parent.name == PLACED_BY_HAND:
        return "save the publisher's figures there, as docs/published-reference.md says"
    return f"run 'occupation-risk fetch --data-dir {path.parent.parent}'"
