"""Check the SHA-256 of every shipped weight file before use.

Each folder of weights has a list, ``SHA256SUMS``, in the format of the command ``sha256sum``.
``cd models/work && sha256sum -c SHA256SUMS`` checks it by hand.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.errors import EncoderError
from engine.utils.atomic_write import write_atomically

FILE = "SHA256SUMS"
_NOT_USED = (FILE, "README.md")
_FIX = "reinstall the package; if you trained these weights, update SHA256SUMS"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, read in bounded memory.

    Raises:
        OSError: if the file cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write(folder: Path) -> None:
    """Write the checksums of the files of ``folder``; run this after changing any of them."""
    lines = [f"{sha256(folder / name)}  {name}\n" for name in sorted(_files(folder, ""))]
    write_atomically(folder / FILE, "".join(lines).encode())


def check(folder: Path, part: str) -> None:
    """Check one file of ``folder``, or all files of one of its folders, against the list.

    Args:
        folder: a folder of weights with its list.
        part: path of the file or folder, relative to ``folder``.

    Raises:
        EncoderError: naming the first file that is missing, modified or not listed.
    """
    listed = {n: d for n, d in _listed(folder).items() if n == part or n.startswith(f"{part}/")}
    for name in sorted(listed.keys() | _files(folder, part)):
        if problem := _problem(folder / name, listed.get(name)):
            raise EncoderError(
                f"{folder / name} differs from the file that ships ({problem}); {_FIX}"
            )


def _problem(path: Path, expected: str | None) -> str:
    if expected is None:
        return f"it is not in {FILE}"
    if not path.is_file():
        return "it is missing"
    found = sha256(path)
    return "" if found == expected else f"SHA-256 {found[:12]}…, should be {expected[:12]}…"


def _listed(folder: Path) -> dict[str, str]:
    path = folder / FILE
    try:
        pairs = [line.split("  ", 1) for line in path.read_text(encoding="utf-8").splitlines()]
        return {name: digest for digest, name in pairs}
    except (OSError, ValueError):
        raise EncoderError(f"{path} is missing or damaged; {_FIX}") from None


def _files(folder: Path, part: str) -> set[str]:
    start = folder / part
    paths = [start] if start.is_file() else start.rglob("*")
    names = {path.relative_to(folder).as_posix() for path in paths if path.is_file()}
    return {name for name in names if name not in _NOT_USED}
