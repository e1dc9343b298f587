"""Lay out text for a terminal of a given width."""

from __future__ import annotations

import io
from typing import Any

from engine.report.formatting import WHAT_RISK_IS
from engine.utils.inert_text import inert


class TerminalText:
    """Text that rich prints into memory.

    Args:
        width: columns of the terminal.
        color: use colors and styles; otherwise the text is plain.
    """

    def __init__(self, width: int, color: bool) -> None:
        from rich.console import Console

        self._console = Console(
            file=io.StringIO(),
            width=width,
            force_terminal=color,
            no_color=not color,
            highlight=False,
            markup=False,
        )

    def line(self, text: str = "", *, style: str = "", indent: int = 0) -> None:
        """Add a paragraph, wrapped at the width; ``style`` is a style of rich, such as "bold"."""
        from rich.padding import Padding
        from rich.text import Text

        self._console.print(Padding(Text(inert(text), style=style), (0, 0, 0, indent)))

    def table(self, table: Any) -> None:
        """Add a table of rich."""
        self._console.print(table)

    def finish(self, *, explain: bool = True) -> str:
        """Return the text without trailing white space; with ``explain``, say what risk is."""
        self.line()
        if explain:
            self.line(WHAT_RISK_IS, style="italic")
        lines = self._console.file.getvalue().splitlines()  # type: ignore[attr-defined]
        return "\n".join(line.rstrip() for line in lines) + "\n"


def new_table() -> Any:
    """Return an empty table of rich in the style of all reports."""
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1, 0, 0))
