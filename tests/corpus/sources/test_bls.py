from __future__ import annotations

from pathlib import Path

import pytest

from engine import EngineError
from engine.corpus.sources import bls

WAGES = (
    "OCC_CODE,OCC_TITLE,O_GROUP,A_MEDIAN\n29-1249,Surgeons,detailed,#\n"
    "27-2011,Actors,detailed,*\n21-1018,Counselors,detailed,60000\n"
)
PROJECTIONS = (
    "2024 National Employment Matrix code,2024 National Employment Matrix title,"
    '"Employment, 2024","Employment change, percent, 2024–34",'
    '"Occupational openings, 2024–34 annual average",Typical education needed for entry\n'
    '29-1249,  Surgeons,"25,000",-4.4,700,Doctoral or professional degree\n'
)


def _read(folder: Path, wages: str, codes: list[str]) -> dict[str, dict[str, str]]:
    (folder / bls.FOLDER).mkdir(exist_ok=True)
    (folder / bls.WAGES).write_text(wages, encoding="utf-8")
    (folder / bls.PROJECTIONS).write_text(PROJECTIONS, encoding="utf-8")
    return bls.read(folder, codes)


def test_top_coded_missing_and_grouped_figures(tmp_path: Path) -> None:
    found = _read(tmp_path, WAGES, ["29-1249.00", "27-2011.00", "21-1011.00", "55-1011.00"])
    assert found["29-1249.00"] == {
        "median_wage": "239200",
        "wage_is_minimum": "true",
        "employment": "25000",
        "employment_change": "-0.044",
        "annual_openings": "700",
        "outlook_code": "29-1249",
        "outlook_group": "",
        "education": "Doctoral or professional degree",
    }
    assert found["27-2011.00"]["median_wage"] == ""
    grouped = found["21-1011.00"]
    assert (grouped["median_wage"], grouped["outlook_code"]) == ("60000", "21-1018")
    assert (grouped["outlook_group"], grouped["education"]) == ("Counselors", "")
    assert set(found["55-1011.00"].values()) == {""}


def test_without_the_files_there_is_no_outlook(tmp_path: Path) -> None:
    assert bls.read(tmp_path, ["29-1249.00"]) == {}


def test_one_file_without_the_other_is_an_error(tmp_path: Path) -> None:
    _read(tmp_path, WAGES, [])
    (tmp_path / bls.WAGES).unlink()
    with pytest.raises(EngineError, match="oews_national_2025.csv does not exist, but the other"):
        bls.read(tmp_path, ["29-1249.00"])


def test_an_invalid_number_is_rejected(tmp_path: Path) -> None:
    message = "occupation 27-2011, column A_MEDIAN: 'soon' is not a number; save the publisher's"
    with pytest.raises(EngineError, match=message):
        _read(tmp_path, WAGES.replace("*", "soon"), ["27-2011.00"])
