"""Read occupations from CSV, JSON or plain text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from engine.errors import InputError, abbreviate
from engine.records.inputs import Occupation, Task
from engine.utils.delimited import parse_table, read_text
from engine.utils.text import BULLET, text_key

Kind = Literal["csv", "json", "text"]

_TASK_NUMBERS = ("time_share", "frequency", "importance")
_OCCUPATION_FIELDS = {"title", "soc_code", "job_zone", "description", "tasks"}
_TASK_FIELDS = {"task", "category", "core", *_TASK_NUMBERS}
_BOOLEANS = {"true": True, "false": False}

_MISSING = {"NaN", "nan", "NA", "N/A", "n/a", "null", "None"}
"""How programs write a missing value in a CSV file."""

_MIN_TYPO_RATIO = 85.0
"""An unknown column this similar to a known one (rapidfuzz ratio, 0 to 100) is a typo."""

_Row = tuple[int, dict[str, str]]


def read_occupations(path: str | Path, *, kind: Kind | None = None) -> list[Occupation]:
    """Read the occupations in a file.

    Args:
        path: the file.
        kind: as for ``parse_occupations``; by default ``csv`` or ``json`` if the file name ends
            so, and ``text`` otherwise.

    Raises:
        InputError: naming the file, the line or element, what is wrong and how to fix it.
    """
    path = Path(path)
    endings: dict[str, Kind] = {".csv": "csv", ".json": "json"}
    kind = kind or endings.get(path.suffix.lower(), "text")
    title = title_of_file(path)
    return parse_occupations(read_text(path), title=title, kind=kind, where=str(path))


def title_of_file(path: Path) -> str:
    """Return the title of an occupation whose file names none: ``my_job.txt`` -> "My job"."""
    return path.stem.replace("_", " ").replace("-", " ").strip().capitalize() or "Occupation"


def parse_occupations(
    text: str, *, title: str, kind: Kind = "text", where: str = "text"
) -> list[Occupation]:
    """Parse the occupations in a text.

    ``csv`` has a column ``task`` and optionally ``title``, ``soc_code``, ``job_zone``,
    ``description``, ``time_share``, ``frequency``, ``importance``, ``core`` and ``category``. Rows
    with the same title and code are one occupation.

    ``json`` is an object, or a list of objects, with ``tasks`` and optionally the occupation's
    columns above. A task is a sentence, or an object with ``task`` and the task's columns above.

    ``text`` is one occupation with one task a line, with or without bullets and numbers. If the
    first line starts with ``#``, it is the title.

    Args:
        text: content of a file or stream.
        title: title of an occupation that has none in the text.
        kind: ``csv``, ``json`` or ``text``.
        where: name of the source, for errors.

    Raises:
        InputError: naming the source, the line or element, what is wrong and how to fix it.
    """
    parse = {"csv": _from_csv, "json": _from_json, "text": _from_text}[kind]
    return parse(text, where, title)


def _from_text(text: str, where: str, title: str) -> list[Occupation]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and lines[0].startswith("#"):
        title = lines.pop(0).lstrip("#").strip() or title
    tasks = [task for line in lines if (task := BULLET.sub("", line).strip())]
    try:
        return [Occupation(title=title, tasks=tasks)]
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _from_csv(text: str, where: str, title: str) -> list[Occupation]:
    rows: list[_Row] = [
        (line, {name: "" if cell in _MISSING else cell for name, cell in row.items()})
        for line, row in parse_table(text, where, ["task"])
    ]
    if not rows:
        raise InputError(f"{where} has a header but no rows; add one row per task")
    _check_columns(list(rows[0][1]), where)
    by_occupation: dict[tuple[str, str], list[_Row]] = {}
    for line, row in rows:
        row["title"] = row.get("title") or title
        digits = re.sub(r"\D", "", row.get("soc_code", ""))[:8].ljust(8, "0")
        by_occupation.setdefault((text_key(row["title"]), digits), []).append((line, row))
    return [_occupation_of_rows(group, where) for group in by_occupation.values()]


def _occupation_of_rows(rows: list[_Row], where: str) -> Occupation:
    """Return the occupation of rows with the same title and code; the first row describes it."""
    line, first = rows[0]
    zone = _parse_number(first.get("job_zone", ""), f"{where} line {line}, column job_zone")
    fields = {
        "title": first["title"],
        "soc_code": first.get("soc_code") or None,
        "job_zone": zone,
        "description": first.get("description", ""),
    }
    tasks = [_task_of_row(row, f"{where} line {line}") for line, row in rows]
    return _occupation(fields, tasks, f"{where} from line {line}")


def _task_of_row(row: Mapping[str, str], where: str) -> Task:
    fields: dict[str, Any] = {"task": row["task"], "category": row.get("category") or None}
    for name in _TASK_NUMBERS:
        fields[name] = _parse_number(row.get(name, ""), f"{where}, column {name}")
    if core := row.get("core"):
        fields["core"] = _BOOLEANS.get(core.lower(), core)
    return _task(fields, where)


def _check_columns(columns: list[str], where: str) -> None:
    """Reject a misspelled column: ignoring it would lose its values silently."""
    from rapidfuzz import fuzz

    known = (_OCCUPATION_FIELDS - {"tasks"}) | _TASK_FIELDS
    missing = sorted(known - set(columns))
    for column in set(columns) - known:
        plain = re.sub(r"[\W_]", "", column.casefold())
        for name in missing:
            if fuzz.ratio(plain, name.replace("_", "")) >= _MIN_TYPO_RATIO:
                raise InputError(
                    f"{where} line 1: unknown column {abbreviate(column)}; rename it to {name!r}"
                )


def _parse_number(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(
            f"{where}: {abbreviate(text)} is not a number; write a number or leave it blank"
        ) from None


def _from_json(text: str, where: str, title: str) -> list[Occupation]:
    try:
        data = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, where))
    except InputError:
        raise
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise InputError(f"{where} line {line}: invalid JSON ({error}); correct it") from None
    items = data if isinstance(data, list) else [data]
    if not items:
        raise InputError(f"{where}: the list is empty; add at least one occupation")
    return [
        _occupation_of_object(item, f"{where}, occupation {position}", title)
        for position, item in enumerate(items, start=1)
    ]


def _occupation_of_object(item: Any, where: str, title: str) -> Occupation:
    if not isinstance(item, dict) or not isinstance(item.get("tasks"), list):
        raise InputError(
            f"{where}: {abbreviate(item)} has no list of tasks; write an object such as "
            '{"title": "Art Therapist", "tasks": ["Write case summaries for clients."]}'
        )
    _check_fields(item, _OCCUPATION_FIELDS, where)
    tasks = []
    for number, task in enumerate(item["tasks"], start=1):
        fields = task if isinstance(task, dict) else {"task": task}
        _check_fields(fields, _TASK_FIELDS, f"{where}, task {number}")
        tasks.append(_task(fields, f"{where}, task {number}"))
    return _occupation({"title": title} | item, tasks, where)


def _object(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    """Return the fields of a JSON object; a duplicate field would lose one of its values."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        name, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise InputError(f"{where}: duplicate field {abbreviate(name)}; remove one")
    return fields


def _check_fields(item: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(item) - known):
        raise InputError(
            f"{where}: unknown field {', '.join(unknown)[:200]}; use only "
            f"{', '.join(sorted(known))}"
        )


def _task(fields: Mapping[str, Any], where: str) -> Task:
    core = fields.get("core", True)
    if not isinstance(core, bool):
        raise InputError(f"{where}: core is {abbreviate(core)}; write true or false")
    try:
        return Task(
            fields.get("task"),  # type: ignore[arg-type]  # Task checks it
            time_share=fields.get("time_share"),
            frequency=fields.get("frequency"),
            importance=fields.get("importance"),
            core=core,
            category=fields.get("category"),
        )
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _occupation(fields: Mapping[str, Any], tasks: list[Task], where: str) -> Occupation:
    try:
        return Occupation(
            fields["title"],
            tasks,
            soc_code=fields.get("soc_code"),
            job_zone=fields.get("job_zone"),
            description=fields.get("description") or "",
        )
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
