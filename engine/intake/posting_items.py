"""Make the items of a posting, so that every visible character is in exactly one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.intake.duty_text import ClauseSplitter, fits, without_address
from engine.intake.pasted_text import mask_markup
from engine.intake.posting_segments import Segment
from engine.records.posting import LeftOutLine, PostingTask, Span
from engine.utils.text import clean

Item = PostingTask | LeftOutLine

_MAX_TAGS = 400
"""Markup between two lines that is longer than this is an item of its own."""


def left_out(segment: Segment, reason: str, probability: float) -> LeftOutLine:
    """Return a segment as a left-out line."""
    return LeftOutLine(
        text=segment.text or segment.bullet,
        reason=reason,
        span=(segment.start, segment.end),
        probability=probability,
    )


def tasks_of(
    text: str,
    segment: Segment,
    timeless: str,
    *,
    share: float | None,
    language: str,
    probability: float,
    splitter: ClauseSplitter,
) -> list[Item]:
    """Return the tasks of a duty, or a left-out line if it cannot be a task.

    A line with a bullet is one task, as its author counts. Other sentences are split into clauses,
    which share the time of the sentence equally.

    Args:
        text: the whole text.
        segment: the duty.
        timeless: what it says apart from its share of time.
        share: share of working time, in [0, 1]; None if unknown.
        language: ISO 639-1 code.
        probability: of a duty, in [0, 1].
        splitter: splits a sentence into clauses.
    """
    whole = (segment.start, segment.end)
    task = clean(without_address(timeless))
    clauses, spans = [task], [whole]
    if not segment.bullet:
        split = splitter.split(task, language)
        located = _locate(mask_markup(text[slice(*whole)]), split, segment.start)
        if located is not None:
            clauses, spans = [clean(without_address(clause)) for clause in split], located
    if not all(map(fits, clauses)):
        return [left_out(segment, "too_long", probability)]
    return [
        PostingTask(
            text=clause,
            span=span,
            language=language,
            time_share=None if share is None else share / len(clauses),
            probability=probability,
        )
        for clause, span in zip(clauses, spans, strict=True)
    ]


def _locate(source: str, clauses: Sequence[str], offset: int) -> list[Span] | None:
    """Return the span of each clause in its source; None if one is not found."""
    starts = [0]
    for clause in clauses[1:]:
        words = r"\s+".join(map(re.escape, clause.split()[:3]))
        found = re.compile(words, re.IGNORECASE).search(source, starts[-1] + 1)
        if found is None:
            return None
        starts.append(found.start())
    ends = [*starts[1:], len(source)]
    return [
        (offset + start, offset + start + len(source[start:end].rstrip()))
        for start, end in zip(starts, ends, strict=True)
    ]


def fill_gaps(text: str, items: Sequence[Item]) -> list[Item]:
    """Put the markup between items into them, or into items of its own if it is long.

    Args:
        text: the whole text.
        items: with disjoint spans, in the order of the text.
    """
    filled: list[Item] = []
    end = 0
    for item in items:
        start, end_of_item = item.span
        gap = text[end:start]
        if gap.strip():
            visible = (end + len(gap) - len(gap.lstrip()), end + len(gap.rstrip()))
            if len(gap) > _MAX_TAGS:
                filled.append(_markup(text, visible))
            else:
                item = replace(item, span=(visible[0], end_of_item))
        filled.append(item)
        end = end_of_item
    rest = text[end:].rstrip()
    if rest.strip():
        if filled and len(rest) <= _MAX_TAGS:
            last = filled.pop()
            filled.append(replace(last, span=(last.span[0], end + len(rest))))
        else:
            filled.append(_markup(text, (end + len(rest) - len(rest.lstrip()), end + len(rest))))
    return filled


def _markup(text: str, span: Span) -> LeftOutLine:
    return LeftOutLine(text=text[slice(*span)], reason="markup", span=span)
