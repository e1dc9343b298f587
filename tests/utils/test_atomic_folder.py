from __future__ import annotations

from pathlib import Path

import pytest

from engine import EngineError
from engine.utils.atomic_folder import replaced_folder


def _never(folder: Path) -> bool:
    return False


def _always(folder: Path) -> bool:
    return True


def test_a_new_folder_and_its_parents_are_made(tmp_path: Path) -> None:
    with replaced_folder(tmp_path / "a" / "b", _never) as written:
        (written / "one").write_text("1")
    assert (tmp_path / "a" / "b" / "one").read_text() == "1"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_an_earlier_version_is_replaced_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "old").touch()
    with replaced_folder(folder, _always) as written:
        (written / "new").touch()
        assert [path.name for path in folder.iterdir()] == ["old"]  # until it is complete
    assert [path.name for path in folder.iterdir()] == ["new"]


def test_a_foreign_folder_or_file_is_refused_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "thesis.docx").write_text("mine")
    with pytest.raises(EngineError, match="is not an export"), replaced_folder(folder, _never):
        pass
    with (
        pytest.raises(EngineError, match="is not an export"),
        replaced_folder(folder / "thesis.docx", _always),
    ):
        pass
    assert (folder / "thesis.docx").read_text() == "mine"


def test_after_an_error_the_earlier_version_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "old").touch()
    with pytest.raises(KeyError):
        _fill_and_fail(folder)
    assert [path.name for path in folder.iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def _fill_and_fail(folder: Path) -> None:
    with replaced_folder(folder, _always) as written:
        (written / "new").touch()
        raise KeyError
