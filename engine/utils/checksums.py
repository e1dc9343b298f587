"""Weights that ship are those that were made: SHA-256 of every file, checked before it is used.

A folder of weights has ``SHA256SUMS`` beside them, in the form of the command of that name:
``cd models/work && sha256sum -c SHA256SUMS`` checks it by hand.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.errors import EncoderError
from engine.utils.atomic_write import write_whole

FILE = "SHA256SUMS"
_NOT_USED = (FILE, "README.md", "figures.json")


def write(folder: Path) -> None:
    """List the files of ``folder`` as they are now; whatever makes one of them ends with this."""
    lines = [f"{_digest(folder / name)}  {name}\n" for name in sorted(_files(folder, ""))]
    write_whole(folder / FILE, "".join(lines).encode())


def check(folder: Path, part: str) -> None:
    """Check a file of ``folder``, or all files of a folder in it, against the list.

    Raises:
        EncoderError: naming the first file that is missing, changed or not listed.
    """
    listed = {n: d for n, d in _listed(folder).items() if n == part or n.startswith(f"{part}/")}
    for name in sorted(listed.keys() | _files(folder, part)):
        path = folder / name
        found = _digest(path) if path.is_file() else "no file"
        expected = listed.get(name, "no file of this name")
        if found != expected:
            raise EncoderError(
                f"{path} is not what ships (SHA-256 {found[:12]}…, expected {expected[:20]}…): "
                "install the package again; if you made these weights, run 'make checksums'"
            )


def _listed(folder: Path) -> dict[str, str]:
    path = folder / FILE
    try:
        pairs = [line.split("  ", 1) for line in path.read_text(encoding="utf-8").splitlines()]
        return {name: digest for digest, name in pairs}
    except (OSError, ValueError):
        raise EncoderError(
            f"{path} is missing or damaged: expected SHA-256 and name of every file of weights; "
            "install the package again; if you made these weights, run 'make checksums'"
        ) from None


def _files(folder: Path, part: str) -> set[str]:
    start = folder / part
    paths = [start] if start.is_file() else start.rglob("*")
    names = {path.relative_to(folder).as_posix() for path in paths if path.is_file()}
    return {name for name in names if name not in _NOT_USED}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
