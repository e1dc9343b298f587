from __future__ import annotations

from pathlib import Path

import pytest

from engine import EngineError
from engine.corpus.references import read_reference, read_starter
from tests.corpus.toy import write_files


def test_starter_and_own_corpora_are_read_by_name(tmp_path: Path) -> None:
    starter = read_reference("starter", tmp_path)
    assert (starter.name, starter.fingerprint) == ("starter", read_starter().fingerprint)
    own = read_reference(str(write_files(tmp_path)), tmp_path / "nowhere")
    assert list(own.rows_of) == ["11-1011.00", "43-4051.00"]


def test_the_published_reference_needs_its_files(tmp_path: Path) -> None:
    message = f"does not exist; run 'occupation-risk fetch --data-dir {tmp_path}'"
    with pytest.raises(EngineError, match=message):
        read_reference("published", tmp_path)
