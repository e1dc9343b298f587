from __future__ import annotations

from pathlib import Path

import pytest

from engine import EngineError
from engine.corpus.sources import esco, isco, published
from engine.records.isco import digits

CLERK, CARRIER, OTHER = (f"{letter * 8}-0000-0000-0000-000000000000" for letter in "abc")
_URI = "http://data.europa.eu/esco/occupation/"
_HEADER = "conceptUri,iscoGroup,preferredLabel,altLabels\n"

FILES = {
    "crosswalk.csv": (
        "pair_id,onet_soc,esco_uri,match_type\n"
        f"1,43-4051.00,{_URI}{CLERK},exactMatch\n"
        f"2,11-1011.00,{_URI}{CLERK},narrowMatch\n"
        f"3,11-1011.00,{_URI}{OTHER},closeMatch\n"
        "4,11-1011.00,http://data.europa.eu/esco/isco/C0110,exactISCO\n"
        "5,11-1011.00,http://data.europa.eu/esco/isco/C011,exactISCO\n"
    ),
    "isco_groups.csv": (
        "isco_code,isco_label,isco_description\n"
        "44,Other clerks,Clerks.\n"
        "441,Clerks of letters,Clerks.\n"
        '4412,Letter clerks,"Letter clerks sort\tletters.\nTasks include -\n(a) sorting."\n'
    ),
    "occupations_en.csv": (
        _HEADER + f'{_URI}{CLERK},4412,letter clerk,"mail clerk\nLetter Clerk\n\npost clerk"\n'
        f"{_URI}{CARRIER},4412,mail carriers,\n"
    ),
    "occupations_de.csv": _HEADER + f"{_URI}{CLERK},4412,Briefträger/Briefträgerin,Postbote\n",
    "occupations_es.csv": _HEADER + f"{_URI}{OTHER},110,oficial,\n",
}


@pytest.fixture
def with_esco(data: Path) -> Path:
    """The data folder with the files of ESCO."""
    folder = data / esco.FOLDER
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    return data


def test_pairs_have_their_kind_and_the_group_of_their_occupation(with_esco: Path) -> None:
    read = esco.read_crosswalk(with_esco)
    clerk = {"esco": CLERK, "isco": "ISCO-4412", "title": "letter clerk"}
    assert list(read.rows) == [
        clerk | {"soc_code": "43-4051.00", "match": "exact"},
        clerk | {"soc_code": "11-1011.00", "match": "narrow"},
        {"esco": OTHER, "isco": "", "title": "", "soc_code": "11-1011.00", "match": "close"},
        {"esco": "", "isco": "ISCO-0110", "title": "", "soc_code": "11-1011.00", "match": "exact"},
        {
            "esco": CARRIER,
            "isco": "ISCO-4412",
            "title": "mail carriers",
            "soc_code": "",
            "match": "",
        },
    ]
    assert str(read) == (
        "3 occupations of ESCO, 4 pairs with SOC codes; 1 pairs without a unit group, 1 of larger "
        "groups left out"
    )
    assert read.crosswalk.group_of(CARRIER) == "ISCO-4412"


def test_names_are_divided_and_each_is_there_once(with_esco: Path) -> None:
    assert esco.read_titles(with_esco) == [
        ("ISCO-4412", "letter clerk"),
        ("ISCO-4412", "mail carriers"),
        ("ISCO-4412", "Briefträger"),
        ("ISCO-4412", "Briefträgerin"),
        ("ISCO-0110", "oficial"),
        ("ISCO-4412", "mail clerk"),
        ("ISCO-4412", "post clerk"),
        ("ISCO-4412", "Postbote"),
    ]


def test_groups_have_names_and_unit_groups_a_definition(with_esco: Path) -> None:
    groups = esco.read_groups(with_esco)
    assert groups.names == {
        "44": "Other clerks",
        "441": "Clerks of letters",
        "4412": "Letter clerks",
    }
    assert groups.definitions == {"4412": "Letter clerks sort letters."}


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("crosswalk.csv", "narrowMatch", "likeMatch", "line 3: unknown match_type 'likeMatch'"),
        ("crosswalk.csv", "43-4051.00", "43", "line 2: SOC code '43' is not valid"),
        ("occupations_en.csv", "4412", "44123", "line 2: ISCO-08 code '44123' is not valid"),
        ("occupations_en.csv", _URI, "job:", "line 2: ESCO occupation"),
    ],
)
def test_a_damaged_file_is_rejected(
    with_esco: Path, file: str, old: str, new: str, fault: str
) -> None:
    path = with_esco / esco.FOLDER / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EngineError, match=f"{fault}.*; download ESCO from https://esco"):
        esco.read_crosswalk(with_esco)


def test_a_missing_file_is_named_with_the_place_to_get_it(data: Path) -> None:
    missing = r"occupations_en\.csv does not exist; download ESCO from http"
    with pytest.raises(EngineError, match=missing):
        esco.read_crosswalk(data)


def test_the_catalog_of_the_isco_reference_is_the_ilos(with_esco: Path) -> None:
    corpus, report = isco.read(with_esco)
    of_onet, _ = published.read(with_esco)
    assert (corpus.name, list(corpus.rows_of)) == ("isco", ["ISCO-0110", "ISCO-4412"])
    assert corpus.tasks.equals(of_onet.tasks)
    assert corpus.sources == of_onet.sources
    assert corpus.other_occupations["title"].tolist() == of_onet.occupations["title"].tolist()
    clerks = corpus.occupation("ISCO-4412")
    assert clerks.title == "Mail Carriers"
    assert clerks.description == (
        "Letter clerks sort letters. Minor group 441: Clerks of letters; sub-major group 44: Other "
        "clerks."
    )
    assert "mail carriers" not in corpus.alternate_titles["title"].tolist()  # its own title
    assert "Postbote" in corpus.alternate_titles["title"].tolist()
    zones = dict(zip(of_onet.occupations["soc_code"], of_onet.occupations["job_zone"], strict=True))
    assert clerks.job_zone == (zones["43-4051.00"] or None)
    assert corpus.occupation("ISCO-0110").job_zone == (zones["11-1011.00"] or None)
    assert "ESCO names: 7 names in 3 languages" in str(report)
    assert (
        type(corpus)
        .parse("isco", {name: content.decode() for name, content in corpus.files().items()})
        .fingerprint
        == corpus.fingerprint
    )


def test_without_esco_the_isco_reference_has_no_names_or_zones(data: Path) -> None:
    corpus, report = isco.read(data)
    assert list(corpus.rows_of) == ["ISCO-0110", "ISCO-4412"]
    assert len(corpus.alternate_titles) == 0
    assert corpus.occupation("ISCO-4412").description == ""
    assert "ESCO names: left out, because " in str(report)


def test_the_isco_reference_needs_the_ilo(data: Path) -> None:
    (data / "ilo_2025" / "tasks.csv").unlink()
    with pytest.raises(EngineError, match=r"needs the ILO's tasks; .*tasks.csv does not exist"):
        isco.read(data)


@pytest.mark.real_data
def test_the_published_files_of_esco_are_read_whole(data_dir: Path) -> None:
    if not (data_dir / esco.FOLDER).is_dir():
        pytest.skip("no files of ESCO")
    read = esco.read_crosswalk(data_dir)
    assert sum(row["soc_code"] != "" for row in read.rows) + read.skipped == 4_253
    assert len({row["esco"] for row in read.rows} - {""}) == 3_039 + 2
    assert (read.unknown, read.skipped) == (3, 4)
    groups = {row["isco"] for row in read.rows} - {""}
    names = esco.read_groups(data_dir)
    assert all(digits(group) in names.definitions for group in groups)
    titles = esco.read_titles(data_dir)
    assert len(titles) == len(set(titles)) > 60_000
    assert {group for group, _ in titles} <= groups
