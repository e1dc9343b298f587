"""The model card and the data card as HTML, and the calibration plot of the model card."""

from __future__ import annotations

import itertools
import json
import re
from functools import cache

from markdown_it import MarkdownIt

from engine.utils import resources
from engine.web.pages import charts

_COMMENT_OR_IMAGE = ("<!--", "![")
_LOCAL_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")

# Markdown reads the text between two mentions of O*NET as emphasis, and drops both asterisks.
_NAME, _PLACEHOLDER = "O*NET", "O\ue000NET"


@cache
def card(name: str) -> str:
    """The card of a shipped folder, ``models`` or ``reference_tasks``, as HTML.

    Headings are one level lower, because the page has the first. Links to files of the repository
    become plain text, and images are removed.
    """
    return as_html((resources.shipped(name) / "README.md").read_text(encoding="utf-8"), name)


def as_html(markdown: str, name: str) -> str:
    """A card as HTML.

    Args:
        name: labels the tables, for screen readers.
    """
    lines = [
        f"#{line}" if line.startswith("#") else line
        for line in markdown.splitlines()
        if not line.startswith(_COMMENT_OR_IMAGE)
    ]
    text = _LOCAL_LINK.sub(r"\1", "\n".join(lines)).replace(_NAME, _PLACEHOLDER)
    html = MarkdownIt("js-default").render(text).replace(_PLACEHOLDER, _NAME)
    return _accessible_tables(html, name)


def _accessible_tables(html: str, name: str) -> str:
    """Let wide tables scroll, also by keyboard, and turn their empty headings into plain cells."""
    numbers = itertools.count(1)
    html = re.sub(
        "<table>",
        lambda _: (
            f'<div class="wide" tabindex="0" role="region" aria-label="{name}, table '
            f'{next(numbers)}"><table>'
        ),
        html,
    )
    return html.replace("</table>", "</table></div>").replace("<th></th>", "<td></td>")


@cache
def reliability() -> charts.Reliability:
    """The calibration plot of the model card, from the points that ship with it."""
    path = resources.shipped("models") / "reliability.json"
    points = json.loads(path.read_text(encoding="utf-8"))["points"]
    return charts.reliability([(prediction, outcome) for prediction, outcome in points])
