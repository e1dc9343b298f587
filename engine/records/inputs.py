"""The values that go in and come out: frozen records, checked when they are made, without I/O."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import InputError, shown
from engine.records import rubric, soc
from engine.utils.text import clean

MAX_TASK_CHARACTERS = 800
"""A task is one sentence; MiniLM reads 256 tokens, which as much English text keeps within."""

MAX_TASKS = 1_000
"""An occupation has some ten to sixty tasks; far more means that another file was meant."""

UNTITLED = "Pasted job"
"""Title of a job that came without one; it says nothing of the job."""

SHARE_TOLERANCE = 0.005
"""Shares of time that sum to 1 within this are taken as complete and rescaled to sum to 1."""


def _number(value: object, name: str, low: float, high: float, hint: str = "") -> float | None:
    """``value`` as a float in [low, high], or None where it is missing (None, NaN)."""
    if value is None:
        return None
    try:
        if isinstance(value, (bool, str)) or type(value).__name__ == "bool":  # numpy has its own
            raise TypeError
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            f"{name} is {shown(value)}: expected a number from {low:g} to {high:g}"
        ) from None
    if math.isnan(number):
        return None
    if not low <= number <= high:
        raise InputError(f"{name} is {number:g}: expected a number from {low:g} to {high:g}{hint}")
    return number


def _check_unicode(text: str, name: str) -> None:
    """Half a character, as broken JSON escapes leave it, can be neither encoded nor written."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name} has a broken character at position {error.start + 1}: expected Unicode text; "
            "mend the encoding of the source"
        ) from None


def task_text(given: object) -> str:
    """The sentence of a task, white space folded.

    Raises:
        InputError: if it is not one sentence of text.
    """
    if not isinstance(given, str):
        raise InputError(
            f"task is {shown(given)}, a {type(given).__name__}: expected one sentence of text; "
            "remove the row or fill it in"
        )
    if not given.isascii():
        _check_unicode(given, "task")
    text = clean(given)
    if not text:
        raise InputError("task is blank: expected a sentence; remove it or fill it in")
    if len(text) > MAX_TASK_CHARACTERS:
        raise InputError(
            f"task has {len(text):,} characters ('{text[:40]}…'): expected one sentence of at "
            f"most {MAX_TASK_CHARACTERS:,}; split it into its tasks"
        )
    if not any(map(str.isalpha, text)):
        raise InputError(f"task {text[:40]!r} has no letters: expected one sentence of text")
    return text


@dataclass(frozen=True, slots=True)
class Task:
    """One sentence of work, with what is known of it.

    Attributes:
        text: the sentence; 1 to 800 characters, as ``engine.text.clean`` leaves it.
        time_share: share of working time, in [0, 1]; None where not given.
        frequency: how often it is done, in occurrences a year, ≥ 0; None where not known.
        importance: O*NET importance, from 1 to 5; None where not known.
        core: False for an O*NET supplemental task, whose importance counts half.
        category: work-activity group, one of ``taxonomy.CATEGORIES``; None lets the engine tell.

    Raises:
        InputError: if a value is missing, of the wrong kind or out of its range.
    """

    text: str
    time_share: float | None = None
    frequency: float | None = None
    importance: float | None = None
    core: bool = True
    category: str | None = None

    def __post_init__(self) -> None:
        text = task_text(self.text)
        if self.category is not None and self.category not in rubric.CATEGORIES:
            raise InputError(
                f"category {shown(self.category)} is unknown: expected one of "
                + "; ".join(rubric.CATEGORIES)
            )
        if not isinstance(self.core, bool):
            raise InputError(f"core is {shown(self.core)}: expected True, or False if supplemental")
        # Frozen: normalised values are set once, here.
        object.__setattr__(self, "text", text)
        hint = "; write 0.2 for 20 %"
        share = _number(self.time_share, "time_share", 0.0, 1.0, hint)
        object.__setattr__(self, "time_share", share)
        frequency = _number(self.frequency, "frequency", 0.0, 1e6)
        object.__setattr__(self, "frequency", frequency)
        importance = _number(self.importance, "importance", 1.0, 5.0)
        object.__setattr__(self, "importance", importance)


def as_tasks(tasks: object, where: str = "tasks") -> tuple[Task, ...]:
    """``tasks`` (strings or ``Task``) as a tuple of at least one ``Task``.

    Raises:
        InputError: naming ``where`` and the position (from 1) of the task at fault.
    """
    if hasattr(tasks, "columns"):
        raise InputError(
            f"{where}: got a table: expected a list of sentences; give its column of tasks, as "
            "table['task'].tolist()"
        )
    if isinstance(tasks, (str, bytes, Task, Mapping)) or not isinstance(tasks, Iterable):
        raise InputError(
            f"{where}: got a single {type(tasks).__name__}: expected a list of sentences, such as "
            "['Write case summaries for clients.']"
        )
    given = list(tasks)
    if not given:
        raise InputError(f"{where}: there are no tasks: expected at least one sentence of work")
    if len(given) > MAX_TASKS:
        raise InputError(
            f"{where}: {len(given):,} tasks: expected at most {MAX_TASKS:,} in one call; "
            "score them in parts"
        )
    made = []
    for position, task in enumerate(given, start=1):
        try:
            made.append(task if isinstance(task, Task) else Task(task))
        except InputError as error:
            raise InputError(f"{where}, task {position}: {error}") from None
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation to score: a title and its tasks.

    Attributes:
        title: what people call it; not blank.
        tasks: sentences or ``Task``; at least one; kept as a tuple of ``Task``.
        soc_code: O*NET-SOC code; reference tasks of the same occupation are then left out of its
            evidence. None for a job of no known code.
        job_zone: O*NET job zone, from 1 (little preparation) to 5 (extensive); None if unknown.
        description: one or two sentences; may be empty.

    Raises:
        InputError: if a part is missing or wrong, or the shares of time do not fit together.
    """

    title: str
    tasks: Sequence[str | Task]
    soc_code: str | None = None
    job_zone: int | None = None
    description: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.title, str) or not self.title.strip():
            raise InputError(f"occupation title is {shown(self.title)}: expected a name, not blank")
        title = " ".join(self.title.split())
        _check_unicode(title, "occupation title")
        where = f"occupation {title[:60]!r}"
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "tasks", as_tasks(self.tasks, where))
        if self.soc_code is not None:
            try:
                object.__setattr__(self, "soc_code", soc.parse_soc(self.soc_code))
            except InputError as error:
                raise InputError(f"{where}: {error}") from None
        try:
            zone = _number(self.job_zone, "job_zone", 1, 5)
            if zone is not None and not zone.is_integer():
                raise InputError(f"job_zone is {zone:g}: expected a whole number from 1 to 5")
            if not isinstance(self.description, str):
                raise InputError(
                    f"description is a {type(self.description).__name__}: expected text, or ''"
                )
            _check_unicode(self.description, "description")
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
        object.__setattr__(self, "job_zone", None if zone is None else int(zone))
        check_time_shares([task.time_share for task in self.task_records], where)

    @property
    def task_records(self) -> tuple[Task, ...]:
        """The tasks as ``Task`` records, which is what the constructor made of them."""
        return self.tasks  # type: ignore[return-value]


def check_time_shares(shares: Sequence[float | None], where: str) -> None:
    """Raise ``InputError`` if given shares exceed 1 together, or are all given and fall short."""
    given = [share for share in shares if share is not None]
    total = math.fsum(given)
    complete = len(given) == len(shares)
    if total > 1 + SHARE_TOLERANCE or (complete and total < 1 - SHARE_TOLERANCE):
        expected = "exactly 1" if complete else "at most 1, as some tasks have none"
        raise InputError(
            f"{where}: time_share sums to {total:.4g} over {len(given)} tasks: expected "
            f"{expected}; correct the shares, or leave some empty and they are completed"
        )
