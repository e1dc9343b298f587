"""A build that is not reproducible is refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.releases.build import build_twice

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "small"
version = "1"

[tool.hatch.build.targets.wheel]
packages = ["small"]

[tool.hatch.build.hooks.custom]
"""

HOOK = """
import os
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

class Hook(BuildHookInterface):
    def initialize(self, version, data):
        with open(os.path.join(self.root, "small", "place.py"), "w") as file:
            file.write({content})
"""


@pytest.mark.parametrize("content", ["'same'", "repr(self.root)"])
def test_builds_that_differ_are_refused(content: str, tmp_path: Path) -> None:
    """The content of a module is either the same, or the folder of the build."""
    repository, work = tmp_path / "repository", tmp_path / "work"
    work.mkdir()
    (repository / "small").mkdir(parents=True)
    (repository / "small" / "__init__.py").write_text("")
    (repository / "pyproject.toml").write_text(PROJECT)
    (repository / "hatch_build.py").write_text(HOOK.format(content=content))
    user = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*user, "commit", "-qm", "Add all"]):
        subprocess.run(["git", *command], cwd=repository, check=True)
    if content == "'same'":
        assert len(list(build_twice(repository, work).iterdir())) == 2
    else:
        with pytest.raises(RuntimeError, match=r"differs in: small-1.*\.whl, small-1\.tar\.gz"):
            build_twice(repository, work)
