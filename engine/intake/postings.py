"""Read a pasted advert, resume, list of duties or message into tasks.

This is the one reader for Python, the command line, the API and the pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.encoders.base import Encoder
from engine.intake.duty_text import ClauseSplitter, is_negated
from engine.intake.pasted_text import check_pasted
from engine.intake.posting_items import fill_gaps, left_out, tasks_of
from engine.intake.posting_segments import Segment, split_segments
from engine.intake.posting_titles import clean_title, find_department
from engine.intake.segment_classifier import SegmentClassifier, shipped
from engine.intake.time_phrases import find_time, has_bare_percent
from engine.records.posting import DUTY, KINDS, LeftOutLine, Posting, PostingTask
from engine.utils.language import identify, identify_together
from engine.utils.text import text_key

BRIEF, BRIEF_ODDS = 3, 12.0
"""Texts of so few lines are mostly duties that somebody typed, unlike the documents learned from.

So the odds of a duty are multiplied, as for another prior (Saerens, Latinne & Decaestecker 2002,
Adjusting the Outputs of a Classifier to New a Priori Probabilities, Neural Computation 14).
"""

DUTY_THRESHOLD = 0.5
"""Probability from which a line is a duty."""

NEGATED, REPEATED, DECORATION = "negated", "repeated", "decoration"

_MAYBE_NEGATED = {DUTY, "trait", "blurb", "benefit", "requirement", "other"}
"""Kinds of lines that may say what is not done."""

_MIN_LISTED = 2
"""Lines with a bare percentage that show that percentages are shares of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSegment:
    """A segment, and what the reader makes of it.

    Attributes:
        segment: as the text has it.
        timeless: without the words that name a share of time.
        share: that share, in [0, 1]; None if there is none.
        language: ISO 639-1 code.
        kind: one of ``KINDS``, or ``negated`` or ``decoration``.
        probability: of a duty, in [0, 1].
    """

    segment: Segment
    timeless: str
    share: float | None
    language: str
    kind: str
    probability: float


def read_posting(text: str) -> Posting:
    """Read a pasted text into its tasks and the lines that are none.

    The text may be an advert, a resume, a list of duties, an e-mail or plain prose, in English,
    German, Spanish or French. HTML is read as a browser shows it. Loads a sentence encoder at the
    first call; any number of threads may call it.

    Args:
        text: at most 200,000 characters, and 3,000 lines and sentences.

    Raises:
        InputError: if it is not text, blank, too long, or the content of a binary file.
        EncoderError: if the files of the reader are missing or modified.
    """
    return read_with(text, *shipped())


def read_with(text: str, classifier: SegmentClassifier, encoder: Encoder) -> Posting:
    """Read a posting as ``read_posting`` does, with another classifier.

    Args:
        text: the pasted text.
        classifier: learned from vectors of the encoder.
        encoder: encoder of the sentences.
    """
    segments = split_segments(check_pasted(text))
    plain = timeless(segments)
    vectors = encoder.encode([segment.text for segment in plain]) if plain else np.zeros((0, 1))
    texts = [segment.text for segment in segments]
    probabilities = classifier.probabilities(plain, vectors)
    read = read_segments(segments, probabilities, identify_together(texts))
    return _posting(text, read, classifier, identify(" ".join(texts)))


def read_segments(
    segments: Sequence[Segment], probabilities: np.ndarray, of_segment: Sequence[str]
) -> list[ReadSegment]:
    """Decide what each segment is.

    Args:
        segments: of one text.
        probabilities: of each kind, shape (n_segments, n_kinds), for the timeless segments.
        of_segment: language of each segment.
    """
    plain = timeless(segments)
    listed = _lists_percentages(segments)
    if len(segments) <= BRIEF:
        probabilities = _with_odds(probabilities, BRIEF_ODDS)
    read = []
    for segment, without, row, language in zip(
        segments, plain, probabilities, of_segment, strict=True
    ):
        time = find_time(segment.text, listed=listed)
        read.append(
            ReadSegment(
                segment=segment,
                timeless=without.text,
                share=time.share if time else None,
                language=language,
                kind=_kind(without, row, language),
                probability=float(row[0]),
            )
        )
    return read


def _with_odds(probabilities: np.ndarray, factor: float) -> np.ndarray:
    """Return probabilities, shape (n_segments, n_kinds), with other odds of the first kind."""
    weighted = probabilities * np.where(np.arange(probabilities.shape[1]) == 0, factor, 1.0)
    return np.asarray(weighted / weighted.sum(axis=1, keepdims=True))


def _kind(segment: Segment, probabilities: np.ndarray, language: str) -> str:
    if not segment.has_words:
        return DECORATION
    duty = probabilities[0] >= DUTY_THRESHOLD
    kind = DUTY if duty else KINDS[1 + int(np.argmax(probabilities[1:]))]
    negated = kind in _MAYBE_NEGATED and is_negated(segment.text, language, alone=not duty)
    return NEGATED if negated else kind


def timeless(segments: Sequence[Segment]) -> list[Segment]:
    """Return segments whose text lacks the percentage of time that they name."""
    listed = _lists_percentages(segments)
    found = [find_time(segment.text, listed=listed) for segment in segments]
    return [
        replace(segment, text=time.rest) if time else segment
        for segment, time in zip(segments, found, strict=True)
    ]


def _lists_percentages(segments: Sequence[Segment]) -> bool:
    return sum(has_bare_percent(segment.text) for segment in segments) >= _MIN_LISTED


def _posting(
    text: str, read: Sequence[ReadSegment], classifier: SegmentClassifier, language: str
) -> Posting:
    items: list[PostingTask | LeftOutLine] = []
    seen: set[str] = set()
    splitter = ClauseSplitter(classifier.verbs)
    for line in read:
        if line.kind != DUTY:
            items.append(left_out(line.segment, line.kind, line.probability))
            continue
        for item in tasks_of(
            text,
            line.segment,
            line.timeless,
            share=line.share,
            language=line.language,
            probability=line.probability,
            splitter=splitter,
        ):
            key = text_key(item.text)
            if isinstance(item, PostingTask) and key in seen:
                item = LeftOutLine(
                    text=item.text, reason=REPEATED, span=item.span, probability=item.probability
                )
            seen.add(key)
            items.append(item)
    items = fill_gaps(text, items)
    titles = (clean_title(line.segment.text) for line in read if line.kind == "title")
    return Posting(
        text=text,
        tasks=tuple(item for item in items if isinstance(item, PostingTask)),
        left_out=tuple(item for item in items if isinstance(item, LeftOutLine)),
        title=next((title for title in titles if title), None),
        department=find_department(line.segment.text for line in read if line.kind != DUTY),
        language=language,
    )
