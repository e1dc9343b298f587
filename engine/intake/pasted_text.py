"""Check a pasted text, and hide its markup without moving any character.

Every offset into the masked text is an offset into the text that was given.
"""

from __future__ import annotations

import re

from engine.errors import InputError, abbreviate

MAX_CHARACTERS = 200_000
"""Maximum length of a posting. Long ones have 10,000 characters; more is another kind of file."""

_MAX_UNREADABLE_PART = 0.05
"""A text with more control and replacement characters than this is the content of a binary file."""

_FILES = (
    (re.compile(r"\A.{0,1024}?%PDF-\d", re.DOTALL), "a PDF file"),
    (re.compile(r"\A\s*PK\x03\x04"), "a Word, Excel or ZIP file"),
    (re.compile(r"\A\s*\{\\rtf\d"), "an RTF file"),
    (re.compile(r"\A\s*\xd0\xcf\x11\xe0"), "a Word or Excel file"),
)

_BLOCK = (
    "address|article|aside|blockquote|body|br|button|caption|center|dd|details|div|dl|dt|fieldset|"
    "figure|footer|form|h[1-6]|head|header|hr|html|label|legend|li|main|nav|ol|option|p|pre|section|"
    "select|summary|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
_INLINE = (
    "a|abbr|b|bdi|big|cite|code|del|em|font|i|img|input|ins|kbd|link|mark|meta|o:p|picture|q|s|"
    "samp|small|source|span|strike|strong|sub|sup|svg|time|tt|u|var|wbr|path|use"
)
_ENTITIES = "nbsp|bull|middot|amp|lt|gt|quot|apos|rsquo|lsquo|rdquo|ldquo|ndash|mdash|hellip|eacute"

# No pattern reads past another "<", so the time is linear in the length of any text.
_HIDDEN = re.compile(
    r"<(script|style|noscript|template)\b[^<>]*>[^<]*</\1\s*>|<!--[^<>]*-->|<![a-z][^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(rf"</?(?:(?P<block>{_BLOCK})|{_INLINE})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_BLANK_ENTITY = re.compile(r"&(?:nbsp|#160|#xa0);", re.IGNORECASE)
_BULLET_ENTITY = re.compile(r"&(?:bull|middot|#8226|#x2022);", re.IGNORECASE)
_BULLET_TAG = re.compile(r"<li[\s>/]", re.IGNORECASE)
MARKUP = re.compile(f"{_HIDDEN.pattern}|{_TAG.pattern}", re.IGNORECASE)
"""A tag, a comment, or a script with its content."""


def check_pasted(text: object) -> str:
    """Return the text, or raise an error that says what to paste instead.

    Raises:
        InputError: if it is not text, blank, too long, or the content of a binary file.
    """
    if not isinstance(text, str):
        raise InputError(f"posting is {abbreviate(text)}, which is not text; give a string")
    for pattern, what in _FILES:
        if pattern.match(text):
            raise InputError(
                f"the text is the content of {what}, not the text that it shows; open the file, "
                "copy its text and paste that"
            )
    if not text.strip():
        raise InputError("the posting is blank; paste an advert, a resume or a list of duties")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the posting has {len(text):,} characters, more than {MAX_CHARACTERS:,}; paste one "
            "job at a time"
        )
    unreadable = sum(map(_is_unreadable, text))
    if unreadable > max(2, _MAX_UNREADABLE_PART * len(text)):
        raise InputError(
            f"{unreadable:,} of {len(text):,} characters of the posting are unreadable, as in a "
            "file that is not text; open the file, copy its text and paste that"
        )
    return text


def _is_unreadable(character: str) -> bool:
    code = ord(character)
    control = code < 9 or 14 <= code < 32 or (127 <= code < 160 and code != 0x85)
    return control or code == 0xFFFD or 0xD800 <= code < 0xE000


def mask_markup(text: str) -> str:
    """Return the text with blanks for its markup, of the same length.

    A tag that starts a block becomes a line break, and a list item also a bullet. Entities other
    than blanks and bullets stay; ``html.unescape`` reads them later.
    """
    if "<" in text:
        text = _HIDDEN.sub(lambda found: _blank(found[0]), text)
        text = _TAG.sub(_mask_tag, text)
    if "&" in text:
        text = _BLANK_ENTITY.sub(lambda found: " " * len(found[0]), text)
        text = _BULLET_ENTITY.sub(lambda found: "•" + " " * (len(found[0]) - 1), text)
    return text


def _mask_tag(found: re.Match[str]) -> str:
    tag = found[0]
    if not found["block"]:
        return " " * len(tag) if tag[1:3].lower() == "br" else _blank(tag)
    if _BULLET_TAG.match(tag):
        return "\n•" + " " * (len(tag) - 2)
    return "\n" + " " * (len(tag) - 1)


def _blank(markup: str) -> str:
    """Return blanks for markup, and keep its line breaks."""
    return re.sub(r"[^\r\n]", " ", markup)
