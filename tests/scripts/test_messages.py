"""The catalogs of the pages have every message of code and templates, and nothing else."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from engine.web.pages.languages import DEFAULT, LANGUAGES
from scripts import messages

TRANSLATED = [code for code in LANGUAGES if code != DEFAULT]


@pytest.fixture(scope="module")
def source() -> Catalog:
    return messages.template()


def _read(code: str) -> Catalog:
    with messages.path_of(code).open("rb") as file:
        return read_po(file)


def _forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalog_is_up_to_date_and_complete(code: str, source: Catalog) -> None:
    """``make messages`` would change nothing: there is no new, obsolete or fuzzy message."""
    catalog = messages.updated(code, source)
    assert messages.text_of(catalog, code) == messages.path_of(code).read_text(encoding="utf-8")
    assert messages.missing(catalog) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_keep_values_and_tags(code: str) -> None:
    faults = []
    for message in _read(code):
        originals, translations = _forms(message.id), _forms(message.string)
        for original, translation in zip(originals, translations, strict=True):
            if not original:
                continue
            for pattern in (r"%\(\w+\)s", r"<[^>]+>"):
                kept = set(re.findall(pattern, original)) == set(re.findall(pattern, translation))
                if not kept:
                    faults.append(f"{original} -> {translation}")
    assert faults == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_percent_signs_are_doubled_where_messages_are_formats(code: str) -> None:
    """A lone percent sign in a format would fail when a page is shown."""
    for message in _read(code):
        pairs = zip(_forms(message.id), _forms(message.string), strict=True)
        for original, translation in pairs:
            rest = re.sub(r"%\(\w+\)s|%%", "", original)
            if "%" not in rest:
                assert "%" not in re.sub(r"%\(\w+\)s|%%", "", translation), translation


def test_every_kind_of_message_is_found(tmp_path: Path) -> None:
    code = tmp_path / "a.py"
    code.write_text(
        "x = f\"{gettext('inside an f-string')}\"\n"
        'ngettext("one", "many", 2)\nmarked("in a table")\nphrase("not a message")\n'
    )
    found = [message.forms for message in messages.of_code(code, tmp_path)]
    assert found == [("inside an f-string",), ("one", "many"), ("in a table",)]


def test_no_message_is_written_twice_with_other_quotes(source: Catalog) -> None:
    """Two messages that differ only in quotes or dashes would be translated twice."""
    plain: dict[str, str] = {}
    for text in chain.from_iterable(_forms(message.id) for message in source if message.id):
        key = re.sub(r"[’'“”\"]", "'", text)
        assert plain.setdefault(key, text) == text
