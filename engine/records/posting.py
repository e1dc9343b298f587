"""What a pasted posting says: its tasks, and every line that is no task, with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.errors import InputError
from engine.records.inputs import MAX_TASKS, SHARE_TOLERANCE, UNTITLED, Occupation, Task

DUTY = "duty"

KINDS = (
    DUTY,
    "requirement",
    "benefit",
    "blurb",
    "heading",
    "title",
    "legal",
    "contact",
    "trait",
    "date",
    "education",
    "skills",
    "other",
)
"""What a line or sentence of a posting is; only a duty is a task."""

REASONS = (*KINDS[1:], "negated", "repeated", "too_long", "decoration", "markup")
"""Why a line is left out: its kind; or it says what is not done, repeats a task, is longer than a
task may be, has no letters or digits, or is markup, such as a script of a web page."""

Span = tuple[int, int]
"""Start and end of a part of the text that was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingTask:
    """A task that a posting names.

    Attributes:
        text: the task, 1 to 800 characters, without bullet, address and time phrase.
        span: where the posting names it: ``posting.text[start:end]`` is the source.
        language: ISO 639-1 code, such as ``en``.
        time_share: share of working time that the posting names, in [0, 1]; None if none.
        probability: probability that the source is a duty, in [0, 1].
    """

    text: str
    span: Span
    language: str
    time_share: float | None = None
    probability: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutLine:
    """A line or sentence of a posting that is no task.

    Attributes:
        text: what a reader sees of it, without bullet; of markup, its source.
        reason: one of ``REASONS``.
        span: its place in the text that was given.
        probability: probability that it is a duty, in [0, 1].
    """

    text: str
    reason: str
    span: Span
    probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """An advert, a resume, a list of duties or a message, read into tasks.

    Every visible character of ``text`` is in the span of exactly one task or left-out line.

    Attributes:
        text: the text as it was given.
        tasks: in the order of the text; a repeated task counts once.
        left_out: all other lines, in the order of the text.
        title: job title; None if the text names none.
        department: None if the text names none.
        language: ISO 639-1 code of the whole text.
    """

    text: str
    tasks: tuple[PostingTask, ...]
    left_out: tuple[LeftOutLine, ...]
    title: str | None = None
    department: str | None = None
    language: str = "en"

    def __iter__(self) -> Iterator[PostingTask | LeftOutLine]:
        """Yield tasks and left-out lines in the order of the text."""
        items: list[PostingTask | LeftOutLine] = [*self.tasks, *self.left_out]
        return iter(sorted(items, key=lambda item: item.span))

    def occupation(self, title: str | None = None) -> Occupation:
        """Return the tasks as an occupation to score.

        Shares of time that sum to more than 1 are divided by their sum, because people name
        overlapping shares; tasks without a share then get no time. If all tasks have a share, the
        shares are rescaled to sum to 1.

        Args:
            title: title of the occupation; by default that of the posting, or "Pasted job".

        Raises:
            InputError: if the posting has no tasks, or more than ``MAX_TASKS``.
        """
        if not self.tasks:
            raise InputError(
                f"the posting has no tasks; all {len(self.left_out)} lines were left out; write "
                "what is done in the job, one task a line"
            )
        if len(self.tasks) > MAX_TASKS:
            raise InputError(
                f"the posting has {len(self.tasks):,} tasks, more than {MAX_TASKS:,}; paste one "
                "job at a time"
            )
        shares = scaled_shares([task.time_share for task in self.tasks])
        tasks = [
            Task(task.text, time_share=share)
            for task, share in zip(self.tasks, shares, strict=True)
        ]
        return Occupation(title or self.title or UNTITLED, tasks)


def scaled_shares(shares: Sequence[float | None]) -> list[float | None]:
    """Return the shares of time of a job's tasks, as people name them, so that they can be scored.

    Shares that sum to more than 1, or that all tasks have, are divided by their sum.

    Args:
        shares: share of each task, in [0, 1]; None if it is not named.
    """
    known = [share for share in shares if share is not None]
    total = sum(known)
    complete = len(known) == len(shares)
    if total > 1 + SHARE_TOLERANCE or (complete and total > 0):
        return [None if share is None else share / total for share in shares]
    return list(shares)
