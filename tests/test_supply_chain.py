"""The lock has what users install, in the tested versions, and names no package index."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.releases.build import build_twice
from tests.conftest import ROOT

_PIN = re.compile(
    r"^([A-Za-z0-9._-]+)==([^ ;\\]+)[^\\]*\\((?:\n    --hash=sha256:[0-9a-f]{64} ?\\?)+)\n", re.M
)

_OTHER_SYSTEMS = {"colorama", "httpx2-jsfetch", "pywin32"}
"""Packages of systems on which the tests do not run."""


def _locked() -> dict[str, str]:
    """Return name -> version, and check that every line of the lock is part of a hashed pin."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    rest = _PIN.sub("", text)
    assert not [line for line in rest.splitlines() if line and not line.startswith("#")]
    return {canonicalize_name(found[1]): found[2] for found in _PIN.finditer(text)}


def _tested() -> dict[str, str]:
    """Return name -> version of the constraints, which the tests run with."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def _needed(name: str, extras: set[str], found: set[str]) -> set[str]:
    """Collect what a distribution needs on this system, except torch and what only torch needs."""
    for line in metadata.requires(name) or []:
        requirement = Requirement(line)
        applies = requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in {"", *extras}
        )
        needed = canonicalize_name(requirement.name)
        if applies and needed not in {*found, "torch"}:
            found.add(needed)
            _needed(needed, set(requirement.extras), found)
    return found


def test_the_lock_holds_every_package_that_users_install() -> None:
    locked = _locked()
    extras = {"web", "mcp", "plots", "postgresql", "ray"}
    missing = _needed("occupation-risk", extras, set()) - locked.keys()
    assert not missing, "run 'make lock'"
    assert "torch" not in locked


def test_the_lock_has_the_tested_versions() -> None:
    tested = _tested()
    assert not {n: v for n, v in _locked().items() if n in tested and v != tested[n]}
    assert _locked().keys() - tested.keys() <= _OTHER_SYSTEMS


def test_the_lock_names_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|@ ", text)


@pytest.mark.reliability
def test_one_command_writes_the_sbom_with_licenses() -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    done = subprocess.run(
        ["make", "sbom", "-o", ".venv/.dev"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    sbom = json.loads((ROOT / "reports" / "sbom.cdx.json").read_text("utf-8"))
    assert sbom["bomFormat"] == "CycloneDX"
    parts = {canonicalize_name(part["name"]): part for part in sbom["components"]}
    versions = {name: part["version"] for name, part in parts.items()}
    assert versions == _locked() | {"torch": _tested()["torch"]}
    assert {name for name, part in parts.items() if "licenses" not in part} <= _OTHER_SYSTEMS


@pytest.mark.reliability
def test_two_clones_build_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the folder, the umask and the times of the files."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no clone")
    built = build_twice(ROOT, tmp_path)
    assert {path.suffix for path in built.iterdir()} == {".gz", ".whl"}
