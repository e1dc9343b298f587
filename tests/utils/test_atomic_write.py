from __future__ import annotations

import json
import os
import stat
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


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002, 0o000])
def test_files_have_the_permissions_of_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "scores.csv", b"new")
        write_run_report(tmp_path / "report.json", {})
    finally:
        os.umask(before)
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask


def test_a_linked_file_is_replaced_and_its_target_unchanged(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    path = tmp_path / "scores.csv"
    path.symlink_to(tmp_path / "thesis.txt")
    write_atomically(path, b"new")
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    assert (path.read_bytes(), path.is_symlink()) == (b"new", False)
