from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine import EngineError
from tests.batch.conftest import read_scores, run


@pytest.mark.usefixtures("scored_parts")
def test_csv_keeps_every_cell_and_rejects_invalid_rows(engine_folder: Path, tmp_path: Path) -> None:
    rows = [
        b"code,task,note",
        b'007,"Write reports, monthly.",',
        b"008,Lift boxes.,a,b",
        b'009,"Paint\nwalls of houses.",3.50',
        b"010,Caf\xe9 work.,x",
        b"011,Answer phones in the office.,NULL",
    ]
    (tmp_path / "in.csv").write_bytes(b"\n".join(rows) + b"\n")
    done = run(tmp_path / "in.csv", tmp_path / "out", engine_folder)
    found = read_scores(tmp_path / "out").select(["code", "task", "note"]).to_pylist()
    assert found == [
        {"code": "007", "task": "Write reports, monthly.", "note": ""},
        {"code": "009", "task": "Paint\nwalls of houses.", "note": "3.50"},
        {"code": "011", "task": "Answer phones in the office.", "note": "NULL"},
    ]
    reasons = pq.read_table(done.rejects)["reason"].to_pylist()
    assert sorted(reasons) == ["4 cells, but the header has 3", "byte 0xe9 is not UTF-8"]


@pytest.mark.usefixtures("scored_parts")
def test_an_empty_csv_file_is_refused(engine_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(EngineError, match=r"empty\.csv is not a readable CSV file .*with a header"):
        run(tmp_path / "empty.csv", tmp_path / "out", engine_folder)
