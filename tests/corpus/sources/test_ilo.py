from __future__ import annotations

from pathlib import Path

import pytest

from engine import EngineError
from engine.corpus.sources import ilo


def test_codes_texts_and_scores_are_repaired(data: Path) -> None:
    read = ilo.read(data)
    assert [(task["task_id"], task["soc_code"]) for task in read.tasks] == [
        ("ILO-4412-1", "ISCO-4412"),
        ("ILO-4412-2", "ISCO-4412"),
        ("ILO-0110-1", "ISCO-0110"),
    ]
    assert [task["task"] for task in read.tasks] == [
        "Reading addressees’ names, and sorting parcels.",
        "Weighing parcels, stamps, etc.",
        "Leading a unit.",
    ]
    assert [task["genai_potential"] for task in read.tasks] == ["0.25", "", "0.1"]
    assert read.occupations == [
        {"soc_code": "ISCO-4412", "title": "Mail Carriers"},
        {"soc_code": "ISCO-0110", "title": "Officers"},
    ]
    assert read.skipped == 3  # the start of a list, a copy, and a row without a code


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("0.2,0.25", "0.2,25", r"line 2, column score_2025: '25' is not from 0 to 1"),
        ("0.2,0.25", "0.2,low", r"line 2, column score_2025: 'low' is not a number"),
        ("4412,Mail Carriers,1", "44-1,Mail Carriers,1", r"line 2: invalid ISCO-08 code"),
        ("Carriers,2", "Carriers,1", r"line 3, column taskID: duplicate ID '1' of 4412"),
    ],
)
def test_a_damaged_file_is_rejected(data: Path, old: str, new: str, fault: str) -> None:
    path = data / ilo.FILE
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EngineError, match=f"{fault}.*; delete the file and run"):
        ilo.read(data)


@pytest.mark.real_data
def test_the_published_tasks_are_clean(data_dir: Path) -> None:
    read = ilo.read(data_dir)
    assert len(read.occupations) == 427
    assert len(read.tasks) >= 3_264
    assert read.skipped <= 2
    rated = [float(task["genai_potential"]) for task in read.tasks if task["genai_potential"]]
    assert len(rated) >= 1_615  # half of the unit groups
    assert all(0 <= value <= 1 for value in rated)
    assert all(task["task"].endswith(".") for task in read.tasks)
    assert not any(char in task["task"] for task in read.tasks for char in "‚Ä¬\n")
