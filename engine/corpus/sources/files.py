"""Read the files of publishers; errors name the command that downloads them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.errors import InputError
from engine.utils.delimited import read_table


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
        raise InputError(f"{path} does not exist; {_fetch_command(path)}")
    return read_table(path, columns, delimiter, quoted)


def damaged_file(path: Path, fault: str) -> InputError:
    """Return the error for a file whose content is invalid.

    Args:
        fault: what is wrong, and where in the file.
    """
    return InputError(f"{path}{fault}; delete the file and {_fetch_command(path)}")


def _fetch_command(path: Path) -> str:
    return f"run 'occupation-risk fetch --data-dir {path.parent.parent}'"
