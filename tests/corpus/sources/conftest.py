"""Small files in the publishers' exact formats, with their peculiarities."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    "onet_30_1/DWA Reference.txt": (
        "Element ID\tIWA ID\tDWA ID\tDWA Title\n"
        "4.A.2.b.4\t4.A.2.b.4.I01\t4.A.2.b.4.I01.D01\tSet goals.\n"
    ),
    "onet_30_1/IWA Reference.txt": (
        "Element ID\tIWA ID\tIWA Title\n4.A.2.b.4\t4.A.2.b.4.I01\tDevelop plans.\n"
    ),
    "onet_30_1/Related Occupations.txt": (
        "O*NET-SOC Code\tRelated O*NET-SOC Code\tRelatedness Tier\tIndex\n"
        "11-1011.00\t43-4051.00\tSupplemental\t11\n"
        "11-1011.00\t55-1011.00\tPrimary-Short\t2\n"
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


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with all files but ``Task Ratings.txt``."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path
