"""Markdown documents that are written from measured figures."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any


def write_card(
    description: str,
    *,
    benchmarks: Sequence[str],
    kept: Path,
    card: Path,
    blocks: Callable[[dict[str, Any]], Mapping[str, str]],
) -> None:
    """Write the figures of benchmarks into a card, as the command of its script.

    Args:
        description: of the command, for its help.
        benchmarks: each has an option that names its output. Without it, its figures stay.
        kept: JSON file of the figures by benchmark.
        card: Markdown file with a pair of markers per block; see ``fill``.
        blocks: from the figures by benchmark to the text of each block.
    """
    parser = argparse.ArgumentParser(description=description)
    for name in benchmarks:
        parser.add_argument(
            f"--{name}", type=Path, metavar="FILE", help=f"output of benchmark.py {name}"
        )
    figures = json.loads(kept.read_text(encoding="utf-8"))
    for name, path in vars(parser.parse_args()).items():
        if path is not None:
            figures[name] = json.loads(path.read_text(encoding="utf-8"))
    kept.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    card.write_text(fill(card.read_text(encoding="utf-8"), blocks(figures)), encoding="utf-8")


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
