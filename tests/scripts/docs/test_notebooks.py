"""The notebooks of ``examples/`` run, and become pages with their plots.

The libraries of notebooks take seconds to import, so only the tests that use them do.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
PNG = b"\x89PNG"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.documents
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_plots(
    path: Path, starter_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nbformat

    from scripts.docs import notebooks

    monkeypatch.setenv("OCCUPATION_RISK_ENGINE", str(starter_folder))
    done = notebooks.run(path)
    outputs = [output for cell in done.cells for output in cell.get("outputs", [])]
    assert [o.text for o in outputs if o.get("name") == "stderr"] == []
    page = notebooks.as_page(done, path.stem)
    assert len(page.images) >= 3
    for name, image in page.images.items():
        assert image.startswith(PNG)
        assert f"]({name})" in page.markdown
    assert nbformat.reads(page.notebook, as_version=4).cells == done.cells


@pytest.mark.documents
def test_a_failing_cell_fails(tmp_path: Path) -> None:
    import nbformat
    from nbclient.exceptions import CellExecutionError

    from scripts.docs import notebooks

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(notebook, tmp_path / "bad.ipynb")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        notebooks.run(tmp_path / "bad.ipynb")


@pytest.mark.documents
def test_a_frame_becomes_a_plain_table() -> None:
    import nbformat

    from scripts.docs import notebooks

    frame = (
        '<style scoped>\n.dataframe {}\n</style>\n<table border="1" class="dataframe"><tr/></table>'
    )
    output = nbformat.v4.new_output("execute_result", {"text/html": frame}, execution_count=1)
    cells = [
        nbformat.v4.new_markdown_cell("# Title"),
        nbformat.v4.new_code_cell("frame", outputs=[output]),
    ]
    page = notebooks.as_page(nbformat.v4.new_notebook(cells=cells), "toy")
    assert page.markdown.startswith("# Title\n\n[Download this notebook")
    assert "<table><tr/></table>" in page.markdown
    assert "style" not in page.markdown
