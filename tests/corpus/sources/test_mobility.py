"""Tables of moves from several publishers, placed in a catalog."""

from pathlib import Path

import pytest

from engine import Corpus
from engine.corpus.sources import jobhop, mobility_network
from engine.corpus.sources.mobility import read_moves, with_moves
from engine.errors import CorpusError, InputError

CODES = ("11-1011.00", "29-1141.00", "29-1141.01", "43-4051.00", "43-6014.00")
TASKS = "task_id,soc_code,task,category,time_share,exposure,automation\n" + "".join(
    f"T{number},{code},Do task {number}.,,,E1,T1\n" for number, code in enumerate(CODES)
)
OCCUPATIONS = "soc_code,title,job_zone,description\n" + "".join(
    f"{code},Job {number},2,\n" for number, code in enumerate(CODES)
)
CROSSWALK = (
    "esco,isco,title,soc_code,match\n,ISCO-4222,,43-4051.00,exact\n,ISCO-1120,,11-1011.00,exact\n"
)
CORPUS = Corpus.parse(
    "toy", {"tasks": TASKS, "occupations": OCCUPATIONS, "crosswalk.csv": CROSSWALK}
)


def _moves(path: Path) -> dict[tuple[str, str], float]:
    table = read_moves(path, CORPUS).table
    pairs = zip(table["from_soc"], table["to_soc"], table["count"], strict=True)
    return {(start, end): count for start, end, count in pairs}


def _own(folder: Path, *rows: str) -> Path:
    path = folder / "our_moves.csv"
    path.write_text("\n".join(["from_soc,to_soc,count", *rows]) + "\n")
    return path


def test_codes_of_any_precision_are_placed(tmp_path: Path) -> None:
    path = _own(
        tmp_path,
        "11-1011,43-4051.00,10",  # without the digits of O*NET
        "29-1141,43-4051,8",  # two occupations of the catalog have this code
        "43-0000,11-1011,6",  # a major group: 43-4051 and 43-6014
        "29-114X,11-1011,4",  # Census writes groups with X
        "29-1140,11-1011,2",
        "ISCO-4222,ISCO-1120,5",
    )
    assert _moves(path) == {
        ("11-1011.00", "43-4051.00"): 10,
        ("29-1141.00", "43-4051.00"): 4,
        ("29-1141.01", "43-4051.00"): 4,
        ("43-4051.00", "11-1011.00"): 3 + 5,
        ("43-6014.00", "11-1011.00"): 3,
        ("29-1141.00", "11-1011.00"): 3,
        ("29-1141.01", "11-1011.00"): 3,
    }


def test_unknown_codes_are_counted_and_named(tmp_path: Path) -> None:
    path = _own(
        tmp_path,
        "11-1011,43-4051,10",
        "15-1252,43-4051,7",
        "clerk,15-1252,1",
        "11-1011,11-1011,90",
    )
    placed = read_moves(path, CORPUS)
    assert (placed.read, dict(placed.unknown)) == (18, {"15-1252": 8, "CLERK": 1})
    assert str(placed) == (
        "our_moves: 10 of 18 moves are between its occupations; the catalog lacks 2 codes: "
        "15-1252, CLERK"
    )
    assert with_moves(CORPUS, placed).moves["source"].tolist() == ["our_moves"]
    with pytest.raises(
        InputError, match=r"no move is between two occupations.* \(it lacks 15-1252"
    ):
        read_moves(_own(tmp_path, "15-1252,15-1299,3"), CORPUS)


def test_invalid_rows_are_named(tmp_path: Path) -> None:
    path = _own(tmp_path, "11-1011,43-4051,many", ",43-4051,1", "11-1011,43-4051,inf")
    with pytest.raises(CorpusError) as error:
        read_moves(path, CORPUS)
    assert list(error.value.faults) == [
        f"{path} line 2, column count: give a number above 0",
        f"{path} line 3, column from_soc: blank; give a SOC code",
        f"{path} line 4, column count: give a number above 0",
    ]
    (tmp_path / "other.csv").write_text("start,end\n1,2\n")
    with pytest.raises(InputError, match="missing column from_soc"):
        read_moves(tmp_path / "other.csv", CORPUS)


@pytest.mark.parametrize("person", jobhop.PERSON)
def test_jobs_of_a_person_are_moves_in_the_order_of_their_dates(
    tmp_path: Path, person: str
) -> None:
    rows = [
        f"{person},matched_code,start_date,end_date,university_level",
        "0,4222.1,Q1 2004,Q4 2007,Master",
        "0,1120.1,Q3 1996,Q1 2000,Master",
        "0,unknown,Q1 2005,Q1 2006,Master",
        "0,1120.3.2,Q2 2008,,Master",
        "1,1120.1,null,null,Bachelor",
        "1,4222.1,Q1 2001,Q1 2002,Bachelor",
    ]
    path = tmp_path / "JobHop_train.csv"
    path.write_text("\n".join(rows) + "\n")
    assert _moves(path) == {
        ("11-1011.00", "43-4051.00"): 1,
        ("43-4051.00", "11-1011.00"): 1,
    }
    path.write_text("\n".join([rows[0], rows[1]]) + "\n")
    with pytest.raises(InputError, match="no person has two jobs with dates"):
        read_moves(path, CORPUS)
    path.write_text("matched_code,start_date\n4222.1,Q1 2004\n")
    with pytest.raises(InputError, match="expected a column resume_id or person_id"):
        read_moves(path, CORPUS)


def _network(folder: Path) -> Path:
    (folder / "occupational_mobility_network.csv").write_text("0.9,0.1,0\n0.2,0.7,0.1\n0,0,1\n")
    (folder / "ipums_variables.csv").write_text("id,label,acs_occ_code\n0,a,10\n1,b,5240\n2,c,9\n")
    (folder / "ipums_employment_2016.csv").write_text(
        f"id,{mobility_network.EMPLOYMENT}\n0,23000\n1,230000\n2,1\n"
    )
    (folder / "census_soc.csv").write_text("census,soc\n0010,11-1011\n5240,43-4051\n")
    return folder


def test_the_mobility_network_is_scaled_to_interviews(tmp_path: Path) -> None:
    """23,000 people are 10 interviews a month, of 96 months."""
    assert _moves(_network(tmp_path)) == pytest.approx(
        {
            ("11-1011.00", "43-4051.00"): 0.1 * 10 * 96,
            ("43-4051.00", "11-1011.00"): 0.2 * 100 * 96,
        }
    )
    assert read_moves(tmp_path, CORPUS).unknown == {"Census 0009": pytest.approx(0.1 * 100 * 96)}


def test_a_mobility_network_that_does_not_fit_is_rejected(tmp_path: Path) -> None:
    folder = _network(tmp_path)
    matrix = folder / "occupational_mobility_network.csv"
    matrix.write_text("0.9,0.1\n0.1,0.9\n")
    with pytest.raises(InputError, match="does not fit"):
        read_moves(folder, CORPUS)
    matrix.write_text("0.9,x,0\n0,1,0\n0,0,1\n")
    with pytest.raises(InputError, match="does not fit"):
        read_moves(folder, CORPUS)
    (folder / "census_soc.csv").unlink()
    with pytest.raises(InputError, match=r"census_soc\.csv"):
        read_moves(folder, CORPUS)
