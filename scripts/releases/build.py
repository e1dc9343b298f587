"""Build wheel and source archive of the last commit twice, and keep them if their bytes are equal.

    python scripts/releases/build.py dist

Two clones are built under other folders, umasks and file times. The exit status is 1, and nothing
is written, if a file differs. ``SHA256SUMS`` lists what was written.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from engine.utils import checksums

ROOT = Path(__file__).resolve().parents[2]


def build_twice(root: Path, work: Path) -> Path:
    """Build a repository in two clones.

    Args:
        root: the repository.
        work: an empty folder.

    Returns:
        the folder with the wheel and the source archive.

    Raises:
        RuntimeError: if the builds differ; it names the files.
        subprocess.CalledProcessError: if git or the build fails.
    """
    folders, digests = [], []
    for name, umask in (("first", 0o022), ("second", 0o077)):
        clone, built = work / name, work / f"{name} built"
        _run(["git", "clone", "--quiet", str(root), str(clone)], work, umask)
        _run([sys.executable, "-m", "hatchling", "build", "-d", str(built)], clone, umask)
        folders.append(built)
        digests.append({path.name: checksums.sha256(path) for path in built.iterdir()})
    if different := sorted(dict(digests[0].items() ^ digests[1].items())):
        raise RuntimeError(f"a second build differs in: {', '.join(different)}")
    return folders[0]


def _run(command: list[str], folder: Path, umask: int) -> None:
    subprocess.run(command, cwd=folder, umask=umask, check=True, capture_output=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    output: Path = parser.parse_args().output

    with tempfile.TemporaryDirectory() as work:
        try:
            built = build_twice(ROOT, Path(work))
        except (RuntimeError, subprocess.CalledProcessError) as error:
            sys.exit(f"{error}")
        output.mkdir(parents=True, exist_ok=True)
        lines = []
        for path in sorted(built.iterdir()):
            copied = shutil.copyfile(path, output / path.name)
            lines.append(f"{checksums.sha256(copied)}  {path.name}\n")
            print(f"{copied}: {copied.stat().st_size:,} bytes")
    (output / "SHA256SUMS").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
