"""pip installs the lock into a new environment and checks every hash."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.reliability

LOCK = (ROOT / "requirements.lock").read_text("utf-8")
INSTALL = ["install", "--quiet", "--no-compile", "--no-deps", "--require-hashes"]


@pytest.fixture
def pip(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return the pip of a new environment."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "new"], check=True)

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [tmp_path / "new" / "bin" / "pip", *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    return run


def test_the_lock_installs_by_its_hashes(
    pip: Callable[..., subprocess.CompletedProcess[str]],
    record_property: Callable[[str, object], None],
) -> None:
    done = pip(*INSTALL, "-r", ROOT / "requirements.lock")
    assert done.returncode == 0, done.stderr
    installed = pip("list", "--format=freeze", "--exclude", "pip", "--exclude", "setuptools")
    record_property("installed by hash", f"{len(installed.stdout.splitlines())} packages")
    missing = set(pip("check").stdout.splitlines())
    assert all(line.endswith("torch, which is not installed.") for line in missing), missing


def test_a_file_with_another_hash_is_rejected(
    pip: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (pin,) = re.findall(r"^idna==.*(?:\n    --hash.*)+", LOCK, re.M)
    forged = tmp_path / "forged.lock"
    forged.write_text(re.sub(r"sha256:....", "sha256:0000", pin))
    done = pip(*INSTALL, "-r", forged)
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr
