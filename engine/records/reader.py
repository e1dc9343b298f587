"""Occupations from what people have: CSV, JSON, or a plain text of tasks."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import InputError, shown
from engine.records.inputs import Occupation, Task
from engine.utils.delimited import parse_table, read_text
from engine.utils.text import text_key

_BULLET = re.compile(r"^\s*(?:[-*•‣◦–—·●○▪■➢➤✓]|\(?\d{1,3}[.)])(?:\s+|$)")

_TASK_NUMBERS = ("time_share", "frequency", "importance")
_OCCUPATION_FIELDS = {"title", "soc_code", "job_zone", "description", "tasks"}
_TASK_FIELDS = {"task", "category", "core", *_TASK_NUMBERS}
_TRUTH = {"true": True, "false": False}

_MISSING = {"NaN", "nan", "NA", "N/A", "n/a", "null", "None"}
"""Cells that tables write for a missing value."""

_NEARLY = 85.0
"""A column name this alike (rapidfuzz ratio, 0 to 100) to one we read is taken for a slip."""


def read_occupations(path: str | Path) -> list[Occupation]:
    """Occupations of a ``.csv`` or ``.json`` file, or of any other file as a text of tasks.

    CSV: a column ``task``, and any of ``title``, ``soc_code``, ``job_zone``, ``description``,
    ``time_share``, ``frequency``, ``importance``, ``core``, ``category``; rows with the same title
    and code are one occupation. JSON: an object with ``title`` and ``tasks`` (sentences, or objects
    with ``task`` and the columns above), or a list of such. Text: see ``parse_text``. Without a
    title, the file's name serves.

    Raises:
        InputError: naming file, line or element, value, what was expected and the mend.
    """
    path = Path(path)
    text = read_text(path)
    fallback = path.stem.replace("_", " ").replace("-", " ").strip().capitalize() or "Occupation"
    ending = path.suffix.lower()
    if ending == ".csv":
        return _from_csv(text, str(path), fallback)
    if ending == ".json":
        return _from_json(text, str(path), fallback)
    return [parse_text(text, title=fallback, where=str(path))]


def parse_text(text: str, *, title: str, where: str = "text") -> Occupation:
    """An occupation from plain text: one task a line, bullets and numbers before it taken off.

    A first line that starts with ``#`` is the title.

    Raises:
        InputError: if there is no task, or a line is not usable.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and lines[0].startswith("#"):
        title = lines.pop(0).lstrip("#").strip() or title
    tasks = [stripped for line in lines if (stripped := _BULLET.sub("", line).strip())]
    try:
        return Occupation(title=title, tasks=tasks)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _from_csv(text: str, where: str, fallback: str) -> list[Occupation]:
    rows = [
        (line, {name: "" if cell in _MISSING else cell for name, cell in row.items()})
        for line, row in parse_table(text, where, ["task"])
    ]
    if not rows:
        raise InputError(f"{where} has a header and no rows: expected one row a task")
    _check_columns(list(rows[0][1]), where)
    occupations: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
    for _, row in rows:
        row["title"] = row.get("title") or fallback
    for line, row in rows:
        key = (text_key(row["title"]), re.sub(r"\D", "", row.get("soc_code", ""))[:8].ljust(8, "0"))
        occupations.setdefault(key, []).append((line, row))
    made = []
    for lines in occupations.values():
        title, code = lines[0][1]["title"], lines[0][1].get("soc_code", "")
        tasks = []
        for line, row in lines:
            here = f"{where} line {line}"
            values: dict[str, Any] = {"task": row["task"], "category": row.get("category") or None}
            for name in _TASK_NUMBERS:
                values[name] = _number(row.get(name, ""), f"{here}, column {name}")
            if row.get("core"):
                values["core"] = _TRUTH.get(row["core"].lower(), row["core"])
            tasks.append(_task(values, here))
        line, first = lines[0]
        zone = _number(first.get("job_zone", ""), f"{where} line {line}, column job_zone")
        facts = {
            "title": title,
            "soc_code": code or None,
            "job_zone": zone,
            "description": first.get("description", ""),
        }
        made.append(_occupation(facts, tasks, f"{where} from line {line}"))
    return made


def _check_columns(columns: list[str], where: str) -> None:
    """Refuse a column that is nearly one we read: its values would be lost unseen."""
    from rapidfuzz import fuzz

    known = (_OCCUPATION_FIELDS - {"tasks"}) | _TASK_FIELDS
    for column in set(columns) - known:
        plain = re.sub(r"[\W_]", "", column.casefold())
        for name in sorted(known - set(columns)):
            if fuzz.ratio(plain, name.replace("_", "")) >= _NEARLY:
                raise InputError(
                    f"{where} line 1: unknown column {shown(column)}: expected {name!r}; rename it"
                )


def _number(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{where}: {shown(text)}: expected a number, or nothing") from None


def _from_json(text: str, where: str, fallback: str) -> list[Occupation]:
    try:
        data = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, where))
    except InputError:
        raise
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise InputError(f"{where} line {line}: not JSON ({error}): expected an object") from None
    items = data if isinstance(data, list) else [data]
    if not items:
        raise InputError(f"{where}: an empty list: expected at least one occupation")
    made = []
    for position, item in enumerate(items, start=1):
        here = f"{where}, occupation {position}"
        if not isinstance(item, dict) or not isinstance(item.get("tasks"), list):
            raise InputError(
                f"{here}: expected an object such as {{'title': 'Art Therapist', 'tasks': ['…']}}"
            )
        _check_fields(item, _OCCUPATION_FIELDS, here)
        tasks = []
        for number, task in enumerate(item["tasks"], start=1):
            values = task if isinstance(task, dict) else {"task": task}
            _check_fields(values, _TASK_FIELDS, f"{here}, task {number}")
            tasks.append(_task(values, f"{here}, task {number}"))
        made.append(_occupation({"title": fallback} | item, tasks, here))
    return made


def _object(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    """A JSON object; a field that is there twice would lose one of its values."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise InputError(
            f"{where}: field {shown(twice)} is there twice in an object: expected once"
        )
    return made


def _check_fields(item: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(item) - known)
    if unknown:
        found, expected = ", ".join(unknown)[:200], ", ".join(sorted(known))
        raise InputError(f"{where}: unknown field {found}: expected {expected}")


def _task(values: Mapping[str, Any], where: str) -> Task:
    core = values.get("core", True)
    if not isinstance(core, bool):
        raise InputError(f"{where}: core is {shown(core)}: expected true or false")
    try:
        return Task(
            values.get("task"),  # type: ignore[arg-type]  # checked there
            time_share=values.get("time_share"),
            frequency=values.get("frequency"),
            importance=values.get("importance"),
            core=core,
            category=values.get("category"),
        )
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _occupation(facts: Mapping[str, Any], tasks: list[Task], where: str) -> Occupation:
    try:
        return Occupation(
            title=facts["title"],
            tasks=tasks,
            soc_code=facts.get("soc_code"),
            job_zone=facts.get("job_zone"),
            description=facts.get("description") or "",
        )
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
