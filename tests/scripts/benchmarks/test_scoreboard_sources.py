from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import Corpus
from engine.errors import InputError
from scripts.benchmarks import scoreboard_sources as sources

LABELS = (
    "gpt4_automation\tO*NET-SOC Code\tTask ID\tTask\tTask Type\tTitle\thuman_automation\n"
    "T1\t11-1011.00\t101.0\tSet goals.\tCore\tChief Executives\tT2\n"
    "T3\t43-4051.00\t999\tanswer letters\tCore\tService Representatives\tT4\n"
    "T0\t43-4051.00\t998\tStamp letters.\tCore\tService Representatives\tT0\n"
)
POTENTIALS = (
    "ISCO_08,Title,taskID,Task_ISCO,score_2023,score_2025\n"
    "110,Officers,1,Leading a unit;,0.1,0.2\n"
    "4412,Mail Carriers,1,Sorting parcels;,,0.3\n"
    "4412,Mail Carriers,9,Weighing parcels;,0.4,0.3\n"
)
USE = "task_name,pct\nanswer letters.,1.5\nstamp letters.,2\nset goals.,0.25\n"


@pytest.fixture
def corpus() -> Corpus:
    """Three tasks of the SOC, two of them with one text, and two of ISCO-08."""
    tasks = pd.DataFrame(
        {
            "task_id": ["101", "203", "204", "ILO-0110-1", "ILO-4412-1"],
            "soc_code": ["11-1011.00", "43-4051.00", "11-1011.00", "ISCO-0110", "ISCO-4412"],
            "task": [
                "Set goals.",
                "Answer letters.",
                "Answer letters.",
                "Leading a unit.",
                "Sorting parcels.",
            ],
            "exposure": np.nan,
            "automation": np.nan,
        }
    )
    empty = pd.DataFrame(columns=["soc_code", "title"])
    return Corpus(name="published", tasks=tasks, occupations=empty, alternate_titles=empty)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    files = {sources.PEOPLE: LABELS, sources.ilo.FILE: POTENTIALS, sources.USE: USE}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_ratings_are_joined_by_id_or_by_occupation_and_text(data: Path, corpus: Corpus) -> None:
    found = sources.read(data, corpus)
    assert found.people.tolist() == pytest.approx([0.5, 1.0, *[np.nan] * 3], nan_ok=True)
    assert found.model.tolist() == pytest.approx([0.25, 0.75, *[np.nan] * 3], nan_ok=True)


def test_the_potential_of_2023_is_joined_by_code_and_number(data: Path, corpus: Corpus) -> None:
    found = sources.read(data, corpus).potential_2023
    assert found.tolist() == pytest.approx([*[np.nan] * 3, 0.1, np.nan], nan_ok=True)


def test_copies_of_a_task_divide_its_use(data: Path, corpus: Corpus) -> None:
    found = sources.read(data, corpus).use
    assert found == pytest.approx([0.0025, 0.0075, 0.0075, 0.0, 0.0])


def test_an_unknown_level_is_reported_with_its_place(data: Path, corpus: Corpus) -> None:
    path = data / sources.PEOPLE
    path.write_text(LABELS.replace("\tT4\n", "\tT9\n"), encoding="utf-8")
    with pytest.raises(InputError, match=r"line 3, column human_automation: level 'T9'.*fetch"):
        sources.read(data, corpus)


def test_a_missing_file_says_how_to_get_it(data: Path, corpus: Corpus) -> None:
    (data / sources.USE).unlink()
    with pytest.raises(InputError, match=r"task_pct\.csv does not exist; save the publisher"):
        sources.read(data, corpus)
