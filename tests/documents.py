"""Documents as sessions: their examples run in order, and print the output that is shown.

- A block ``python`` or ``sh`` runs in a folder of its own for each page. The Python blocks of a
  page are one session. Their output is the block ``text`` that follows, if one does.
- A block with a title, such as ``text title="job.txt"``, is a file that the session has.

To write the output that the examples print now into the pages:

    python -m tests.documents docs/tutorials/*.md
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

FENCE = re.compile(
    r'^```(?P<language>\w*)(?: title="(?P<title>[^"]+)")?\n(?P<code>.*?)^```$',
    flags=re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, kw_only=True)
class Example:
    """A block that ran.

    Attributes:
        code: the block.
        printed: what it printed, without spaces at the ends of lines.
        shown: the output that the page shows; None if it shows none.
        span: where the page shows it.
    """

    code: str
    printed: str
    shown: str | None
    span: tuple[int, int]


def run(markdown: str, folder: Path) -> Iterator[Example]:
    """Run the examples of a page in a folder, in order."""
    namespace: dict[str, Any] = {}
    blocks = list(FENCE.finditer(markdown))
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        language, title, code = block["language"], block["title"], block["code"]
        if title:
            (folder / title).write_text(code, encoding="utf-8")
        if (title and language != "python") or language not in ("python", "sh"):
            continue
        printed = _shell(code, folder) if language == "sh" else _python(code, folder, namespace)
        is_output = following and following["language"] == "text" and not following["title"]
        yield Example(
            code=code,
            printed="".join(f"{line.rstrip()}\n" for line in printed.splitlines()),
            shown=following["code"] if following and is_output else None,
            span=following.span("code") if following and is_output else (0, 0),
        )


def _python(code: str, folder: Path, namespace: dict[str, Any]) -> str:
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(compile(code, "<example>", "exec"), namespace)
    return printed.getvalue()


def _shell(code: str, folder: Path) -> str:
    """Run a block of shell, with the commands of this environment and the files of scripts/."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{code}\n{done.stderr}"
    return done.stdout


def updated(markdown: str, folder: Path) -> str:
    """The page with the output that its examples print now."""
    for example in reversed([e for e in run(markdown, folder) if e.shown is not None]):
        start, end = example.span
        markdown = markdown[:start] + example.printed + markdown[end:]
    return markdown


def main() -> None:
    for page in map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            text = updated(page.read_text(encoding="utf-8"), session_folder(Path(folder)))
        page.write_text(text, encoding="utf-8")


def session_folder(folder: Path) -> Path:
    """Prepare a folder as the root of a checkout, as far as the examples read it."""
    (folder / "scripts").symlink_to(ROOT / "scripts")
    return folder


if __name__ == "__main__":
    main()
