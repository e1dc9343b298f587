from __future__ import annotations

import sys
import unicodedata

import pytest

from engine.utils.inert_text import UNSAFE, inert, inert_line


def test_removed_are_all_controls_but_newline_and_tab_and_the_bidi_formats() -> None:
    bidi = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    expected = {
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if (unicodedata.category(character) == "Cc" and character not in "\n\t")
        or unicodedata.bidirectional(character) in bidi
    }
    assert {c for c in map(chr, range(sys.maxunicode + 1)) if UNSAFE.match(c)} == expected
    assert len(expected) == 65 - 2 + 9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Art Therapist", "Art Therapist"),
        ("Ärztin 医師 طبيب", "Ärztin 医師 طبيب"),
        ("\x1b[31mArt\x1b[0m", "[31mArt[0m"),
        ("\x1b]0;title\x07Art", "]0;titleArt"),
        ("a\u202ecod.exe", "acod.exe"),
        ("a\x85b\x0bc\rd", "a b c d"),
        ("a\0b\x7f\x9b", "ab"),
        ("one\ntwo\tthree", "one\ntwo\tthree"),
    ],
)
def test_text_becomes_inert(text: str, expected: str) -> None:
    assert inert(text) == expected
    assert inert_line(text) == expected.replace("\n", " ").replace("\t", " ")
    assert inert(inert(text)) == inert(text)
