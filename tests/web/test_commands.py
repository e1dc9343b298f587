from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine import RiskEngine
from engine.web import commands
from tests.conftest import ART


def test_pipeline_changes_and_export_say_what_they_did(
    engine: RiskEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RiskEngine, "load", lambda _path=None: engine)
    url = f"sqlite:///{tmp_path / 'scores.sqlite'}"
    assert commands.pipeline(None, url, [ART], False).endswith("is complete: 1 scored")
    assert "nothing to do" in commands.pipeline(None, url, [ART], False)
    assert commands.pipeline(None, url, [ART], True).startswith("run 2 of")
    assert commands.changes(None, url, 1) == "nothing changed since run 1"
    said = commands.export_site(None, url, tmp_path / "www")
    count = sum(path.is_file() for path in (tmp_path / "www").rglob("*"))
    assert said == f"wrote {count} files to {tmp_path / 'www'}"


def test_without_the_extra_the_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None; sys.argv = ['occupation-risk', 'pipeline'];"
        "from engine.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "'sqlalchemy', which is not installed: pip install 'occupation-risk[web]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
