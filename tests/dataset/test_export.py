"""The data set is valid, complete, and has the numbers of the engine."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from frictionless import Package, validate

from engine import Corpus, EngineError, RiskEngine
from engine.corpus.columns import CROSSWALK_COLUMNS
from engine.dataset.attribution import attributions
from engine.dataset.export import FILES, PACKAGE_FILE, export_dataset
from engine.retrieval.reference import Reference
from tests.conftest import WordEncoder

ESCO = "http://data.europa.eu/esco/occupation/"
NURSE = "0" * 8 + "-0000-0000-0000-" + "0" * 11 + "1"
WARD = NURSE[:-1] + "2"


def _with_corpus(engine: RiskEngine, corpus: Corpus) -> RiskEngine:
    """The engine with other facts about the same tasks."""
    parts = engine._parts
    reference = Reference(corpus, parts.reference.vectors)
    return RiskEngine(replace(parts, reference=reference), WordEncoder())


@pytest.fixture(scope="module")
def linked(engine: RiskEngine) -> RiskEngine:
    """The small engine with a crosswalk."""
    rows = [
        (NURSE, "ISCO-2221", "a", "29-1129.01", "exact"),
        (WARD, "ISCO-2264", "b", "29-1129.01", "broad"),
    ]
    crosswalk = pd.DataFrame(rows, columns=list(CROSSWALK_COLUMNS))
    return _with_corpus(engine, replace(engine.corpus, crosswalk=crosswalk))


@pytest.fixture(scope="module")
def folder(linked: RiskEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("data") / "set"
    done = export_dataset(linked, target)
    assert (done.occupations, done.measures) == (len(linked.catalogue()), len(linked.measures))
    return target


def _package(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((folder / PACKAGE_FILE).read_text("utf-8"))
    return loaded


def test_it_is_a_valid_data_package(folder: Path) -> None:
    """The rows keep their schema, keys and constraints, and the files their checksums."""
    report = validate(folder / PACKAGE_FILE)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5]
    assert [task.name for task in report.tasks] == ["occupations", "tasks", "measures"]


def test_a_wrong_value_would_be_found(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    table = pd.read_csv(copy / "occupations.csv")
    table["risk"] += 2
    table.to_csv(copy / "occupations.csv", index=False)
    assert not validate(copy / PACKAGE_FILE).valid


@pytest.mark.parametrize("name", ["occupations", "tasks"])
def test_both_files_have_the_numbers_of_the_engine(
    folder: Path, linked: RiskEngine, name: str
) -> None:
    expected = linked.catalogue() if name == "occupations" else linked.catalogue_tasks()
    parquet = pd.read_parquet(folder / f"{name}.parquet")
    csv = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
    assert len(parquet) == len(csv) == len(expected)
    for column in expected.columns:
        values = expected[column]
        if pd.api.types.is_bool_dtype(values):
            assert csv[column].tolist() == values.astype(str).tolist()
        elif pd.api.types.is_numeric_dtype(values):
            known = values.astype(float).to_numpy()
            exact = [float(cell) if cell else float("nan") for cell in csv[column]]
            np.testing.assert_array_equal(exact, known)
            np.testing.assert_array_equal(parquet[column].astype(float).to_numpy(), known)
        else:
            assert csv[column].tolist() == parquet[column].tolist() == values.tolist()


def test_codes_of_four_classifications_stand_beside_the_occupations(folder: Path) -> None:
    table = pd.read_csv(folder / "occupations.csv", dtype=str, keep_default_na=False)
    row = table.set_index("soc_code").loc["29-1129.01"]
    assert (row["soc_2018"], row["onet_soc"]) == ("29-1129", "29-1129.01")
    assert row["isco_08"] == "2221|2264"
    assert row["esco"] == f"{ESCO}{NURSE}|{ESCO}{WARD}"
    assert row["esco_match"] == "exact|broad"
    others = table[table["soc_code"] != "29-1129.01"]
    assert (others[["isco_08", "esco", "esco_match"]] == "").all(axis=None)


def test_measures_name_their_sources_and_every_one_has_columns(
    folder: Path, linked: RiskEngine
) -> None:
    measures = pd.read_csv(folder / "measures.csv", keep_default_na=False)
    assert set(measures["measure"]) == set(linked.measures)
    for row in measures.itertuples():
        source = linked.sources[str(row.measure)]
        assert (row.source, row.rater, row.date, row.license) == (
            *(source.title, source.rater, source.date, source.license),
        )
    for name in ("occupations", "tasks"):
        columns = pd.read_csv(folder / f"{name}.csv", nrows=0).columns
        for column in measures["column"]:
            names = {column, f"{column}_low", f"{column}_high", f"rated_{column}"}
            assert names | {f"as_of_{column}"} <= set(columns)


def test_the_package_describes_every_column_file_and_source(
    folder: Path, linked: RiskEngine
) -> None:
    package = Package(str(folder / PACKAGE_FILE))
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    for resource in _package(folder)["resources"]:  # type: ignore[attr-defined]
        for file in (resource, *resource["alternates"]):
            content = (folder / file["path"]).read_bytes()
            assert file["bytes"] == len(content)
            assert file["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = pd.read_csv(folder / resource["path"], nrows=0).columns.tolist()
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert all(field["description"] for field in resource["schema"]["fields"])
    sources = {one["title"] for one in package.to_descriptor()["sources"]}
    assert sources == {one.title for one in attributions(linked)}
    book = (folder / "CODEBOOK.md").read_text("utf-8")
    assert "CC BY 4.0 license. O*NET® is a trademark of USDOL/ETA." in book
    assert "ESCO classification of the European Commission" in book
    assert linked.fingerprint in book


def test_the_same_engine_writes_the_same_bytes(folder: Path, linked: RiskEngine) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    export_dataset(linked, folder)  # replaces its own earlier export
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_with_other_files_is_refused(linked: RiskEngine, tmp_path: Path) -> None:
    (tmp_path / PACKAGE_FILE).write_text("{}")
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(EngineError, match="is not an export"):
        export_dataset(linked, tmp_path)
    assert (tmp_path / "thesis.docx").read_text() == "mine"


def test_a_reference_of_ones_own_has_no_license_that_it_does_not_state(
    engine: RiskEngine,
) -> None:
    """What its estimates follow keeps its source."""
    own = _with_corpus(engine, replace(engine.corpus, name="guild"))
    licenses = {one.title: one.license for one in attributions(own)}
    assert licenses["guild"] == "unknown; ask the owner of the reference"
    assert set(licenses) == {"guild", *(source.title for source in own.sources.values())}
