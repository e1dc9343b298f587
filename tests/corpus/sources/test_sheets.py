from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from engine import EngineError
from engine.corpus.sources.sheets import save_as_csv


def _workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    book.create_sheet("Notes")
    sheet = book["Notes"]
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_codes_numbers_and_line_breaks_are_kept(tmp_path: Path) -> None:
    workbook = _workbook(
        tmp_path / "book.xlsx",
        ("code", "text", None, "score"),
        ("0110", 'Say "no", then\ngo', "side note", 0.25),
        (4412.0, "Été", None, 1),
        (7, None, "left over"),
    )
    save_as_csv(workbook, "Notes", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().decode("utf-8") == (
        'code,text,score\n0110,"Say ""no"", then\ngo",0.25\n4412,Été,1\n7,,\n'
    )


def test_a_missing_sheet_and_another_format_are_named(tmp_path: Path) -> None:
    workbook = _workbook(tmp_path / "book.xlsx", ("code",))
    with pytest.raises(EngineError, match="it has no sheet 'Sheet1', only Sheet, Notes"):
        save_as_csv(workbook, "Sheet1", tmp_path / "out.csv")
    workbook.write_bytes(b"code,text")
    with pytest.raises(EngineError, match="it is not an Excel workbook"):
        save_as_csv(workbook, "Notes", tmp_path / "out.csv")
