"""The documentation site: complete, strict, and without requests to other servers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import engine
from tests.conftest import ROOT
from tests.test_docs import COMMANDS

pytestmark = pytest.mark.documents

# The notebooks have their own test; here, they are pages without outputs.
BUILD = """\
import nbformat
from mkdocs.__main__ import cli
from scripts.docs import notebooks

notebooks.run = lambda path: nbformat.read(path, as_version=4)
cli()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, "build", "--quiet", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_no_page_loads_anything_from_another_server(site: Path) -> None:
    loaded = re.compile(
        r"<(?:script|img|iframe|source)[^>]+src=[\"']?(?:https?:)?//[^>]*"
        r"|<link[^>]+href=[\"']?(?:https?:)?//[^>]*|@import[^;]*//[^;]*|url\([\"']?https?:[^)]*"
    )
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert len(pages) > 30
    assert {hit for page in pages for hit in loaded.findall(page.read_text("utf-8"))} == set()


def test_the_reference_has_every_public_name(site: Path) -> None:
    text = (site / "reference" / "python.html").read_text("utf-8")
    names = [name for name in engine.__all__ if not name.startswith("__")]
    assert [name for name in names if f'id="engine.{name}"' not in text] == []


def test_the_reference_has_every_command_and_option(site: Path) -> None:
    text = (site / "reference" / "cli.html").read_text("utf-8")
    for command, options in COMMANDS.items():
        heading = f'id="occupation-risk-{command}"'
        section = text.partition(heading)[2].partition("<h2")[0] if command else text
        assert [option for option in options if option not in section] == []


def test_every_notebook_is_in_the_navigation(site: Path) -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    for path in (ROOT / "examples").glob("*.ipynb"):
        assert f"examples/{path.stem}.md" in navigation
        assert (site / "examples" / f"{path.stem}_executed.ipynb").is_file()
