"""Update the catalogs of messages of the pages, in ``engine/web/locale``, from code and templates.

New messages come without a translation, and messages that are gone are removed. Then fill in the
empty ones; ``docs/translations.md`` says how.
"""

from __future__ import annotations

import argparse
import ast
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from engine.web.pages.languages import CATALOGS, DEFAULT, LANGUAGES

ENGINE = CATALOGS.parents[1]
TEMPLATES = CATALOGS.parent / "templates"
_CALLS = {"gettext": 1, "marked": 1, "ngettext": 2}
"""Function whose first arguments are messages -> how many of them."""

PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
}


@dataclass(frozen=True)
class Message:
    """A message of the pages.

    Attributes:
        forms: the message, or its forms for one and for many.
        place: the file that has it, from the folder of the package.
    """

    forms: tuple[str, ...]
    place: str


def messages() -> Iterator[Message]:
    """Return every message of code and templates, in the order of the files."""
    for path in sorted(ENGINE.rglob("*.py")):
        yield from of_code(path, ENGINE.parent)
    options = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
    options |= {"trim_blocks": "true", "lstrip_blocks": "true"}
    for path in sorted(TEMPLATES.glob("*.html")):
        with path.open("rb") as file:
            keywords = ("_", "gettext", "ngettext")
            for _, _, found, _ in babel_extract(file, keywords, [], options):
                forms = (found,) if isinstance(found, str) else tuple(filter(None, found or ()))
                yield Message(forms, path.relative_to(ENGINE.parent).as_posix())


def of_code(path: Path, root: Path) -> Iterator[Message]:
    """Return the messages of a Python file, in their order.

    Args:
        path: the file.
        root: places are relative to this folder.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        forms = tuple(
            part.value
            for part in call.args[: _CALLS.get(name, 0)]
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
        if forms and len(forms) == _CALLS[name]:
            yield Message(forms, path.relative_to(root).as_posix())


def template() -> Catalog:
    """Return a catalog of all messages without translations; each names the files that have it."""
    catalog = Catalog()
    for message in messages():
        forms = message.forms[0] if len(message.forms) == 1 else message.forms
        catalog.add(forms, locations=[(message.place, 0)])
    return catalog


def updated(code: str, source: Catalog) -> Catalog:
    """Return the catalog of a language with the messages of ``source``, in their order."""
    path = path_of(code)
    known = Catalog()
    if path.is_file():
        with path.open("rb") as file:
            known = read_po(file)
    # Without a locale, so that messages have the two plural forms of the header.
    catalog = Catalog(header_comment=known.header_comment)
    for message in source:
        if message.id:
            before = known.get(message.id)
            translation = before.string if before is not None else ""
            catalog.add(message.id, translation, locations=message.locations)
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """Return the messages, or the first forms of messages, that lack a translation."""
    found = []
    for message in catalog:
        forms, told = message.id, message.string
        if forms and not (all(told) if isinstance(told, (tuple, list)) else told):
            found.append(forms if isinstance(forms, str) else forms[0])
    return found


def path_of(code: str) -> Path:
    """Return the file of the catalog of a language."""
    return CATALOGS / code / "LC_MESSAGES" / "messages.po"


def text_of(catalog: Catalog, code: str) -> str:
    """Return a catalog as the text of its file, which says nothing about when it was written."""
    file = io.BytesIO()
    write_po(file, catalog, width=96, omit_header=True, include_lineno=False)
    comment = catalog.header_comment.strip()
    header = (
        f'{comment}\nmsgid ""\nmsgstr ""\n"Language: {code}\\n"\n'
        f'"Plural-Forms: {PLURALS[code]}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return header + file.getvalue().decode().lstrip()


def main() -> None:
    """Update the catalogs."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    source = template()
    for code in LANGUAGES:
        if code == DEFAULT:
            continue
        catalog = updated(code, source)
        path = path_of(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(catalog, code), encoding="utf-8")
        empty = len(missing(catalog))
        print(f"{code}: {len(catalog)} messages, {empty} without a translation")


if __name__ == "__main__":
    main()
