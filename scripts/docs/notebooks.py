"""Notebooks of ``examples/``: run them, and turn them into pages with their outputs."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter
from traitlets.config import Config

TIMEOUT = 300
"""Seconds that one cell may take."""

_WITHOUT_WIDGETS = {"PYTHONWARNINGS": "ignore:IProgress not found"}
"""Progress bars as text are as good: without this, tqdm asks for Jupyter widgets."""

_FRAME_STYLE = re.compile(r"<style scoped>.*?</style>\n?", flags=re.DOTALL)
_FRAME = '<table border="1" class="dataframe">'


@dataclass(frozen=True, kw_only=True)
class NotebookPage:
    """An executed notebook as a page.

    Attributes:
        markdown: text, code and outputs; images are linked by their names in ``images``.
        images: file name -> PNG.
        notebook: the executed notebook, as JSON.
    """

    markdown: str
    images: dict[str, bytes]
    notebook: str


def run(path: Path) -> nbformat.NotebookNode:
    """Run all cells of a notebook, in its folder, and return it with the outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell raises.
    """
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    with tempfile.TemporaryDirectory() as sockets:  # not TCP, which other users could listen to
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}})
        client = NotebookClient(notebook, timeout=TIMEOUT, resources=where, config=config)
        client.execute(env=os.environ | _WITHOUT_WIDGETS)
    return notebook


def as_page(notebook: nbformat.NotebookNode, name: str) -> NotebookPage:
    """Turn an executed notebook into a page.

    Args:
        name: name of the notebook file without its ending; names of images begin with it.
    """
    config = Config({"ExtractOutputPreprocessor": {"output_filename_template": _images(name)}})
    markdown, resources = MarkdownExporter(config=config).from_notebook_node(notebook)
    # Without the class of pandas, tables look like all others of the site.
    plain = _FRAME_STYLE.sub("", markdown).replace(
        '<table border="1" class="dataframe">', "<table>"
    )
    title, _, rest = plain.lstrip().partition("\n")
    download = f"[Download this notebook with its outputs]({name}_executed.ipynb){{ download }}"
    return NotebookPage(
        markdown=f"{title}\n\n{download}\n{rest}",
        images=resources["outputs"],
        notebook=nbformat.writes(notebook),
    )


def _images(name: str) -> str:
    return name + "_{cell_index}_{index}{extension}"
