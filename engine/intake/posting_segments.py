"""Split a pasted text into segments: lines, and the sentences of lines that have several."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from engine.errors import InputError
from engine.intake.line_wrapping import join_wrapped
from engine.intake.pasted_text import mask_markup

MAX_SEGMENTS = 3_000
"""Maximum number of lines and sentences of a posting, which bounds the time to read it."""

BULLET = re.compile(
    r"^\s*(?:"
    r"(?:[-*+•‣◦–—·●○▪■□▸▹►◆❖⁃∙➢➤➔→✓✔☐☑✅★⭐»>~|#\uf0b7\ufe0f]|\[[ xX✓]?\])+(?=\s|[^\W\d_])\s*"
    r"|[^\w\s\"'“”‘’«»()\[\]$€£¥¿¡.,;:!?&%@#-]{1,3}\s+"
    r"|o\s+(?=[A-ZÀ-Þ])"
    r"|\(?(?:\d{1,2}(?:\.\d{1,2}){0,2}|[a-hA-H]|[ivx]{2,4})(?:\.-|[.):\]])(?=\s|[^\W\d_])\s*"
    r"|(?:\d{1,2}\.\d{1,2}|[A-Z]\d{1,2})\s+(?=[^\W\d_])"
    r"|[\d#*]\ufe0f?\u20e3\s*"
    r")+"
)
"""Bullets, check boxes, numbers, letters and pictures at the start of a line."""

_NEW_PART = re.compile(r"<h[1-6]\b|</[uo]l\b", re.IGNORECASE)
"""Markup that a browser shows with space above, unlike the other tags between lines."""

_SPEAKER = re.compile(
    r"^\s*(?:\[\d{1,2}:\d{2}(?::\d{2})?\]|\d{1,2}:\d{2})\s*[^\W\d_][\w .'-]{0,30}:\s+"
)
"""Time and name before a message of a chat."""

_INLINE_BULLET = re.compile(r"(?<!\s)\s+(?=[•●▪■◦➢➤✓✔]\s*\S)")
_MIN_WORDS_OF_PART = 3
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_END = re.compile(
    r"""(?<=[.!?…])["'”’»)\]]*\s+(?=["'“‘«(\[¿¡]*[A-ZÀ-ÖØ-Þ¿¡]|\d|[^\w\s]\s*[A-ZÀ-Þ])"""
    r"""|(?<=[^\W\d_]{4}[.!?])["'”’»)\]]*\s+(?=["'“‘«(]*[a-zà-ÿ])"""
    r"|(?<=\w{3};)\s+(?=[A-ZÀ-Þ][a-zà-ÿ]+\s[a-zà-ÿ])"
)
"""Where a sentence may end. ``_ABBREVIATION`` decides about a period."""

_ABBREVIATION = re.compile(
    r"(?:^|[\s(/.])(?:[a-zà-ÿ]|et al|(?:jede[mnrs]?|am|vom|zum|ab|bis|de[mnrs]|im)\s\d{1,2}|"
    # Titles and names
    r"dr|mr|mrs|ms|mx|prof|hon|gov|gen|sgt|lt|capt|rev|hr|fr|mme|mlle|mm|sra?|jr|lic|ing|uds?|"
    r"inc|ltd|corp|bros|co|const|inst|abt|dept|geb|st|ste|mt|ft|ave|av|avda|blvd|rd|str|col|bldg|"
    # Numbers and measures
    r"nos?|nr|abs|art|kat|cat|coef|std|hrs?|yrs?|lbs?|min|max|mind|approx|ca|ext|sec|sig|bât|"
    # Months
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|janv|févr|avr|juil|déc|ene|abr|ago|dic|"
    # Other words
    r"vs|etc|e\.g|i\.e|incl|excl|exp|req|tel|cel|gto|bzw|ggf|inkl|exkl|evtl|usw|tgl|tägl|"
    r"wöchentl|monatl|jährl|österr|zzgl|gem|insb|vgl|p\.\s?ej|aprox|env)\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A sentence, or a line that is one.

    Attributes:
        start, end: offsets into the text; the segment starts and ends with visible characters.
        text: what a reader sees, without bullet, blanks folded.
        bullet: bullet or number at its start, without blanks; may be empty.
        line: number of the line among the lines that are not blank, from 0.
        place: place among the segments of its line, from 0.
        n_in_line: segments of its line.
        blank_before: whether a blank line, or the start of the text, precedes its line.
        indent: blanks at the start of its line.
    """

    start: int
    end: int
    text: str
    bullet: str
    line: int
    place: int
    n_in_line: int
    blank_before: bool
    indent: int

    @property
    def has_words(self) -> bool:
        """Whether it has a letter or a digit."""
        return any(map(str.isalnum, self.text))


def split_segments(text: str) -> list[Segment]:
    """Return the segments of a text, in order.

    Every visible character that is not markup is in exactly one segment.

    Raises:
        InputError: if there are more than ``MAX_SEGMENTS``.
    """
    masked = mask_markup(text)
    segments: list[Segment] = []
    last_end = 0
    for line, (start, end) in enumerate(join_wrapped(masked, list(_lines(masked)))):
        gap = masked[last_end:start]
        tags = gap != text[last_end:start]
        new_part = _NEW_PART.search(text, last_end, start) is not None
        last_end = end
        pieces = list(_sentences(masked, start, end))
        for place, (piece_start, piece_end) in enumerate(pieces):
            bullet, plain = _plain(masked[piece_start:piece_end])
            segments.append(
                Segment(
                    start=piece_start,
                    end=piece_end,
                    text=plain,
                    bullet=bullet,
                    line=line,
                    place=place,
                    n_in_line=len(pieces),
                    blank_before=line == 0
                    or (new_part if tags else gap.replace("\r\n", "\n").count("\n") > 1),
                    indent=0 if tags else len(gap) - 1 - max(gap.rfind("\n"), gap.rfind("\r")),
                )
            )
        if len(segments) > MAX_SEGMENTS:
            raise InputError(
                f"the posting has more than {MAX_SEGMENTS:,} lines and sentences; paste one job "
                "at a time"
            )
    return segments


def _plain(visible: str) -> tuple[str, str]:
    """Return the bullet of a segment, and what a reader sees of the rest."""
    rest = re.sub(r"(?<=[^\W\d_]{2})-\s*[\n\r]\s*(?=[a-zà-ÿ])", "", visible)  # a broken word
    found = BULLET.match(rest)
    bullet = found[0] if found and any(map(str.isalnum, rest[found.end() :])) else ""
    rest = rest[len(bullet) :]
    if speaker := _SPEAKER.match(rest):
        rest = rest[speaker.end() :]
    return "".join(bullet.split()), " ".join((html.unescape(rest) if "&" in rest else rest).split())


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line or part of a line that has a visible character."""
    for found in _LINE.finditer(text):
        start = found.start()
        for end in _ends(text, start, found.end()):
            part = text[start:end]
            if part.strip():
                yield start + len(part) - len(part.lstrip()), start + len(part.rstrip())
            start = end


def _ends(text: str, start: int, end: int) -> list[int]:
    """Return the end of each part of a line with a bullet of its own.

    A line is cut at bullets inside it if it starts with a bullet, if a colon precedes the first, or
    if no part is short; in other lines they separate names or numbers.
    """
    cuts = [cut.end() for cut in _INLINE_BULLET.finditer(text, start, end)]
    if not cuts:
        return [end]
    parts = [text[left:right] for left, right in pairwise([start, *cuts, end])]
    if (
        _INLINE_BULLET.match(f" {parts[0].lstrip()}x")
        or parts[0].rstrip().endswith(":")
        or min(len(part.split()) for part in parts) > _MIN_WORDS_OF_PART
    ):
        return [*cuts, end]
    return [end]


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence of a line."""
    line = text[start:end]
    first = BULLET.match(line)
    begin = 0
    for found in _END.finditer(line, first.end() if first else 0):
        before = line[begin : found.start()]
        if line[found.start() - 1] == "." and _ABBREVIATION.search(before):
            continue
        stop = found.start() + len(found[0]) - len(found[0].lstrip("\"'”’»)]"))
        if any(map(str.isalnum, line[begin:stop])) and any(map(str.isalnum, line[found.end() :])):
            yield start + begin, start + stop
            begin = found.end()
    yield start + begin, end
