"""A corpus of two occupations and three tasks, as the texts of its files."""

from __future__ import annotations

from pathlib import Path

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


def write_files(folder: Path, tasks: str = TASKS, occupations: str = OCCUPATIONS) -> Path:
    """Write the files of a corpus into ``folder`` and return it."""
    (folder / "tasks.csv").write_text(tasks, encoding="utf-8")
    (folder / "occupations.csv").write_text(occupations, encoding="utf-8")
    return folder
