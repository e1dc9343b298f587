from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from engine import EngineError
from engine.utils import delimited
from engine.utils.delimited import parse_table, read_table, read_text


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(content)
    return path


def test_byte_order_marks_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    plain = read_table(_file(tmp_path, b"task,share\nWrite reports.,1\n"), ["task"])
    other = read_table(_file(tmp_path, b"\xef\xbb\xbftask,share\r\nWrite reports.,1\r\n"), ["task"])
    assert plain == other == [(2, {"task": "Write reports.", "share": "1"})]


def test_line_numbers_count_quoted_and_blank_lines(tmp_path: Path) -> None:
    path = _file(tmp_path, b'task,share\n"Write\nreports.",1\n\nFile letters.,2\n')
    assert [line for line, _ in read_table(path, ["task"])] == [2, 5]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"task\nsch\xf6n\n", r"line 2: byte 0xf6 is not UTF-8; save the file"),
        (b"ta\0sk\n", "NUL"),
        (b"sentence\nWrite.\n", r"missing column task; add it or rename one of: sentence"),
        (b"task,task\na,b\n", r"line 1: duplicate column 'task'; remove one"),
        (b"task\nWrite reports, and file them.\n", r"line 2: 2 cells, but the header has 1"),
        (b'task\n"Write reports.\n', "check the double quotes"),
    ],
)
def test_invalid_files_are_rejected_by_line_with_a_fix(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(EngineError, match=rf"(?s)table\.csv.*{message}"):
        read_table(_file(tmp_path, content), ["task"])


def test_a_folder_or_a_missing_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is a folder; name a file in it"):
        read_text(tmp_path)
    with pytest.raises(EngineError, match="does not exist; check the path"):
        read_text(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("task\nWrite reports.\n".encode("utf-16-le"), "UTF-16LE"),
        ("task\nWrite reports.\n".encode("utf-16-be"), "UTF-16BE"),
        (b"\xff\xfe" + "任务\n".encode("utf-16-le"), "UTF-16LE"),
        (b"\xfe\xff" + "任务\n".encode("utf-16-be"), "UTF-16BE"),
        ("task\n".encode("utf-32"), "UTF-32LE"),
    ],
)
def test_another_encoding_is_named_with_the_command_that_converts_it(
    tmp_path: Path, content: bytes, encoding: str
) -> None:
    message = rf"table\.csv has the encoding {encoding}, not UTF-8; .* iconv -f {encoding} -t UTF-8"
    with pytest.raises(EngineError, match=message):
        read_table(_file(tmp_path, content), ["task"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(b"task\n"), "is not text but gzip; unpack it with 'gunzip'"),
        (b"PK\x03\x04...", "a ZIP archive or an Excel workbook"),
        (b"PAR1...", "Parquet; save it as CSV"),
    ],
)
def test_a_compressed_file_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(EngineError, match=message):
        read_table(_file(tmp_path, content), ["task"])


def test_the_number_of_columns_and_the_length_of_their_names_are_limited() -> None:
    names = [f"c{number}" for number in range(500)]
    assert list(parse_table(",".join(names) + "\nx\n", "t", [])[0][1]) == names
    with pytest.raises(EngineError, match="t has 501 columns, more than 500; remove unused ones"):
        parse_table(",".join([*names, "more"]), "t", [])
    assert parse_table("x" * 200 + "\na\n", "t", []) == [(2, {"x" * 200: "a"})]
    with pytest.raises(EngineError, match=r"column name 'x+\.\.\.x+' has 201 characters"):
        parse_table("x" * 201 + "\na\n", "t", [])


def test_rows_and_cells_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_ROWS", 3)
    monkeypatch.setattr(delimited, "MAX_CELLS", 5)
    assert len(parse_table("a\nb\nc\nd\n", "t", ["a"])) == 3
    with pytest.raises(EngineError, match="t has more than 3 rows; split it"):
        parse_table("a\nb\nc\n\ne\n", "t", ["a"])  # blank rows take time too
    with pytest.raises(EngineError, match="t has more than 5 cells; split it"):
        parse_table("a,b,c\nd\ne\n", "t", ["a"])  # missing cells take memory too
