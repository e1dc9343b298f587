from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import Corpus
from engine.errors import CorpusError
from tests.corpus.toy import OCCUPATIONS, TASKS, write_files


def _faults(path: Path, tasks: str = TASKS, occupations: str = OCCUPATIONS) -> list[str]:
    with pytest.raises(CorpusError) as error:
        Corpus.read(write_files(path, tasks, occupations))
    return [fault.removeprefix(f"{path}/") for fault in error.value.faults]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "E2,T1",
            "E7,T1",
            "line 2, column exposure: invalid value 'E7'; give a number from 0 to 1, one of E0, "
            "E1, E2, or leave it empty",
        ),
        (
            "E2,T1",
            "1.2,T1",
            "line 2, column exposure: invalid value '1.2'; give a number from 0 to 1, one of E0, "
            "E1, E2, or leave it empty",
        ),
        (
            "E2,T1",
            "E2,nan",
            "line 2, column automation: invalid value 'nan'; give a number from 0 to 1, one of "
            "T0, T1, T2, T3, T4, or leave it empty",
        ),
        (
            "B1,43",
            "B1,99",
            "line 4, column soc_code: invalid SOC code '99-4051.00'; write it as in 29-1141.00",
        ),
        (
            "B1,43-4051",
            "B1,43-4052",
            "line 4, column soc_code: unknown occupation 43-4052.00; add it to occupations.csv "
            "or correct the code",
        ),
        (
            "A2,",
            "A1,",
            "line 3, column task_id: duplicate ID 'A1' (first on line 2); give each task its own "
            "ID",
        ),
        ("A2,", ",", "line 3, column task_id: blank ID; give each task its own ID"),
        (
            "Meet investors.",
            "set GOALS for the firm",
            "line 3, column task: duplicate task 'set GOALS for the firm' (first on line 2); "
            "remove one",
        ),
        (
            "0.6,",
            "60,",
            "line 2, column time_share: invalid value '60'; give a number from 0 to 1 or leave it "
            "empty",
        ),
    ],
)
def test_a_fault_has_line_column_value_and_a_remedy(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in TASKS
    assert f"tasks.csv {fault}" in _faults(tmp_path, TASKS.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "pattern"),
    [
        ("Meet investors.", " ", r"line 3, column task: task is blank"),
        ("Reasoning and", "Reason and", r"line 2, column category: unknown category 'Reason and"),
        ("0.6,", "0.7,", r"from line 2, occupation 11-1011.00: time_share sums to 1.1 over 2"),
    ],
)
def test_a_fault_of_a_task_or_its_shares_has_line_and_column(
    tmp_path: Path, old: str, new: str, pattern: str
) -> None:
    (fault,) = _faults(tmp_path, TASKS.replace(old, new, 1))
    assert re.search(pattern, fault), fault


def test_faults_of_occupations_are_listed_too(tmp_path: Path) -> None:
    occupations = OCCUPATIONS.replace("description\n", "description,wage_is_minimum\n", 1)
    occupations = occupations.replace("firms.\n", "firms.,often\n")
    assert _faults(tmp_path, occupations=occupations + "11-1011.00,,9,\n") == [
        "occupations.csv line 2, column wage_is_minimum: invalid value 'often'; write true or "
        "false",
        "occupations.csv line 4, column soc_code: duplicate occupation 11-1011.00 (first on line "
        "2); remove one",
        "occupations.csv line 4, column title: blank title; give the occupation a name",
        "occupations.csv line 4, column job_zone: invalid value '9'; give a number from 1 to 5 or "
        "leave it empty",
    ]


def test_faults_of_alternate_titles_are_listed_too(tmp_path: Path) -> None:
    (tmp_path / "alternate_titles.csv").write_text("soc_code,title\n11-1021.00,Boss\n11-1011.00,\n")
    assert _faults(tmp_path) == [
        "alternate_titles.csv line 2, column soc_code: unknown occupation 11-1021.00; add it to "
        "occupations.csv or correct the code",
        "alternate_titles.csv line 3, column title: blank title; fill it in or remove the row",
    ]


def test_empty_files_are_faults(tmp_path: Path) -> None:
    header = TASKS.splitlines()[0] + "\n"
    assert _faults(tmp_path, header, OCCUPATIONS.splitlines()[0] + "\n") == [
        "occupations.csv: no occupations; add at least two",
        "tasks.csv: no tasks; add one row for each task",
    ]


def test_all_faults_are_listed_at_once_up_to_fifty(tmp_path: Path) -> None:
    rows = "".join(f"C{n},43-4051.00,Do thing number {n}.,,,E9,T9\n" for n in range(40))
    with pytest.raises(CorpusError) as error:
        Corpus.read(write_files(tmp_path, TASKS + rows))
    assert len(error.value.faults) == 80
    assert str(error.value).count("\n") == 51
    assert str(error.value).endswith("… and 30 more")


def test_only_a_strict_reading_rejects_near_duplicates_within_an_occupation(
    tmp_path: Path,
) -> None:
    near = TASKS + "A3,11-1011.00,Set goals for the firms.,,,E2,T1\n"
    near += "B2,43-4051.00,Set goals for the firms.,,,E2,T1\n"  # another occupation may have it
    near = near.replace("0.6,", ",").replace("0.4,", ",")
    assert len(Corpus.read(write_files(tmp_path, near)).tasks) == 5
    with pytest.raises(CorpusError) as error:
        Corpus.read(tmp_path, strict=True)
    (fault,) = error.value.faults
    assert fault.endswith(
        "tasks.csv line 5, column task: task 'Set goals for the firms.' is nearly the same as the "
        "one on line 2; reword or remove one"
    )
