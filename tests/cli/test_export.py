from __future__ import annotations

from pathlib import Path

import pandas as pd

from engine import RiskEngine
from engine.dataset.export import FILES
from tests.cli.conftest import Run


def test_export_writes_a_data_set(
    cli: Run, saved: Path, engine: RiskEngine, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "dataset"
    done = cli("export", "--data", folder, "--engine", saved)
    assert (done.returncode, done.stderr) == (0, "")
    counts = f"{len(engine.corpus.rows_of):,} occupations, {len(engine.corpus.tasks):,} tasks"
    assert done.stdout == f"wrote {counts} and {len(engine.measures)} measures to {folder}\n"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    table = pd.read_parquet(folder / "occupations.parquet")
    assert table["soc_code"].tolist() == list(engine.corpus.rows_of)


def test_a_folder_of_something_else_is_an_error_of_one_line(
    cli: Run, saved: Path, tmp_path: Path
) -> None:
    (tmp_path / "thesis.docx").touch()
    done = cli("export", "--data", tmp_path, "--engine", saved)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert f"{tmp_path} is not an export; name a new or empty folder" in done.stderr


def test_export_of_nothing_says_what_to_name(cli: Run) -> None:
    done = cli("export")
    assert done.returncode == 2
    assert "nothing to export; name a folder for the pages, or --data DIR" in done.stderr
