from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import Corpus, EngineError
from engine.corpus.corpus import coverage
from engine.corpus.memberships import category_memberships
from engine.errors import CorpusError
from engine.records import rubric, soc
from tests.conftest import ROOT

OCCUPATIONS = (
    "soc_code,title,job_zone,description\n"
    "11-1011.00,Chief Executives,5,Lead firms.\n"
    "43-4051.00,Customer Service Representatives,2,Help customers.\n"
)
HEADER = "task_id,soc_code,task,category,time_share,exposure,automation\n"
TASKS = (
    HEADER + "A1,11-1011.00,Set goals for the firm.,Reasoning and Decision Making,0.6,E2,T1\n"
    "A2,11-1011.00,Meet investors.,Communicating and Interacting | Administering,0.4,0.25,\n"
    "B1,43-4051.00,Answer emails.,,,E1,T3\n"
)


def _folder(path: Path, tasks: str = TASKS, occupations: str = OCCUPATIONS) -> Path:
    (path / "tasks.csv").write_text(tasks, encoding="utf-8")
    (path / "occupations.csv").write_text(occupations, encoding="utf-8")
    return path


def _faults(path: Path, tasks: str = TASKS, occupations: str = OCCUPATIONS) -> list[str]:
    with pytest.raises(CorpusError) as error:
        Corpus.read(_folder(path, tasks, occupations))
    return list(error.value.faults)


def test_levels_and_numbers_are_read_and_blanks_are_unknown(tmp_path: Path) -> None:
    corpus = Corpus.read(_folder(tmp_path))
    assert corpus.tasks["exposure"].tolist() == [0.5, 0.25, 1.0]
    np.testing.assert_array_equal(corpus.tasks["automation"], [0.25, np.nan, 0.75])
    assert corpus.occupation("11-1011.00").job_zone == 5
    assert [task.time_share for task in corpus.occupation("11-1011.00").task_records] == [0.6, 0.4]
    assert corpus.occupation("43-4051.00").task_records[0].category is None


def test_written_and_read_again_it_is_the_same(starter: Corpus, tmp_path: Path) -> None:
    starter.write(tmp_path)
    again = Corpus.read(tmp_path, "starter")
    pd.testing.assert_frame_equal(again.tasks, starter.tasks)
    pd.testing.assert_frame_equal(again.occupations, starter.occupations)
    assert again.fingerprint == starter.fingerprint
    assert starter.select(["29-1129.01"]).fingerprint != starter.fingerprint


def test_further_columns_are_measures_but_annotations_and_notes_are_not(tmp_path: Path) -> None:
    tasks = TASKS.replace("automation\n", "automation,pay_effect,as_of,annotation_1_exposure\n")
    tasks = re.sub(r"(T1|,|T3)\n", r"\1,0.5,2023-03,E0\n", tasks)
    tasks = tasks.replace("annotation_1_exposure,0.5,2023-03,E0\n", "annotation_1_exposure\n")
    corpus = Corpus.read(_folder(tmp_path, tasks))
    assert corpus.measures == ("exposure", "automation", "pay_effect")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("E2,T1", "E7,T1", r"line 2, column exposure: 'E7': expected a number from 0 to 1, or one"),
        ("E2,T1", "1.2,T1", r"line 2, column exposure: '1.2'"),
        ("E2,T1", "E2,nan", r"line 2, column automation: 'nan'"),
        ("B1,43", "B1,99", r"line 4, column soc_code: '99-4051.00': expected a SOC code"),
        ("B1,43-4051", "B1,43-4052", r"line 4.*'43-4052.00': expected a code that occupations"),
        ("A2,", "A1,", r"line 3, column task_id: 'A1': expected an id of its own; line 2"),
        ("Meet investors.", " ", r"line 3, column task: '': expected one sentence"),
        ("Meet investors.", "set GOALS for the firm", r"line 3, column task.*line 2 has the same"),
        ("Reasoning and", "Reason and", r"line 2, column category: 'Reason and Decision Making'"),
        ("0.6,", "0.7,", r"from line 2, occupation 11-1011.00: time_share sums to 1.1"),
        ("0.6,", "60,", r"line 2, column time_share: '60': expected a number from 0 to 1"),
    ],
)
def test_a_fault_is_named_with_line_column_value_and_expectation(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in TASKS
    faults = _faults(tmp_path, TASKS.replace(old, new, 1))
    assert any(re.search(said, fault) for fault in faults), faults


def test_occupation_faults_are_named_too(tmp_path: Path) -> None:
    twice = OCCUPATIONS + "11-1011.00,Bosses,9,\n"
    faults = _faults(tmp_path, occupations=twice)
    assert any("line 4" in fault and "each occupation once" in fault for fault in faults)
    assert any("column job_zone: '9': expected a number from 1 to 5" in fault for fault in faults)


def test_all_faults_are_listed_at_once_up_to_fifty(tmp_path: Path) -> None:
    rows = "".join(f"C{n},43-4051.00,Do thing number {n}.,,,E9,T9\n" for n in range(40))
    with pytest.raises(CorpusError) as error:
        Corpus.read(_folder(tmp_path, TASKS + rows))
    assert len(error.value.faults) == 80
    assert str(error.value).count("\n") == 51
    assert str(error.value).endswith("… and 30 more")


def test_a_missing_file_or_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text(TASKS)
    with pytest.raises(EngineError, match=r"occupations\.csv does not exist"):
        Corpus.read(tmp_path)
    with pytest.raises(EngineError, match="missing column automation"):
        Corpus.read(_folder(tmp_path, TASKS.replace(",automation", ",outcome")))


def test_categories_of_a_task_share_it() -> None:
    members = category_memberships(["Administering | Communicating and Interacting", ""])
    assert members.sum(axis=1).tolist() == [1.0, 0.0]
    assert members[0, rubric.CATEGORIES.index("Administering")] == 0.5


# The starter reference ------------------------------------------------------------------------


def test_the_starter_reference_covers_all_civilian_work(starter: Corpus) -> None:
    covered = coverage(starter)
    assert set(covered.major_groups) == set(soc.MAJOR_GROUPS) - {"55"}
    assert covered.missing_minor_groups == ()
    assert sum(covered.major_groups.values()) == len(starter.rows_of) >= 190
    assert len(starter.tasks) >= 2_600
    assert min(covered.job_zones[zone] for zone in (1, 2, 3, 4, 5)) >= 15
    assert set(starter.tasks["category"]) == set(rubric.CATEGORIES)


def test_coverage_by_hand(starter: Corpus) -> None:
    covered = coverage(starter.select(["11-1011.00", "15-1254.00", "15-2051.00", "31-1122.00"]))
    assert covered.major_groups == {"11": 1, "15": 2, "31": 1}
    assert covered.minor_groups == {"11-1000": 1, "15-1200": 1, "15-2000": 1, "31-1100": 1}
    assert len(covered.missing_minor_groups) == 91


def test_the_data_card_counts_what_is_there(starter: Corpus) -> None:
    card = (ROOT / "reference_tasks" / "README.md").read_text(encoding="utf-8")
    assert f"{len(starter.rows_of)} occupations and {len(starter.tasks):,} tasks" in card
    ids = starter.tasks["task_id"]
    changelog = (ROOT / "reference_tasks" / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"({ids.min()}–{ids.max()})" in changelog


def test_every_starter_task_is_one_sentence_of_work_with_its_labels(starter: Corpus) -> None:
    for task in starter.tasks["task"]:
        assert 8 <= len(re.findall(r"[\w'’-]+", task)) <= 31, task
        assert re.fullmatch(r"[A-Z].*[^.]\.", task), task
    assert starter.tasks[["exposure", "automation", "time_share"]].notna().all(axis=None)
    assert set(starter.tasks["exposure"]) <= {0.0, 0.5, 1.0}
    assert set(starter.tasks["automation"]) <= {0.0, 0.25, 0.5, 0.75, 1.0}
    for code, rows in starter.rows_of.items():
        assert 12 <= len(rows) <= 16, code
        percents = 100 * starter.tasks["time_share"].iloc[rows]
        np.testing.assert_allclose(percents, percents.round(), atol=1e-9)
        assert percents.sum() == pytest.approx(100)


def test_no_two_tasks_of_a_starter_occupation_are_alike() -> None:
    Corpus.read(ROOT / "reference_tasks", "starter", strict=True)


def test_near_duplicates_within_an_occupation_are_faults_of_a_strict_reading(
    tmp_path: Path,
) -> None:
    near = TASKS + "A3,11-1011.00,Set goals for the firms.,,,E2,T1\n"
    near += "B2,43-4051.00,Set goals for the firms.,,,E2,T1\n"  # in another occupation it may be
    near = near.replace("0.6,", ",").replace("0.4,", ",")
    assert len(Corpus.read(_folder(tmp_path, near)).tasks) == 5
    with pytest.raises(CorpusError) as error:
        Corpus.read(tmp_path, strict=True)
    (fault,) = error.value.faults
    assert "line 5, column task: 'Set goals for the firms.'" in fault
    assert "line 2 is nearly the same" in fault


@pytest.mark.real_data
def test_no_starter_sentence_is_a_near_copy_of_onet(starter: Corpus, data_dir: Path) -> None:
    from rapidfuzz import fuzz, process

    from engine.corpus.sources import onet
    from engine.utils.text import text_key

    published = sorted({text_key(task["task"]) for task in onet.read(data_dir).tasks})
    runs = {run for text in published for run in _runs_of_eight(text)}
    own = [text_key(text) for text in starter.tasks["task"]]
    assert [text for text in own if not runs.isdisjoint(_runs_of_eight(text))] == []
    near = process.cdist(own, published, scorer=fuzz.ratio, score_cutoff=90, workers=2)
    assert [own[row] for row in np.flatnonzero(near.any(axis=1))] == []


def _runs_of_eight(text: str) -> set[str]:
    parts = text.split()
    return {" ".join(parts[start : start + 8]) for start in range(len(parts) - 7)}
