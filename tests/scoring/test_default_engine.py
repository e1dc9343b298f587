from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.scoring import default_engine
from engine.utils import resources


def test_a_folder_that_cannot_be_written_is_named_before_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(resources, "engine_dir", lambda name: tmp_path / "file" / "models" / name)
    monkeypatch.delenv(resources.ENGINE_VARIABLE, raising=False)
    monkeypatch.delattr(default_engine, "build_parts")  # the error comes first
    message = "starter engine cannot be built in .*Not a directory.*set HOME or XDG_CACHE_HOME"
    with pytest.raises(InputError, match=message):
        default_engine.default_folder()
