"""The O*NET database, release 30.1: occupations, tasks, ratings, categories and titles."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.corpus.columns import CATEGORY_SEPARATOR
from engine.corpus.sources.files import damaged_file, read_source
from engine.records import rubric
from engine.records.time_share import YEARLY_OCCURRENCES, yearly_frequency

FOLDER = "onet_30_1"

_SOC, _ID, _DWA = "O*NET-SOC Code", "Task ID", "DWA ID"


@dataclass(frozen=True, kw_only=True)
class OnetDatabase:
    """O*NET as rows of text, with the columns of a reference corpus.

    Attributes:
        tasks: task_id, soc_code, task, category, time_share (empty), frequency, importance, core,
            activities.
        occupations: soc_code, title, job_zone, description; only occupations with tasks.
        alternate_titles: soc_code, title.
        without_tasks: number of occupations left out because they have no tasks.
        frequencies, importances: number of tasks with a rating of frequency, of importance.
    """

    tasks: list[dict[str, str]]
    occupations: list[dict[str, str]]
    alternate_titles: list[dict[str, str]]
    without_tasks: int
    frequencies: int
    importances: int


def read(data_dir: Path) -> OnetDatabase:
    """Read O*NET from the folder ``onet_30_1`` of ``data_dir``.

    ``Task Ratings.txt`` gives frequency and importance. Without that file, ``Task Importance.csv``
    gives importance, if it exists.

    Raises:
        InputError: if a file is missing or does not have the publisher's format.
    """
    folder = data_dir / FOLDER
    activities = detailed_activities(data_dir)
    categories = _categories(activities)
    frequency, importance = _ratings(folder)
    tasks = [
        {
            "task_id": row[_ID],
            "soc_code": row[_SOC],
            "task": row["Task"],
            "category": categories.get(row[_ID], ""),
            "time_share": "",
            "frequency": frequency.get(row[_ID], ""),
            "importance": importance.get(row[_ID], ""),
            "core": "false" if row["Task Type"] == "Supplemental" else "true",
            "activities": CATEGORY_SEPARATOR.join(activities.get(row[_ID], ())),
        }
        for row in _rows(folder / "Task Statements.txt", _SOC, _ID, "Task", "Task Type")
    ]
    tasks.sort(key=_place)
    with_tasks = {task["soc_code"] for task in tasks}
    zones = {
        row[_SOC]: row["Job Zone"] for row in _rows(folder / "Job Zones.txt", _SOC, "Job Zone")
    }
    listed = list(_rows(folder / "Occupation Data.txt", _SOC, "Title", "Description"))
    occupations = [
        {
            "soc_code": row[_SOC],
            "title": row["Title"],
            "job_zone": zones.get(row[_SOC], ""),
            "description": row["Description"],
        }
        for row in listed
        if row[_SOC] in with_tasks
    ]
    return OnetDatabase(
        tasks=tasks,
        occupations=occupations,
        alternate_titles=list(_titles(folder, with_tasks)),
        without_tasks=len(listed) - len(occupations),
        frequencies=len(frequency),
        importances=len(importance),
    )


def _place(task: Mapping[str, str]) -> tuple[str, bool, float]:
    """Order of tasks as O*NET shows them: core tasks first, the most important ones first."""
    return task["soc_code"], task["core"] == "false", -float(task["importance"] or 0)


def _rows(path: Path, *columns: str) -> Iterator[dict[str, str]]:
    return (row for _, row in read_source(path, columns, delimiter="\t", quoted=False))


def _titles(folder: Path, known_codes: set[str]) -> Iterator[dict[str, str]]:
    seen = set()
    for row in _rows(folder / "Alternate Titles.txt", _SOC, "Alternate Title", "Short Title"):
        for title in (row["Alternate Title"], row["Short Title"]):
            pair = (row[_SOC], title)
            if title and title != "n/a" and row[_SOC] in known_codes and pair not in seen:
                seen.add(pair)
                yield {"soc_code": row[_SOC], "title": title}


def detailed_activities(data_dir: Path) -> dict[str, list[str]]:
    """Return task ID -> IDs of its detailed work activities, such as ``4.A.1.a.1.I01.D01``.

    Raises:
        InputError: if the file is missing or does not have the publisher's format.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for row in _rows(data_dir / FOLDER / "Tasks to DWAs.txt", _ID, _DWA):
        found[row[_ID]].append(row[_DWA])
    return found


def activity_titles(data_dir: Path) -> list[str]:
    """Return the titles of all detailed and intermediate work activities; they are short sentences.

    Raises:
        InputError: if a file is missing or does not have the publisher's format.
    """
    folder = data_dir / FOLDER
    return [
        row[f"{kind} Title"]
        for kind in ("DWA", "IWA")
        for row in _rows(folder / f"{kind} Reference.txt", f"{kind} ID", f"{kind} Title")
    ]


def _categories(activities: Mapping[str, list[str]]) -> dict[str, str]:
    """Task ID -> its work-activity groups, the one with the most detailed activities first."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for task, detailed in activities.items():
        for activity in detailed:
            group = rubric.WORK_ACTIVITY_GROUPS.get(activity[:7])  # an ID starts with its group
            if group is not None:
                groups[task][group] += 1
    return {
        task: CATEGORY_SEPARATOR.join(group for group, _ in counts.most_common())
        for task, counts in groups.items()
    }


def related_occupations(data_dir: Path) -> dict[str, list[str]]:
    """Return SOC code -> codes of its related occupations, closest first.

    An occupation has ten primary and ten supplemental related occupations, in this order.

    Raises:
        InputError: if the file is missing or does not have the publisher's format.
    """
    columns = (_SOC, "Related O*NET-SOC Code", "Index")
    path = data_dir / FOLDER / "Related Occupations.txt"
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in _rows(path, *columns):
        if not re.fullmatch("[0-9]{1,6}", row["Index"]):
            fault = (
                f", occupation {row[_SOC]}, column Index: {row['Index']!r} is not a whole number"
            )
            raise damaged_file(path, fault)
        found[row[_SOC]].append((int(row["Index"]), row[columns[1]]))
    return {code: [related for _, related in sorted(pairs)] for code, pairs in found.items()}


def intermediate_activities(data_dir: Path) -> dict[str, list[str]]:
    """Return task ID -> IDs of its intermediate work activities, such as ``4.A.1.a.1.I01``.

    Raises:
        InputError: if the file is missing or does not have the publisher's format.
    """
    return {
        task: sorted({activity.rpartition(".")[0] for activity in activities})
        for task, activities in detailed_activities(data_dir).items()
    }


def _ratings(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Task ID -> yearly frequency, and task ID -> importance, as text."""
    ratings = folder / "Task Ratings.txt"
    if ratings.is_file():
        return _task_ratings(ratings)
    importance = folder / "Task Importance.csv"
    if not importance.is_file():
        return {}, {}
    rows = (row for _, row in read_source(importance, (_ID, "Importance")))
    return {}, {row[_ID]: row["Importance"] for row in rows}


def _task_ratings(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    # Task ID -> frequency category -> percentage of incumbents.
    incumbents: dict[str, dict[int, float]] = defaultdict(dict)
    relevance: dict[str, float] = {}
    importance: dict[str, str] = {}
    for row in _rows(path, _ID, "Scale ID", "Category", "Data Value"):
        task, scale, value = row[_ID], row["Scale ID"], row["Data Value"]
        try:
            if scale == "FT":
                incumbents[task][int(row["Category"])] = float(value)
            elif scale == "RT":
                relevance[task] = float(value)
            elif scale == "IM":
                importance[task] = value
            if scale == "FT" and int(row["Category"]) not in YEARLY_OCCURRENCES:
                raise ValueError
        except ValueError:
            fault = (
                f", task {task}, scale {scale}: category {row['Category']!r} is not from 1 to 7 "
                f"or value {value!r} is not a number"
            )
            raise damaged_file(path, fault) from None
    frequency = {
        task: repr(yearly_frequency(parts, relevance.get(task, 100.0)))
        for task, parts in incumbents.items()
        if sum(parts.values()) > 0
    }
    return frequency, importance
