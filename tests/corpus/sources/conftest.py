"""Small files in the publishers' exact formats, with their peculiarities."""

from __future__ import annotations

from pathlib import Path

import pytest

_RATERS = ("sonnet_{}_ir", "gpt_{}_ir", "gemini_{}_ir", "consensus_{}")


def _ratings(*rows: str) -> str:
    """A file of ratings: task ID, and for each axis the models' first ratings and the consensus."""
    columns = [name.format(axis) for axis in "CDR" for name in _RATERS]
    return "\n".join((",".join(["task_id", *columns]), *rows)) + "\n"


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
    "aei_2026_02/automation_vs_augmentation_by_task.csv": (
        "task,directive,feedback_loop,learning,none,not_classified,task_iteration,validation\n"
        "answer letters.,0.3,,0.1,0.2,0.4,,\n"
        "sort letters.,,,,,1.0,,\n"
    ),
    # Task 101 is divided into two parts; the ratings of task 102 are damaged.
    "cdr_2026_03/consensus_cr.csv": _ratings(
        "101-1,C1,C1,C1,C1,D0,D0,D0,D0,R4,R4,R4,R4",
        "101-2,C2,C2,C2,C2,D1,D1,D1,D1,R4,R4,R4,R4",
        "102,C4,,C1,EDIUM,D1,D3,C2,,,HIGH,D2,R2",
        "203,C0,C0,C0,C0,D0,D0,D0,D0,,,,",
        "999,C0,C0,C0,C0,D0,D0,D0,D0,R0,R0,R0,R0",
    ),
    "ilo_2025/tasks.csv": (
        "ISCO_08,Title,taskID,Task_ISCO,score_2023,score_2025\n"
        '4412,Mail Carriers,1,"Reading addressees‚Äô names, and sorting parcels;",0.2,0.25\n'
        '4412,Mail Carriers,2,"Weighing parcels,\nstamps, etc.;",0.3,\n'
        "4412,Mail Carriers,3,Such tasks include -,0.3,0.3\n"
        "4412,Mail Carriers,4,weighing parcels stamps etc,0.3,0.3\n"
        "110,Officers,1,Leading a unit,0.1,0.1\n"
        ",,,,0.2,0.2\n"
    ),
    "microsoft_2025/iwa_metrics.csv": (
        "IWA,title,completion_user,completion_ai,impact_scope_user,impact_scope_ai\n"
        "4.A.2.b.4.I01,Develop plans.,0.1,0.8,0.1,0.5\n"
        "4.A.2.b.1.I09,Judge plans.,0.1,0.6,0.1,\n"
        "4.A.4.b.4.I09,Lead people.,,,,\n"
        "4.A.3.a.1.I01,Carry goods.,0.1,0.7,0.1,0.2\n"
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
