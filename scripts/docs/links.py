"""Links between files of the repository, as links between pages of the site.

A page of the site is a file of the repository. Pages in ``docs/`` are at the root of the site,
and the others keep their path: ``docs/usage.md`` is ``usage.md``, ``models/README.md`` is
``models/README.md``. A notebook is the page that shows it with its outputs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container

DOCS = "docs/"

_FENCE = re.compile(r"(^```.*?^```)", flags=re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:|#)([^)\s#]+)(#[^)\s]*)?\)")


def site_path(path: str) -> str:
    """Path in the site of a file of the repository."""
    return re.sub(r"\.ipynb$", ".md", path.removeprefix(DOCS))


def rewrite(markdown: str, page: str, files: Container[str], exists: Callable[[str], bool]) -> str:
    """Return Markdown of a page with links that lead to other pages of the site.

    Links to files of the repository that the site does not have become plain text. Broken links
    stay as they are, so that a strict build reports them.

    Args:
        page: path of the page in the repository, such as ``docs/usage.md``.
        files: paths in the site of all of its files.
        exists: whether the repository has a file at a path.
    """

    def link(match: re.Match[str]) -> str:
        image, text, target, anchor = match.groups()
        in_repository = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
        found = site_path(in_repository)
        if found in files:
            relative = posixpath.relpath(found, posixpath.dirname(site_path(page)) or ".")
            return f"{image}[{text}]({relative}{anchor or ''})"
        return text if exists(in_repository) else match[0]

    # Odd pieces are code blocks.
    pieces = _FENCE.split(markdown)
    return "".join(p if i % 2 else _LINK.sub(link, p) for i, p in enumerate(pieces))
