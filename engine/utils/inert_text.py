"""Remove the characters that a terminal obeys, or that reorder the text around them.

Files from strangers may hold them: an escape sequence can rewrite a window, and an override of the
writing direction can make text read otherwise than it is stored. They are removed where text is
read, so no output has to think of them. Plain text does not change.

Removed are the control characters of C0 and C1 (U+0000 to U+001F, U+007F to U+009F), except newline
and tab, and the embeddings, overrides and isolates of the bidirectional algorithm (U+202A to
U+202E, U+2066 to U+2069). White space among them becomes a space.
"""

from __future__ import annotations

import re

UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""A character that ``inert`` removes."""

_BREAKS = str.maketrans("\n\t", "  ")


def inert(text: str) -> str:
    """Return a text without the characters that it should not have."""
    if text.isprintable() or text.replace("\n", "").isprintable():  # much faster than a search
        return text
    return UNSAFE.sub(_replacement, text)


def inert_line(text: str) -> str:
    """Return ``inert`` text with spaces for its line breaks and tabs, such as a title."""
    return text if text.isprintable() else UNSAFE.sub(_replacement, text).translate(_BREAKS)


def _replacement(found: re.Match[str]) -> str:
    return " " if found[0].isspace() else ""
