from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import Corpus, EngineError
from engine.corpus.references import summary
from engine.errors import UnknownOccupationError
from tests.corpus.toy import OCCUPATIONS, TASKS, write_files


def test_levels_and_numbers_are_read_and_blank_cells_are_unknown(tmp_path: Path) -> None:
    corpus = Corpus.read(write_files(tmp_path))
    assert corpus.tasks["exposure"].tolist() == [0.5, 0.25, 1.0]
    np.testing.assert_array_equal(corpus.tasks["automation"], [0.25, np.nan, 0.75])
    assert corpus.occupation("11-1011.00").job_zone == 5
    assert [task.time_share for task in corpus.occupation("11-1011.00").task_records] == [0.6, 0.4]
    assert corpus.occupation("43-4051.00").task_records[0].category is None


def test_a_corpus_is_read_from_a_folder_or_a_file_of_tasks(tmp_path: Path) -> None:
    write_files(tmp_path)
    (tmp_path / "tasks.csv").rename(tmp_path / "ours.csv")
    (tmp_path / "alternate_titles.csv").write_text("soc_code,title\n11-1011.00,CEO\n")
    corpus = Corpus.read(tmp_path / "ours.csv")
    assert corpus.name == "ours"
    assert corpus.alternate_titles["title"].tolist() == ["CEO"]
    assert Corpus.of(tmp_path / "ours.csv").fingerprint == Corpus.of(corpus).fingerprint
    with pytest.raises(EngineError, match="got a list; give a Corpus or the path of one"):
        Corpus.of([])  # type: ignore[arg-type]


def test_the_files_are_these_bytes() -> None:
    corpus = Corpus.parse("toy", {"tasks": TASKS, "occupations": OCCUPATIONS})
    assert corpus.files() == {
        "tasks.csv": (
            b"task_id,soc_code,task,category,time_share,frequency,importance,core,exposure,"
            b"automation\n"
            b"A1,11-1011.00,Set goals for the firm.,Reasoning and Decision Making,0.6,,,true,0.5,"
            b"0.25\n"
            b"A2,11-1011.00,Meet investors.,Communicating and Interacting | Administering,0.4,,,"
            b"true,0.25,\n"
            b"B1,43-4051.00,Answer emails.,,,,,true,1.0,0.75\n"
        ),
        "occupations.csv": OCCUPATIONS.encode(),
        "alternate_titles.csv": b"soc_code,title\n",
    }
    assert corpus.fingerprint == "e7e94b842aee2c66ce559a3266dc5c746156245b01ed65bb57d8925f87b7afb1"


def test_a_written_corpus_reads_back_unchanged(starter: Corpus, tmp_path: Path) -> None:
    starter.write(tmp_path / "new")
    again = Corpus.read(tmp_path / "new", "starter")
    pd.testing.assert_frame_equal(again.tasks, starter.tasks)
    pd.testing.assert_frame_equal(again.occupations, starter.occupations)
    assert again.fingerprint == starter.fingerprint


def test_further_columns_are_measures_but_annotations_and_dates_are_not(tmp_path: Path) -> None:
    head = "automation,pay_effect,as_of,as_of_pay_effect,annotation_1_exposure"
    tasks = re.sub(r"(T1|,|T3)\n", r"\1,0.5,2023-03,2026-11,E0\n", TASKS)
    tasks = tasks.replace("automation\n", f"{head}\n")
    corpus = Corpus.read(write_files(tmp_path, tasks))
    assert corpus.measures == ("exposure", "automation", "pay_effect")
    assert corpus.outcomes.shape == (3, 3)


def test_selected_occupations_keep_their_tasks_facts_and_titles() -> None:
    titles = "soc_code,title\n43-4051.00,Agent\n11-1011.00,CEO\n"
    corpus = Corpus.parse("toy", {"tasks": TASKS, "occupations": OCCUPATIONS, "titles": titles})
    one = corpus.select_occupations(["43-4051.00", "99-9999.00"])
    assert one.tasks["task_id"].tolist() == ["B1"]
    assert one.occupations["soc_code"].tolist() == ["43-4051.00"]
    assert one.alternate_titles["title"].tolist() == ["Agent"]
    assert {code: rows.tolist() for code, rows in one.rows_of.items()} == {"43-4051.00": [0]}
    assert one.fingerprint != corpus.fingerprint


def test_taken_tasks_leave_the_occupations_as_they_are() -> None:
    corpus = Corpus.parse("toy", {"tasks": TASKS, "occupations": OCCUPATIONS})
    two = corpus.take_tasks(np.array([2, 0]))
    assert two.tasks["task_id"].tolist() == ["B1", "A1"]
    assert two.occupations.equals(corpus.occupations)
    one = corpus.take_tasks(np.array([2]))
    with pytest.raises(UnknownOccupationError, match=r"11-1011\.00 is not in the toy reference"):
        one.occupation("11-1011.00")


def test_a_missing_file_or_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text(TASKS)
    with pytest.raises(EngineError, match=r"occupations\.csv does not exist"):
        Corpus.read(tmp_path)
    with pytest.raises(EngineError, match="missing column automation"):
        Corpus.read(write_files(tmp_path, TASKS.replace(",automation", ",outcome")))


def test_the_summary_counts_occupations_tasks_and_outcomes() -> None:
    corpus = Corpus.parse("toy", {"tasks": TASKS, "occupations": OCCUPATIONS})
    assert summary(corpus) == (
        "toy: 2 occupations, 3 tasks; known outcomes: exposure 3, automation 2"
    )
