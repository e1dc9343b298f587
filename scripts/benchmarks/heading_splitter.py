"""Split a pasted job by headings and words alone: the baseline that a posting reader must beat."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.records.inputs import MAX_TASK_CHARACTERS
from engine.utils.text import BULLET, text_key

_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\"'][.!?;])\s+(?=[A-Z•\"'])")
_ADDRESS = re.compile(
    r"^(?:as (?:a|an|our) [^,]{1,60}, )?(?:in this (?:role|position),? )?"
    r"(?:(?:you|the successful candidate|the candidate|the incumbent)(?:'ll| will| shall| would)"
    r"(?: also)?(?: be (?:responsible for|expected to|asked to))?|"
    r"(?:you are |is )?responsible for|(?:your )?duties include|responsibilities include)[: ]\s*",
    re.IGNORECASE,
)
# Words in headings of a job advertisement: first of parts that are not about the work, then of
# parts that are.
_NOT_WORK = re.compile(
    r"\b(require|qualif|skill|benefit|we offer|what you bring|who you are|"
    r"about (us|the company|you)|salary|compensation|education|experience|"
    r"how to apply|perks|equal opportunity|location)",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\b(responsib|dut(y|ies)|task|what you('ll| will) do|the (role|job|work)|day[- ]to[- ]day)",
    re.IGNORECASE,
)
_MIN_WORDS, _HEADING_WORDS = 3, 8


@dataclass(frozen=True)
class SplitJob:
    """Tasks found in a text, and sentences that are not tasks."""

    tasks: tuple[str, ...]
    left_out: tuple[str, ...]


def split_job(text: str) -> SplitJob:
    """Split pasted text into tasks, in the order of the text; a repeated task counts once."""
    tasks: dict[str, str] = {}
    left_out: list[str] = []
    about_work = True
    for line in text.splitlines():
        plain = " ".join(line.split())
        stripped = BULLET.sub("", plain)
        if not any(character.isalpha() for character in stripped):
            continue
        if _is_heading(line, stripped):
            about_work = bool(_WORK.search(stripped)) or not _NOT_WORK.search(stripped)
            left_out.append(stripped)
            continue
        for sentence in _SENTENCE_END.split(stripped):
            task = _as_task(sentence)
            if not about_work or task is None:
                left_out.append(sentence)
            else:
                tasks.setdefault(text_key(task), task)
    return SplitJob(tuple(tasks.values()), tuple(left_out))


def _is_heading(line: str, stripped: str) -> bool:
    if BULLET.match(line):
        return False
    if line.lstrip().startswith("#") or stripped.endswith(":"):
        return True
    named = bool(_NOT_WORK.search(stripped) or _WORK.search(stripped))
    return named and len(stripped.split()) <= _HEADING_WORDS and stripped[-1] not in ".!?;"


def _as_task(sentence: str) -> str | None:
    """A sentence as a task, without the words that address the reader; None if it is not a task."""
    task = _ADDRESS.sub("", sentence.strip(" \t\"'"))
    if len(task.split()) < _MIN_WORDS or len(task) > MAX_TASK_CHARACTERS:
        return None
    if re.match(r"(we|our|you are|you have|join|apply|this is|i am|i'm)\b", task, re.IGNORECASE):
        return None
    return task[0].upper() + task[1:]
