"""Write the scored catalog as a data set: tables, their description, and a codebook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.dataset.attribution import attributions
from engine.dataset.columns import columns_of
from engine.dataset.package import TITLES, Described, File, codebook, data_package
from engine.dataset.tables import tables_of
from engine.report.tables import csv_text
from engine.risk_engine import RiskEngine
from engine.utils.atomic_folder import replaced_folder
from engine.utils.checksums import sha256

if TYPE_CHECKING:
    import pandas as pd

PACKAGE_FILE, CODEBOOK_FILE = "datapackage.json", "CODEBOOK.md"

FILES = (
    *(f"{table}.{suffix}" for table in TITLES for suffix in ("csv", "parquet")),
    PACKAGE_FILE,
    CODEBOOK_FILE,
)
"""Files of a data set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written: numbers of occupations, tasks and measures."""

    occupations: int
    tasks: int
    measures: int


def export_dataset(engine: RiskEngine, folder: Path) -> Exported:
    """Write the scored catalog into ``folder``; replace an earlier data set once it is complete.

    Raises:
        InputError: if the folder holds something else, or cannot be written.
    """
    with replaced_folder(folder, _is_dataset) as written:
        tables = tables_of(engine)
        measures = dict(zip(tables["measures"]["column"], tables["measures"]["label"], strict=True))
        described = Described(
            reference=engine.corpus.name,
            fingerprint=engine.fingerprint,
            confidence=engine.confidence,
            columns={
                name: columns_of(name, list(table.columns), measures, engine.confidence)
                for name, table in tables.items()
            },
            rows={name: len(table) for name, table in tables.items()},
            files={name: _write(name, table, written) for name, table in tables.items()},
            sources=attributions(engine),
        )
        package = json.dumps(data_package(described), indent=2, ensure_ascii=False) + "\n"
        (written / PACKAGE_FILE).write_text(package, encoding="utf-8")
        (written / CODEBOOK_FILE).write_text(codebook(described), encoding="utf-8")
    return Exported(
        occupations=len(tables["occupations"]),
        tasks=len(tables["tasks"]),
        measures=len(tables["measures"]),
    )


def _is_dataset(folder: Path) -> bool:
    """Return whether a folder has an earlier data set and nothing else."""
    names = {path.name for path in folder.iterdir()}
    return PACKAGE_FILE in names and names <= set(FILES)


def _write(name: str, table: pd.DataFrame, folder: Path) -> list[File]:
    """Write a table as CSV and Parquet."""
    csv, parquet = folder / f"{name}.csv", folder / f"{name}.parquet"
    csv.write_text(csv_text(table), encoding="utf-8", newline="")
    table.to_parquet(parquet, index=False)
    return [_file(csv), _file(parquet)]


def _file(path: Path) -> File:
    return File(name=path.name, bytes=path.stat().st_size, sha256=sha256(path))
