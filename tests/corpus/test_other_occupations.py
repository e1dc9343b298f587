"""Occupations of another taxonomy: their tasks are evidence, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import Corpus
from engine.corpus.merge import merge
from engine.corpus.references import summary
from engine.errors import CorpusError, InputError, UnknownOccupationError
from tests.corpus.toy import HEADER, OCCUPATIONS, TASKS, write_files

OTHERS = "soc_code,title\nISCO-1111,Legislators\nisco-0110,Officers\n"
ROWS = "X1,ISCO-1111,Debate bills.,,,E2,\nX2,ISCO-0110,Lead a unit.,,,,T1\n"
TOY = Corpus.parse("toy", {"tasks": TASKS, "occupations": OCCUPATIONS})
MIXED = Corpus.parse(
    "mixed",
    {"tasks": TASKS + ROWS, "occupations": OCCUPATIONS, "other_occupations.csv": OTHERS},
)


def test_a_file_of_tasks_may_have_any_name(tmp_path: Path) -> None:
    write_files(tmp_path)
    (tmp_path / "other_occupations.csv").write_text(OTHERS)
    with pytest.raises(InputError, match=r"other_occupations\.csv line 1: missing column task_id"):
        Corpus.read(tmp_path / "other_occupations.csv")


def test_they_are_not_in_the_catalog() -> None:
    assert list(MIXED.rows_of) == list(TOY.rows_of) == ["11-1011.00", "43-4051.00"]
    assert MIXED.occupations.equals(TOY.occupations)
    assert MIXED.tasks["soc_code"].tolist()[3:] == ["ISCO-1111", "ISCO-0110"]
    with pytest.raises(UnknownOccupationError, match="ISCO-1111 is not in the mixed reference"):
        MIXED.occupation("ISCO-1111")
    assert summary(MIXED).startswith("mixed: 2 occupations and 2 of another taxonomy, 5 tasks; ")


def test_titles_of_both_kinds_are_known() -> None:
    assert MIXED.title_of("11-1011.00") == "Chief Executives"
    assert MIXED.title_of("ISCO-0110") == "Officers"
    with pytest.raises(UnknownOccupationError, match="ISCO-2222 is not in the mixed reference"):
        MIXED.title_of("ISCO-2222")


def test_they_are_read_from_their_file_with_or_without_alternate_titles(tmp_path: Path) -> None:
    write_files(tmp_path, TASKS + ROWS)
    (tmp_path / "other_occupations.csv").write_text(OTHERS)
    corpus = Corpus.read(tmp_path)
    assert corpus.fingerprint == MIXED.fingerprint
    (tmp_path / "alternate_titles.csv").write_text("soc_code,title\n11-1011.00,CEO\n")
    corpus = Corpus.read(tmp_path)
    assert corpus.alternate_titles["title"].tolist() == ["CEO"]
    assert corpus.other_occupations["soc_code"].tolist() == ["ISCO-1111", "ISCO-0110"]
    corpus.write(tmp_path / "new")
    again = Corpus.read(tmp_path / "new")
    pd.testing.assert_frame_equal(again.other_occupations, corpus.other_occupations)
    assert again.fingerprint == corpus.fingerprint


def test_a_corpus_without_them_has_the_files_that_it_had() -> None:
    assert list(TOY.files()) == ["tasks.csv", "occupations.csv", "alternate_titles.csv"]
    assert list(MIXED.files())[3:] == ["other_occupations.csv"]
    assert len(TOY.other_occupations) == 0


def test_parts_of_a_corpus_keep_them_by_code() -> None:
    one = MIXED.select_occupations(["43-4051.00", "ISCO-1111"])
    assert one.tasks["task_id"].tolist() == ["B1", "X1"]
    assert one.other_occupations["title"].tolist() == ["Legislators"]
    two = MIXED.take_tasks(np.array([4, 0]))
    assert two.tasks["task_id"].tolist() == ["X2", "A1"]
    assert two.other_occupations.equals(MIXED.other_occupations)


def test_merging_adds_those_that_are_new() -> None:
    more = Corpus.parse(
        "more",
        {
            "tasks": HEADER + "Y1,ISCO-1111,Pass laws.,,,E1,\nY2,ISCO-9123,Wash windows.,,,E0,\n",
            "occupations": OCCUPATIONS,
            "other_occupations.csv": "soc_code,title\nISCO-1111,legislators\nISCO-9123,Cleaners\n",
        },
    )
    both = merge(MIXED, more, MIXED.measures)
    assert both.other_occupations["soc_code"].tolist() == ["ISCO-1111", "ISCO-0110", "ISCO-9123"]
    assert both.title_of("ISCO-1111") == "Legislators"
    assert len(both.tasks) == 7
    assert merge(TOY, more, TOY.measures).other_occupations["title"].tolist() == [
        "legislators",
        "Cleaners",
    ]
    renamed = more.other_occupations.assign(title="Kings")
    with pytest.raises(CorpusError, match="occupation ISCO-1111: title 'Kings' conflicts with"):
        merge(MIXED, replace(more, other_occupations=renamed), MIXED.measures)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "ISCO-1111,L",
            "11-1011.00,L",
            "other_occupations.csv line 2, column soc_code: 11-1011.00 is in occupations.csv too; "
            "remove one of them",
        ),
        (
            "isco-0110",
            "ISCO-1111",
            "other_occupations.csv line 3, column soc_code: duplicate occupation ISCO-1111 (first "
            "on line 2); remove one",
        ),
        (
            "Officers",
            "",
            "other_occupations.csv line 3, column title: blank title; give the occupation a name",
        ),
        (
            "isco-0110",
            "ISCO-0210",
            "tasks line 6, column soc_code: unknown occupation ISCO-0110; add it to "
            "other_occupations.csv or correct the code",
        ),
    ],
)
def test_a_fault_is_named(old: str, new: str, fault: str) -> None:
    assert old in OTHERS
    texts = {
        "tasks": TASKS + ROWS,
        "occupations": OCCUPATIONS,
        "other_occupations.csv": OTHERS.replace(old, new, 1),
    }
    with pytest.raises(CorpusError) as error:
        Corpus.parse("mixed", texts)
    assert fault in error.value.faults


def test_either_taxonomy_may_be_the_catalog() -> None:
    turned = Corpus.parse(
        "turned",
        {
            "tasks": TASKS + ROWS,
            "occupations": "soc_code,title,job_zone,description\n"
            "ISCO-1111,Legislators,,\nISCO-0110,Officers,,\n",
            "other_occupations.csv": "soc_code,title\n11-1011.00,Chief Executives\n"
            "43-4051.00,Customer Service Representatives\n",
        },
    )
    assert list(turned.rows_of) == ["ISCO-0110", "ISCO-1111"]
    assert list(turned.all_rows_of) == ["11-1011.00", "43-4051.00", "ISCO-0110", "ISCO-1111"]
    assert turned.occupation("ISCO-1111").soc_code == "ISCO-1111"
    assert [task.text for task in turned.tasks_of("43-4051.00")] == ["Answer emails."]
    assert turned.tasks_of("29-1141.00") == []


def test_an_unknown_job_zone_survives_writing_and_reading(tmp_path: Path) -> None:
    unknown = Corpus.parse("toy", {"tasks": TASKS, "occupations": OCCUPATIONS.replace(",2,", ",,")})
    unknown.write(tmp_path)
    again = Corpus.read(tmp_path)
    assert again.occupations["job_zone"].tolist() == [5, 0]
    assert again.fingerprint == unknown.fingerprint
