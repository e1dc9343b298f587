"""Readers of published data, on small files in the publishers' exact forms, traps included."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import EngineError
from engine.corpus.sources import aei, eloundou, onet, published

FILES = {
    "onet_30_1/Occupation Data.txt": (
        "O*NET-SOC Code\tTitle\tDescription\n"
        "11-1011.00\tChief Executives\tLead firms.\n"
        "43-4051.00\tService Representatives\tHelp customers.\n"
        "55-1011.00\tAir Crew Officers\tHave no tasks here.\n"
    ),
    "onet_30_1/Task Statements.txt": (
        "O*NET-SOC Code\tTask ID\tTask\tTask Type\tIncumbents Responding\tDate\tDomain Source\n"
        "11-1011.00\t101\tSet goals, or plans, for the firm.\tCore\t9\t08/2023\tIncumbent\n"
        '11-1011.00\t102\tHold "town hall" meetings.\tSupplemental\t9\t08/2023\tIncumbent\n'
        "43-4051.00\t203\tAnswer letters.\tn/a\tn/a\t08/2023\tAnalyst\n"
        "43-4051.00\t204\tSort letters.\tCore\t9\t08/2023\tIncumbent\n"
    ),
    "onet_30_1/Job Zones.txt": (
        "O*NET-SOC Code\tJob Zone\tDate\tDomain Source\n11-1011.00\t5\t08/2023\tAnalyst\n"
    ),
    "onet_30_1/Alternate Titles.txt": (
        "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)\n"
        "11-1011.00\tChief Executive Officer (CEO)\tCEO\t08\n"
        "11-1011.00\tPresident\tn/a\t08\n"
        "55-1011.00\tPilot\tn/a\t08\n"
    ),
    "onet_30_1/Tasks to DWAs.txt": (
        "O*NET-SOC Code\tTask ID\tDWA ID\tDate\tDomain Source\n"
        "11-1011.00\t101\t4.A.4.b.4.I09.D02\t03/2014\tAnalyst\n"
        "11-1011.00\t101\t4.A.2.b.1.I09.D02\t03/2014\tAnalyst\n"
        "11-1011.00\t101\t4.A.2.b.4.I01.D01\t03/2014\tAnalyst\n"
        "43-4051.00\t203\t4.A.4.a.8.I01.D01\t03/2014\tAnalyst\n"
    ),
    "onet_30_1/Task Importance.csv": (
        "Task ID,O*NET-SOC Code,Importance\n101,11-1011.00,4.5\n102,11-1011.00,3\n203,43-4051.00,\n"
    ),
    "eloundou_2023/full_labelset.tsv": (
        "\tO*NET-SOC Code\tTask ID\tTask\thuman_exposure_agg\tgpt4_exposure\tgpt4_automation\n"
        "0\t11-1011.00\t101.0\tSet goals or plans for the firm.\tE2\tE1\tT2\n"
        '1\t11-1011.00\t999.0\t"Hold ""town hall"" meetings."\tE0\tE0\tT1\n'
        "2\t43-4051.00\t998.0\tStamp letters.\tE0\tE0\tT0\n"
    ),
    "aei_2025_03/automation_vs_augmentation_by_task.csv": (
        "task_name,feedback_loop,directive,task_iteration,validation,learning,filtered\n"
        "answer letters.,0.1,0.2,0.05,0.05,0.0,0.6\n"
        "sort letters.,0,0,0,0,0,1.0\n"
        "stamp letters.,0.5,0,0.5,0,0,0\n"
    ),
}

RATINGS = (
    "O*NET-SOC Code\tTask ID\tScale ID\tCategory\tData Value\n"
    + "".join(f"11-1011.00\t101\tFT\t{n}\t{part}\n" for n, part in enumerate((0, 50, 0, 0, 50), 1))
    + "11-1011.00\t101\tRT\tn/a\t50\n11-1011.00\t101\tIM\tn/a\t4.25\n"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def test_onet_is_read_with_zones_titles_and_groups(data: Path) -> None:
    database = onet.read(data)
    assert database.without_tasks == 1
    assert [row["job_zone"] for row in database.occupations] == ["5", ""]
    titles = [row["title"] for row in database.alternate_titles]
    assert titles == ["Chief Executive Officer (CEO)", "CEO", "President"]
    first, second, third, fourth = database.tasks
    assert first["category"] == (
        "Reasoning and Decision Making | Coordinating, Developing, Managing, and Advising"
    )
    assert second["task"] == 'Hold "town hall" meetings.'
    assert [task["core"] for task in database.tasks] == ["true", "false", "true", "true"]
    assert (first["importance"], third["importance"], fourth["importance"]) == ("4.5", "", "")
    assert third["category"] == "Communicating and Interacting"


def test_the_full_ratings_are_taken_when_they_are_there(data: Path) -> None:
    (data / "onet_30_1" / "Task Ratings.txt").write_text(RATINGS)
    first, second, *_ = onet.read(data).tasks
    assert float(first["frequency"]) == pytest.approx((4 + 260) / 2 * 0.5)
    assert first["importance"] == "4.25"
    assert (second["frequency"], second["importance"]) == ("", "")


def test_labels_join_by_id_then_by_text_and_losses_are_counted(data: Path) -> None:
    labels = eloundou.join(data, onet.read(data).tasks)
    assert (labels.by_id, labels.by_text, labels.lost) == (1, 1, 1)
    assert labels.by_task == {
        "101": {"exposure_human": 0.5, "exposure_model": 1.0, "automation": 0.5},
        "102": {"exposure_human": 0.0, "exposure_model": 0.0, "automation": 0.25},
    }


def test_observed_automation_by_hand(data: Path) -> None:
    observed = aei.join(data, onet.read(data).tasks)
    assert observed.by_task == {"203": pytest.approx(0.3 / 0.4)}
    assert (observed.joined, observed.lost, observed.filtered) == (1, 1, 1)


def test_the_joined_corpus(data: Path) -> None:
    corpus, report = published.read(data)
    np.testing.assert_array_equal(corpus.tasks["exposure"], [0.75, 0, np.nan, np.nan])
    np.testing.assert_array_equal(corpus.tasks["automation"], [0.5, 0.25, np.nan, np.nan])
    np.testing.assert_allclose(corpus.tasks["observed_automation"], [np.nan, np.nan, 0.75, np.nan])
    assert corpus.measures[2:] == ("exposure_human", "exposure_model", "observed_automation")
    assert "1 joined by task id, 1 by text, 1 lost; 2 tasks have no label" in str(report)
    assert "1 joined by text, 1 lost, 1 with too little use" in str(report)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("eloundou_2023/full_labelset.tsv", "E2\tE1", "E9\tE1", "line 2, column human_exposure"),
        ("eloundou_2023/full_labelset.tsv", "gpt4_automation", "x", "missing column gpt4_autom"),
        ("aei_2025_03/automation_vs_augmentation_by_task.csv", "0.2", "?", "line 2: a share is"),
        ("onet_30_1/Job Zones.txt", "Job Zone", "Zone", "missing column Job Zone"),
        ("onet_30_1/Task Importance.csv", "4.5", "9", "column importance: '9'"),
    ],
)
def test_a_file_in_another_form_is_refused(
    data: Path, name: str, old: str, new: str, said: str
) -> None:
    path = data / name
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(EngineError, match=said):
        published.read(data)


def test_missing_data_says_how_to_fetch_it(data: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"fetch_reference_data\.py"):
        published.read(tmp_path / "nowhere")
    (data / aei.FILE).unlink()
    with pytest.raises(
        EngineError, match=r"automation_vs_augmentation_by_task\.csv does not exist"
    ):
        published.read(data)
