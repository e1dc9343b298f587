"""What was read from a pasted job, in words: why each line is no task, and a summary."""

from __future__ import annotations

from engine.display.wording import marked
from engine.records.posting import LeftOutLine, Posting

REASON_WORDS = {
    "requirement": marked("requirement"),
    "benefit": marked("pay or benefit"),
    "blurb": marked("about the employer or the job"),
    "heading": marked("heading"),
    "title": marked("job title"),
    "legal": marked("legal notice"),
    "contact": marked("contact or how to apply"),
    "trait": marked("personal quality"),
    "date": marked("date or place"),
    "education": marked("education"),
    "skills": marked("list of skills"),
    "other": marked("not about the work"),
    "negated": marked("says what is not done"),
    "repeated": marked("repeats a task"),
    "too_long": marked("too long for one task"),
    "decoration": marked("no words"),
    "markup": marked("code of a web page"),
}
"""Reason why a line is no task -> its name for people."""

_LONGEST = 100
"""Characters of a left-out line that the terminal shows."""


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun: "1 task", "12 tasks"."""
    return f"{number:,} {noun}{'s' if number != 1 else ''}"


def shown_left_out(posting: Posting) -> list[LeftOutLine]:
    """Return the left-out lines that have words, in the order of the text."""
    return [line for line in posting.left_out if line.reason != "decoration"]


def posting_to_text(posting: Posting, where: str) -> str:
    """Return what was read as lines of text: the number of tasks, then each left-out line.

    Args:
        posting: as ``read_posting`` returns it.
        where: name of the source.
    """
    shown = shown_left_out(posting)
    summary = f"{where}: read {count_of(len(posting.tasks), 'task')}"
    if posting.title:
        summary += f" of {posting.title}"
    if not shown:
        return f"{summary}; left out nothing"
    lines = [f"{summary}; left out {count_of(len(shown), 'line')}:"]
    lines += [f"  {REASON_WORDS[line.reason]}: {_short(line.text)}" for line in shown]
    return "\n".join(lines)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"
