"""The table of moves that people made between occupations of the catalog."""

from __future__ import annotations

from collections.abc import Set

import pandas as pd

from engine.corpus import codes
from engine.corpus.cells import CellChecker
from engine.corpus.columns import MOVE_COLUMNS
from engine.corpus.validation import Rows
from engine.records.inputs import MAX_TITLE

SOURCE = "source"
"""Column that says where a count comes from; optional in files."""

_MOST = 1e12


def no_moves() -> pd.DataFrame:
    """Return a table of moves without rows."""
    return pd.DataFrame(columns=[*MOVE_COLUMNS, SOURCE])


def check_moves(rows: Rows, known_codes: Set[str], file: str) -> tuple[pd.DataFrame, list[str]]:
    """Check the rows of ``moves.csv``.

    Args:
        known_codes: codes of ``occupations.csv``.

    Returns:
        the table and the faults.
    """
    check = CellChecker(file)
    table = []
    first_line: dict[tuple[str, str], int] = {}
    for line, row in rows:
        start, end = (
            check.known_code(line, row[name], known_codes, codes.parse, name)
            for name in ("from_soc", "to_soc")
        )
        count = check.count(line, "count", row["count"], _MOST)
        if start == end:
            check.fault(line, "to_soc", f"{end} is where the move starts; remove the row")
        if (start, end) in first_line:
            earlier = first_line[start, end]
            check.fault(line, "from_soc", f"duplicate move (first on line {earlier}); add them up")
        first_line.setdefault((start, end), line)
        source = check.text(line, SOURCE, row.get(SOURCE, ""), MAX_TITLE)
        table.append((start, end, count, source))
    return pd.DataFrame(table, columns=[*MOVE_COLUMNS, SOURCE]), check.faults
