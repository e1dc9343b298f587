"""Splitting a pasted text: no character is lost, and offsets stay those of the given text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import EngineError
from engine.intake.pasted_text import MARKUP, check_pasted, mask_markup
from engine.intake.posting_segments import MAX_SEGMENTS, split_segments

PIECES = st.sampled_from(
    [
        "Sweep floors",
        "• ",
        "- ",
        "\n",
        "\n\n",
        ". ",
        "! ",
        "; ",
        "  ",
        "<li>",
        "</p>",
        "<br/>",
        "&amp;",
        "1. ",
        "(",
        ")",
        "Dr. ",
        "[ ] ",
        "\t",
        "…",
        "“Yes” ",
        "é",
        "🚚 ",
        "\r\n",
        "\u2028",
    ]
)


def _texts(text: str) -> list[str]:
    return [segment.text for segment in split_segments(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sweep floors. Mop halls.", ["Sweep floors.", "Mop halls."]),
        ("Ask Dr. Lee. Call at 5 p.m. daily", ["Ask Dr. Lee.", "Call at 5 p.m. daily"]),
        ("• Sweep • Mop • Dust", ["Sweep", "Mop", "Dust"]),
        ("Ann Lee • 555-0100 • ann@example.com", ["Ann Lee • 555-0100 • ann@example.com"]),
        ("[10:42] joe: hey there", ["hey there"]),
        (
            "2.4 Ware einlagern\n[ ] Feed the cat\n1) Sweep",
            ["Ware einlagern", "Feed the cat", "Sweep"],
        ),
        ("- fills in the\n  long form\n- files it", ["fills in the long form", "files it"]),
        ("- Führen der Paletten-\nkonten", ["Führen der Palettenkonten"]),
        ("feed calves\nbreed cows", ["feed calves", "breed cows"]),
        ("<ul><li>Pick &amp; pack</li><li>Ship</li></ul>", ["Pick & pack", "Ship"]),
        ("$18.50 an hour", ["$18.50 an hour"]),
        ("401(k)", ["401(k)"]),
    ],
)
def test_lines_and_sentences(text: str, expected: list[str]) -> None:
    assert _texts(text) == expected


@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_visible_character_is_in_one_segment(text: str) -> None:
    masked = mask_markup(text)
    assert len(masked) == len(text)
    covered = [0] * len(text)
    last = 0
    for segment in split_segments(text):
        assert last <= segment.start < segment.end <= len(text)
        last = segment.end
        assert not masked[segment.start].isspace()
        assert not masked[segment.end - 1].isspace()
        for place in range(segment.start, segment.end):
            covered[place] += 1
    for place, character in enumerate(masked):
        assert covered[place] <= 1
        assert character.isspace() or covered[place] == 1


def test_wrapped_prose_is_one_line_and_lists_are_not() -> None:
    prose = (
        "This is a letter about my work, which I wrote in a program that breaks\n"
        "each line after seventy characters, so that a sentence runs over many of\n"
        "them and no line by itself says what I do, because I sort the mail for a\n"
        "whole building and carry it up the stairs to the people who wait for it."
    )
    assert len(_texts(prose)) == 1


def test_markup_is_masked_where_it_stands() -> None:
    text = "<p class='x'>Drive</p> a < b <3"
    assert mask_markup(text) == "\n" + " " * 12 + "Drive\n    a < b <3"
    assert MARKUP.sub("", text) == "Drive a < b <3"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"Sweep floors", "which is not text; give a string"),
        (None, "which is not text"),
        (" \n\t", "blank; paste"),
        ("%PDF-1.7\n1 0 obj << /Type /Page >>", "content of a PDF file"),
        ("PK\x03\x04 word/document.xml", "Word, Excel or ZIP"),
        ("{\\rtf1\\ansi Sweep}", "an RTF file"),
        ("Sweep \x00\x01\x02\x03 floors", "4 of 17 characters"),
        ("a" * 200_001, "200,001 characters, more than 200,000"),
    ],
)
def test_what_is_no_posting_is_refused(text: object, message: str) -> None:
    with pytest.raises(EngineError, match=message):
        check_pasted(text)


def test_too_many_lines_are_refused_by_number() -> None:
    with pytest.raises(EngineError, match=f"more than {MAX_SEGMENTS:,} lines"):
        split_segments("sweep\n" * 10_000)


@pytest.mark.parametrize(
    "text", [". " + " " * 150_000 + "x", "<" * 150_000, "-\n" * 2_000, "a." * 60_000]
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    split_segments(text)
