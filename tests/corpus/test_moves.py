"""Moves of people between occupations, as a file of a corpus."""

from pathlib import Path

import pytest

from engine import Corpus
from engine.corpus.merge import merge
from engine.errors import CorpusError
from tests.corpus.toy import OCCUPATIONS, TASKS, write_files

CHIEF, SERVICE = "11-1011.00", "43-4051.00"
HEADER = "from_soc,to_soc,count,source\n"
ROWS = f"{HEADER}{CHIEF},{SERVICE},3,HR\n{SERVICE},{CHIEF},1.5,\n"
TEXTS = {"tasks": TASKS, "occupations": OCCUPATIONS}
TOY = Corpus.parse("toy", TEXTS)
MOVED = Corpus.parse("moved", TEXTS | {"moves.csv": ROWS})


def test_moves_are_read_and_written(tmp_path: Path) -> None:
    expected = [[CHIEF, SERVICE, 3.0, "HR"], [SERVICE, CHIEF, 1.5, ""]]
    assert MOVED.moves.to_numpy().tolist() == expected
    assert len(TOY.moves) == 0
    assert "moves.csv" not in TOY.files()
    (write_files(tmp_path) / "moves.csv").write_text(ROWS)
    read = Corpus.read(tmp_path)
    assert read.fingerprint == MOVED.fingerprint != TOY.fingerprint
    read.write(tmp_path / "new")
    assert Corpus.read(tmp_path / "new").moves.equals(MOVED.moves)


def test_the_source_may_be_left_out() -> None:
    text = f"from_soc,to_soc,count\n{CHIEF},{SERVICE},3\n"
    assert Corpus.parse("toy", TEXTS | {"moves.csv": text}).moves["source"].tolist() == [""]


def test_a_corpus_keeps_its_moves_when_extended_and_selected() -> None:
    more = Corpus.parse(
        "more",
        {
            "tasks": TASKS.splitlines()[0] + "\nC1,11-1021.00,Run plants.,,,E0,\n",
            "occupations": "soc_code,title,job_zone,description\n11-1021.00,Managers,4,\n",
        },
    )
    assert merge(MOVED, more, MOVED.measures).moves.equals(MOVED.moves)
    assert merge(TOY, more, TOY.measures).moves.equals(more.moves)
    assert len(MOVED.select_occupations([CHIEF, SERVICE]).moves) == 2
    assert len(MOVED.select_occupations([CHIEF]).moves) == 0


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (f"11-9999.00,{SERVICE},1,", "column from_soc: unknown occupation 11-9999.00"),
        (f"{CHIEF},Clerk,1,", "column to_soc: invalid SOC code 'Clerk'"),
        (f"{CHIEF},{CHIEF},1,", "column to_soc: 11-1011.00 is where the move starts"),
        (f"{CHIEF},{SERVICE},,", "column count: invalid value ''; give a number above 0"),
        (f"{CHIEF},{SERVICE},0,", "column count: invalid value '0'; give a number above 0"),
        (f"{CHIEF},{SERVICE},-2,", "column count: invalid value '-2'"),
        (f"{CHIEF},{SERVICE},nan,", "column count: invalid value 'nan'"),
    ],
)
def test_an_invalid_row_is_named(row: str, fault: str) -> None:
    with pytest.raises(CorpusError) as error:
        Corpus.parse("toy", TEXTS | {"moves.csv": f"{HEADER}{row}\n"})
    (only,) = error.value.faults
    assert only.startswith(f"moves.csv line 2, {fault}")


def test_a_duplicate_move_is_named() -> None:
    with pytest.raises(CorpusError) as error:
        Corpus.parse("toy", TEXTS | {"moves.csv": f"{ROWS}{CHIEF},{SERVICE},3,\n"})
    assert list(error.value.faults) == [
        "moves.csv line 4, column from_soc: duplicate move (first on line 2); add them up"
    ]
