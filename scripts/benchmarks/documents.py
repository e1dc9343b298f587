"""Tables in Markdown documents that are written from measured figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def fill(page: str, blocks: Mapping[str, str]) -> str:
    """Return a page with new text between the markers of each block.

    Args:
        page: Markdown with a pair of lines ``<!-- NAME -->`` and ``<!-- /NAME -->`` per block.
        blocks: name -> text.

    Raises:
        ValueError: if the page does not have exactly one pair of markers for a block.
    """
    for name, text in blocks.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        if page.count(begin) != 1 or page.count(end) != 1 or end not in rest:
            raise ValueError(f"the page needs one pair of markers {begin.strip()} and {end}")
        page = f"{before}{begin}{text}\n{end}{after}"
    return page


def table(head: Sequence[str], rows: Sequence[Sequence[str]], text_columns: int) -> str:
    """Return a Markdown table whose columns after the first ``text_columns`` are right-aligned."""
    rule = ["---" if column < text_columns else "--:" for column in range(len(head))]
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, rule, *rows))
