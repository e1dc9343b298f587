"""Tasks and occupations to score: immutable records that check their values on creation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass

from engine.display.wording import marked
from engine.errors import InputError, abbreviate
from engine.records import codes, rubric
from engine.utils.text import clean

MAX_TASK_CHARACTERS = 800
"""Maximum length of a task. MiniLM reads 256 tokens, which fits this much English text."""

MAX_TASKS = 1_000
"""Maximum number of tasks of an occupation. Most have ten to sixty; more suggest a wrong file."""

UNTITLED = marked("Pasted job")
"""Title of a job that has none; the engine does not interpret it."""

SHARE_TOLERANCE = 0.005
"""The sum of time shares may differ from 1 by this much; they are rescaled to sum to 1."""


def task_text(value: object) -> str:
    """Return the sentence of a task as ``engine.utils.text.clean`` leaves it.

    Raises:
        InputError: if ``value`` is not text, or is blank, too long or without letters.
    """
    if not isinstance(value, str):
        raise InputError(
            f"task is {abbreviate(value)}, which is not text; write a sentence or remove it"
        )
    if not value.isascii():
        _check_unicode(value, "task")
    text = clean(value)
    if not text:
        raise InputError("task is blank; write a sentence or remove it")
    if len(text) > MAX_TASK_CHARACTERS:
        raise InputError(
            f"task has {len(text):,} characters ({text[:40]!r}…), more than "
            f"{MAX_TASK_CHARACTERS:,}; split it into several tasks"
        )
    if not any(map(str.isalpha, text)):
        raise InputError(f"task {text[:40]!r} has no letters; write a sentence or remove it")
    return text


@dataclass(frozen=True, slots=True)
class Task:
    """A task to score: one sentence of work and, if known, how much time it takes.

    Attributes:
        text: the sentence, 1 to 800 characters, cleaned by ``engine.utils.text.clean``.
        time_share: share of working time, in [0, 1]; None if unknown.
        frequency: occurrences a year, in [0, 1e6]; None if unknown.
        importance: O*NET importance, in [1, 5]; None if unknown.
        core: False for an O*NET supplemental task, whose importance counts half.
        category: work-activity group, one of ``rubric.CATEGORIES``; None to let the engine
            estimate it.

    Raises:
        InputError: if a value has the wrong type or is out of range.
    """

    text: str
    _: KW_ONLY
    time_share: float | None = None
    frequency: float | None = None
    importance: float | None = None
    core: bool = True
    category: str | None = None

    def __post_init__(self) -> None:
        # The record is frozen, so object.__setattr__ stores the normalized values.
        object.__setattr__(self, "text", task_text(self.text))
        if self.category is not None and self.category not in rubric.CATEGORIES:
            raise InputError(
                f"category {abbreviate(self.category)} is unknown; give one of: "
                + "; ".join(rubric.CATEGORIES)
            )
        if not isinstance(self.core, bool):
            raise InputError(
                f"core is {abbreviate(self.core)}; give True, or False for a supplemental task"
            )
        for name, low, high, hint in (
            ("time_share", 0.0, 1.0, ", such as 0.2 for 20%"),
            ("frequency", 0.0, 1e6, " a year"),
            ("importance", 1.0, 5.0, ""),
        ):
            object.__setattr__(self, name, _number(getattr(self, name), name, low, high, hint))


def as_tasks(tasks: object, where: str = "tasks", *, limit: int | None = None) -> tuple[Task, ...]:
    """Return a list of sentences or ``Task`` records as a tuple of at least one ``Task``.

    Args:
        tasks: sentences or records.
        where: what they belong to, for errors.
        limit: maximum number of them; any number if None.

    Raises:
        InputError: naming ``where`` and the position, from 1, of an invalid task.
    """
    if hasattr(tasks, "columns"):
        raise InputError(
            f"{where}: a table is not a list of sentences; give its column of tasks, such as "
            "table['task'].tolist()"
        )
    if isinstance(tasks, (str, bytes, Task, Mapping)) or not isinstance(tasks, Iterable):
        raise InputError(
            f"{where}: {abbreviate(tasks)} is not a list; give a list of sentences, such as "
            "['Write case summaries for clients.']"
        )
    items = list(tasks)
    if not items:
        raise InputError(f"{where}: there are no tasks; give at least one sentence")
    if limit is not None and len(items) > limit:
        raise InputError(f"{where}: {len(items):,} tasks are more than {limit:,}; split them")
    records = []
    for position, task in enumerate(items, start=1):
        try:
            records.append(task if isinstance(task, Task) else Task(task))
        except InputError as error:
            raise InputError(f"{where}, task {position}: {error}") from None
    return tuple(records)


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation to score: a title and its tasks.

    Attributes:
        title: name of the occupation; not blank.
        tasks: one or more sentences or ``Task`` records; stored as a tuple of ``Task``.
        soc_code: O*NET-SOC code, or that of a unit group of ISCO-08, such as ISCO-3313; or None.
            Scoring leaves out the reference tasks of this code.
        job_zone: O*NET job zone, from 1 (little preparation) to 5 (extensive); None if unknown.
        description: one or two sentences; may be empty.

    Raises:
        InputError: if a value has the wrong type or is out of range, or the time shares do not
            add up.
    """

    title: str
    tasks: Sequence[str | Task]
    _: KW_ONLY
    soc_code: str | None = None
    job_zone: int | None = None
    description: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.title, str) or not self.title.strip():
            raise InputError(f"occupation title is {abbreviate(self.title)}; give it a name")
        title = " ".join(self.title.split())
        _check_unicode(title, "occupation title")
        where = f"occupation {title[:60]!r}"
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "tasks", as_tasks(self.tasks, where, limit=MAX_TASKS))
        try:
            if self.soc_code is not None:
                object.__setattr__(self, "soc_code", codes.parse_code(self.soc_code))
            object.__setattr__(self, "job_zone", _job_zone(self.job_zone))
            if not isinstance(self.description, str):
                raise InputError(
                    f"description is {abbreviate(self.description)}; give text, or '' for none"
                )
            _check_unicode(self.description, "description")
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
        check_time_shares([task.time_share for task in self.task_records], where)

    @property
    def task_records(self) -> tuple[Task, ...]:
        """The tasks, as the constructor stored them."""
        return self.tasks  # type: ignore[return-value]


def check_time_shares(shares: Sequence[float | None], where: str) -> None:
    """Check that time shares can sum to 1.

    Args:
        shares: in [0, 1]; None for a task whose share the engine estimates.
        where: what they belong to, for errors.

    Raises:
        InputError: if the shares sum to more than 1, or are all known and sum to less than 1.
    """
    known = [share for share in shares if share is not None]
    total = math.fsum(known)
    complete = len(known) == len(shares)
    if total > 1 + SHARE_TOLERANCE or (complete and total < 1 - SHARE_TOLERANCE):
        fix = (
            "make it sum to 1, or leave some shares blank and the engine fills them in"
            if complete
            else "make it sum to at most 1, because the other tasks need time too"
        )
        raise InputError(f"{where}: time_share sums to {total:.4g} over {len(known)} tasks; {fix}")


def _job_zone(value: object) -> int | None:
    zone = _number(value, "job_zone", 1, 5)
    if zone is not None and not zone.is_integer():
        raise InputError(f"job_zone is {zone:g}; give a whole number from 1 to 5")
    return None if zone is None else int(zone)


def _number(value: object, name: str, low: float, high: float, hint: str = "") -> float | None:
    """Return ``value`` as a float in [low, high], or None if it is missing (None or NaN)."""
    if value is None:
        return None
    message = f"give a number from {low:g} to {high:g}{hint}"
    try:
        if isinstance(value, (bool, str)) or type(value).__name__ == "bool":  # numpy has its own
            raise TypeError
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name} is {abbreviate(value)}; {message}") from None
    if math.isnan(number):
        return None
    if not low <= number <= high:
        raise InputError(f"{name} is {number:g}; {message}")
    return number


def _check_unicode(text: str, name: str) -> None:
    """Reject half of a surrogate pair, which a broken JSON escape leaves and no file can hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name} has a broken character at position {error.start + 1}; fix the encoding of "
            "its source"
        ) from None
