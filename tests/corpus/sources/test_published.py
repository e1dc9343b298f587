from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import EngineError
from engine.corpus.sources import aei, published


def test_the_joined_corpus_and_its_report(data: Path) -> None:
    corpus, report = published.read(data)
    np.testing.assert_array_equal(corpus.tasks["exposure"], [0.75, 0, np.nan, np.nan])
    np.testing.assert_array_equal(corpus.tasks["automation"], [0.5, 0.25, np.nan, np.nan])
    np.testing.assert_allclose(corpus.tasks["observed_automation"], [np.nan, np.nan, 0.75, np.nan])
    assert corpus.measures[2:] == ("exposure_human", "exposure_model", "observed_automation")
    assert "median_wage" not in corpus.occupations
    assert str(report) == (
        "O*NET: 2 occupations, 4 tasks (1 occupations without tasks left out; 0 tasks with "
        "frequency ratings, 3 with importance ratings)\n"
        "Eloundou labels: 1 joined by task ID, 1 by text, 1 unmatched; 2 tasks have no label\n"
        "AEI outcomes: 1 joined by text, 1 unmatched, 1 with too few conversations; 1 tasks have "
        "one"
    )


LABELS = "eloundou_2023/full_labelset.tsv"
USE = "aei_2025_03/automation_vs_augmentation_by_task.csv"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            LABELS,
            "E2\tE1",
            "E9\tE1",
            "line 2, column human_exposure_agg: level 'E9' is not one of E0",
        ),
        (LABELS, "gpt4_automation", "x", "missing column gpt4_automation"),
        (USE, "0.2", "?", r"line 2, column directive: '\?' is not a number; delete the file and"),
        ("onet_30_1/Job Zones.txt", "Job Zone", "Zone", "missing column Job Zone"),
        ("onet_30_1/Task Importance.csv", "4.5", "9", "column importance: invalid value '9'"),
    ],
)
def test_a_file_in_another_format_is_rejected(
    data: Path, name: str, old: str, new: str, message: str
) -> None:
    path = data / name
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(EngineError, match=message):
        published.read(data)


@pytest.mark.parametrize("file", [aei.FILE, Path("onet_30_1", "Job Zones.txt"), Path(LABELS)])
def test_a_missing_file_names_the_command_that_downloads_it(data: Path, file: Path) -> None:
    (data / file).unlink()
    message = f"{data / file} does not exist; run 'occupation-risk fetch --data-dir {data}'"
    with pytest.raises(EngineError, match=message):
        published.read(data)
