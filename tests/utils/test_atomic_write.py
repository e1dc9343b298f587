from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import EngineError
from engine.utils.atomic_write import atomic_file, write_atomically, write_run_report


def test_a_file_is_replaced_and_no_temporary_file_remains(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_bytes(b"old")

    def write_half() -> None:
        with atomic_file(path) as temporary:
            temporary.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_report_is_json(tmp_path: Path) -> None:
    write_run_report(tmp_path / "report.json", {"title": "Café", "rows": 3})
    assert json.loads((tmp_path / "report.json").read_text("utf-8")) == {"title": "Café", "rows": 3}
    with pytest.raises(EngineError, match=r"run report .* cannot be written \(No such file"):
        write_run_report(tmp_path / "missing" / "report.json", {})
