"""Join the lines of a sentence that was broken to fit a page."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MIN_WIDTH, MAX_WIDTH = 55, 130
"""Widths of wrapped text in characters; wider lines are whole paragraphs."""

_MIN_FULL_PART = 0.3
"""Part of the lines that reach the width of wrapped text, but for a word."""

_WORD = 15
"""Characters that the last word of a line may lack."""

_MIN_WRAPPED = 3

_COLUMNS = re.compile(r"\s{3}|\t")
_HYPHEN = re.compile(r"[^\W\d_]{2}-$")
_LINKING_WORD = re.compile(
    r"(?:^|\s)(?:and|or|the|of|to|for|with|at|a|an|from|und|oder|der|die|das|den|dem|von|mit|"
    r"zu|zur|zum|für|im|y|o|de|del|la|el|los|las|con|para|en|et|ou|les|des|du|au|aux|le|pour|par|"
    r"avec)$|&$",
    re.IGNORECASE,
)
_STARTS_ITEM = re.compile(r"^(?:[^\w\s\"'“‘«($€£]|\(?\w{1,3}[.)]\s|\[[ xX]?\])")


def join_wrapped(text: str, lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return start and end of each line, where a line that continues another is a part of it.

    A line continues the one above if no blank line and no bullet separates them and the one above
    ends in the middle of a sentence: with a hyphen or a linking word, or so that the next word had
    no room in text of that width.

    Args:
        text: the whole text.
        lines: start and end of each line that is not blank.
    """
    width = max((end - start for start, end in lines), default=0)
    full = sum(end - start > width - _WORD for start, end in lines)
    if not MIN_WIDTH <= width <= MAX_WIDTH or full <= _MIN_FULL_PART * len(lines):
        width = sys.maxsize
    pairs = [_Pair.of(text, one, other, width) for one, other in pairwise(lines)]
    # A list of lower-case items may have one such pair by chance.
    prose = sum(pair.no_room and pair.starts_lower for pair in pairs) >= _MIN_WRAPPED
    joined = [*lines[:1]]
    for (start, end), pair in zip(lines[1:], pairs, strict=True):
        if pair.is_continued(prose=prose):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A line and the one below.

    Attributes:
        above, below: their text.
        adjacent: whether no blank line is between them.
        no_room: whether the first word below had no room above.
    """

    above: str
    below: str
    adjacent: bool
    no_room: bool

    @classmethod
    def of(cls, text: str, one: tuple[int, int], other: tuple[int, int], width: int) -> _Pair:
        above, below = text[slice(*one)], text[slice(*other)]
        breaks = text[one[1] : other[0]].replace("\r\n", "\n")
        return cls(
            above=above,
            below=below,
            adjacent=breaks.count("\n") + breaks.count("\r") == 1,
            no_room=len(above) + 1 + len(below.split(maxsplit=1)[0]) > width,
        )

    @property
    def starts_lower(self) -> bool:
        return self.below[0].islower()

    def is_continued(self, *, prose: bool) -> bool:
        """Return whether the line below continues the sentence of the one above."""
        if not self.adjacent or _STARTS_ITEM.match(self.below) or self.above[-1] in ".!?:":
            return False
        if _HYPHEN.search(self.above):
            return True
        if self.starts_lower and (
            _LINKING_WORD.search(self.above) or _STARTS_ITEM.match(self.above)
        ):
            return True
        return self.no_room and prose and not _COLUMNS.search(self.above)
