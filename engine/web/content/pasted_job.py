"""A job that a reader pastes: the lines of its form, and the job that they make."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from engine.display.wording import gettext, phrase, spoken
from engine.records.inputs import MAX_TASKS, UNTITLED, Occupation, Task
from engine.records.posting import Posting, PostingTask, scaled_shares
from engine.report.posting import REASON_WORDS, shown_left_out
from engine.web import MAX_TYPED_CHARACTERS
from engine.web.content.faults import PageError
from engine.web.content.time_form import as_typed, time_fault

_MAX_LINK_CHARACTERS = 30_000
"""Programs that pass links on cut longer ones."""

_TASK, _SHARE, _GIVEN = "task-", "share-", "given-"
"""Fields of a form start with these; the number of the line follows."""


_NUMBER = re.compile(r"0|[1-9][0-9]{0,5}")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a pasted text, as the preview shows it.

    Attributes:
        text: the task, or what was left out.
        is_task: whether it is to be scored.
        kind: in words, why the reader left it out; "" for a task.
        share: Time % as typed; "" if unknown.
    """

    text: str
    is_task: bool
    kind: str = ""
    share: str = ""


def lines_of(posting: Posting) -> list[Line]:
    """Return the lines of a posting in the order of the text, without those that have no words."""
    shown = {line.span for line in shown_left_out(posting)}
    lines = []
    for item in posting:
        if isinstance(item, PostingTask):
            share = "" if item.time_share is None else as_typed(item.time_share).removesuffix(".0")
            lines.append(Line(text=item.text, is_task=True, share=share))
        elif item.span in shown:
            lines.append(
                Line(text=item.text, is_task=False, kind=phrase(REASON_WORDS[item.reason]))
            )
    return lines


def as_sent(lines: Sequence[Line], form: Mapping[str, object]) -> list[Line]:
    """Return the lines as a reader left them in the form of the preview."""
    return [
        Line(
            text=line.text,
            is_task=f"{_TASK}{number}" in form,
            kind=line.kind,
            share=str(form.get(f"{_SHARE}{number}", ""))[:20],
        )
        for number, line in enumerate(lines)
    ]


@dataclass(frozen=True, kw_only=True)
class PastedJob:
    """A job of one task a line.

    Attributes:
        title: "" if unknown.
        department: "" if unknown.
        tasks: sentences.
        shares: share of time of each task as the reader gave it, in [0, 1]; None if unknown.
    """

    title: str
    department: str
    tasks: tuple[str, ...]
    shares: tuple[float | None, ...]

    @classmethod
    def of_lines(cls, form: Mapping[str, object]) -> PastedJob:
        """Return the job of one task a line in the field ``text``.

        Raises:
            InputError: if there are no tasks, or a share is invalid.
        """
        tasks = [line for line in str(form.get("text", "")).splitlines() if line.strip()]
        shares = [_share(form.get(f"{_GIVEN}{number}", ""), number) for number in range(len(tasks))]
        return cls._of(form, tasks, shares)

    @classmethod
    def of_preview(cls, form: Mapping[str, object]) -> PastedJob:
        """Return the job of the lines that are checked in the preview.

        Raises:
            InputError: if no line is checked, or a share is invalid.
        """
        numbers = [name.removeprefix(_TASK) for name in form if name.startswith(_TASK)]
        checked = sorted({int(number) for number in numbers if _NUMBER.fullmatch(number)})
        if not checked:
            raise PageError(gettext("No line is checked. Check the lines that are tasks."))
        tasks = [" ".join(str(form[f"{_TASK}{number}"]).split()) for number in checked]
        shares = [
            _share(form.get(f"{_SHARE}{line}", ""), number) for number, line in enumerate(checked)
        ]
        return cls._of(form, tasks, shares)

    @classmethod
    def _of(
        cls, form: Mapping[str, object], tasks: Sequence[str], shares: Sequence[float | None]
    ) -> PastedJob:
        if len(tasks) > MAX_TASKS:
            raise PageError(
                gettext(
                    "There are %(count)s tasks. At most %(most)s can be scored.",
                    count=spoken().decimal(len(tasks)),
                    most=spoken().decimal(MAX_TASKS),
                )
            )
        title, department = (
            str(form.get(name, "")).strip()[:MAX_TYPED_CHARACTERS]
            for name in ("title", "department")
        )
        return cls(title=title, department=department, tasks=tuple(tasks), shares=tuple(shares))

    def occupation(self) -> Occupation:
        """Return the job to score; its shares of time are those of ``scaled_shares``.

        Raises:
            InputError: naming the task that is invalid.
        """
        shares = scaled_shares(self.shares)
        tasks = [
            Task(text, time_share=share) for text, share in zip(self.tasks, shares, strict=True)
        ]
        return Occupation(self.title or UNTITLED, tasks)

    def fields(self) -> list[tuple[str, str]]:
        """Return the fields of a form that sends the job again, for ``of_lines``."""
        known = [("title", self.title), ("department", self.department)]
        known += [
            (f"{_GIVEN}{number}", f"{100 * share:.6g}")
            for number, share in enumerate(self.shares)
            if share is not None
        ]
        return [(name, value) for name, value in known if value] + [("text", "\n".join(self.tasks))]

    def fragment(self) -> str:
        """Return the job as the fragment of a link, which browsers do not send; "" if too long."""
        encoded = urlencode(self.fields())
        return encoded if len(encoded) <= _MAX_LINK_CHARACTERS else ""


def _share(typed: object, number: int) -> float | None:
    """Return a typed Time % as a share in [0, 1]; None if it is blank."""
    text = str(typed).strip().removesuffix("%")
    if not text:
        return None
    try:
        share = float(text) / 100
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise PageError(time_fault(number, str(typed)))
    return share
