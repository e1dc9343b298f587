"""What the documentation site has besides ``docs/``: cards, notebooks and the commands.

MkDocs calls these functions; see https://www.mkdocs.org/user-guide/configuration/#hooks.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import typer
import typer.cli
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from engine.cli.app import NAME, app
from scripts.docs import links, notebooks

ROOT = Path(__file__).resolve().parents[2]

OUTSIDE = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "models/README.md",
    "models/minilm/README.md",
    "models/multilingual/README.md",
    "models/reliability.svg",
    "models/static/README.md",
    "reference_tasks/CHANGELOG.md",
    "reference_tasks/GUIDELINE.md",
    "reference_tasks/README.md",
    "scripts/example_staff.csv",
)
"""Files outside ``docs/`` and ``examples/`` that the site has."""

COMMANDS = "<!-- commands -->"
"""Where a page shows the help of every command."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files from outside ``docs/``, and the notebooks with their outputs."""
    for path in OUTSIDE:
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    for notebook in sorted((ROOT / "examples").glob("*.ipynb")):
        page = _executed(notebook)
        at = f"examples/{notebook.stem}"
        files.append(File.generated(config, f"{at}.md", content=page.markdown))
        files.append(File.generated(config, f"{at}_executed.ipynb", content=page.notebook))
        for name, image in page.images.items():
            files.append(File.generated(config, f"examples/{name}", content=image))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links between files of the repository to the pages of the site."""
    path = page.file.src_uri
    if path not in OUTSIDE and page.file.generated_by is None:
        path = links.DOCS + path
    if COMMANDS in markdown:
        markdown = markdown.replace(COMMANDS, commands())
    known = {file.src_uri for file in files}
    return links.rewrite(markdown, path, known, lambda other: (ROOT / other).exists())


def commands() -> str:
    """Return the help of every command, as Markdown."""
    command: Any = typer.main.get_command(app)
    text = typer.cli.get_docs_for_click(obj=command, ctx=typer.Context(command), name=NAME)
    # The page has its own title, and its table of contents lists the commands.
    rest = re.sub(r"\A# .*\n|\*\*Commands\*\*:\n\n(?:\* .*\n)+\n?", "", text)
    # Markdown reads the text between two bare asterisks as emphasis.
    return rest.replace("O*NET", r"O\*NET")


@cache
def _executed(path: Path) -> notebooks.NotebookPage:
    return notebooks.as_page(notebooks.run(path), path.stem)
