"""HTML for notebooks: a heading, a few lines and a table; legible on light and dark pages.

Nothing sets a color of its own: text and rules take the color of the page around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

MAX_ROWS = 20
"""Maximum number of rows that a table in a notebook shows."""

_STYLE = (
    "<style>"
    ".occupation-risk{max-width:60em}"
    ".occupation-risk p{margin:.25em 0}"
    ".occupation-risk .quiet{opacity:.75;font-size:.9em}"
    ".occupation-risk table{border-collapse:collapse;margin:.5em 0}"
    ".occupation-risk th,.occupation-risk td"
    "{text-align:left;vertical-align:top;padding:.2em .75em .2em 0;"
    "border-bottom:1px solid rgba(127,127,127,.3)}"
    ".occupation-risk .number{text-align:right;white-space:nowrap}"
    "</style>"
)


def card(
    heading: str,
    lines: Iterable[str] = (),
    *,
    header: Sequence[str] = (),
    rows: Sequence[Sequence[str]] = (),
    numbers: int = 0,
    note: str = "",
    more: str = "",
) -> str:
    """Return a heading, lines and a table as HTML; every text is escaped.

    Args:
        heading: what is shown.
        lines: facts, one paragraph each; blank ones are left out.
        header: names of the columns.
        rows: cells of the table; the first ``MAX_ROWS`` are shown.
        numbers: how many of the last columns are numbers, which align right.
        note: last paragraph, in small type.
        more: how to see all rows, such as "to_frame() has all"; said where some are not shown.
    """
    parts = [_STYLE, f"<p><strong>{escape(heading)}</strong></p>"]
    parts += [f"<p>{escape(line)}</p>" for line in lines if line]
    if rows:
        text_columns = len(header) - numbers
        head = _cells("th", header, text_columns)
        body = "".join(_cells("td", row, text_columns) for row in rows[:MAX_ROWS])
        parts.append(f"<table><thead>{head}</thead><tbody>{body}</tbody></table>")
    if (hidden := len(rows) - MAX_ROWS) > 0:
        parts.append(_quiet(f"… and {hidden:,} more" + (f"; {more}" if more else "")))
    if note:
        parts.append(_quiet(note))
    return f'<div class="occupation-risk">{"".join(parts)}</div>'


def _cells(tag: str, texts: Sequence[str], text_columns: int) -> str:
    cells = "".join(
        f"<{tag}{' class=number' if column >= text_columns else ''}>{escape(text)}</{tag}>"
        for column, text in enumerate(texts)
    )
    return f"<tr>{cells}</tr>"


def _quiet(text: str) -> str:
    return f"<p class=quiet>{escape(text)}</p>"
