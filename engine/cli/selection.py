"""The occupations that a command is about: by SOC code, by title, from a file, or from text."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.option_groups import OptionGroup
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.records.inputs import Occupation
    from engine.risk_engine import RiskEngine


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Options that name occupations; a command gets exactly one of them.

    Attributes:
        soc: SOC code of an occupation in the catalog.
        title: title or alternate title of an occupation in the catalog.
        file: .csv or .json file of occupations.
        text: file of plain text, one task a line; ``-`` for standard input.
    """

    soc: str | None = None
    title: str | None = None
    file: Path | None = None
    text: Path | None = None


FileOption = typer.Option("--file", help="Read occupations from this .csv or .json file.")

SelectionOptions = Annotated[
    Selection,
    OptionGroup(
        soc=typer.Option("--soc", help="SOC code in the catalog, such as 29-1141.00."),
        title=typer.Option("--title", help="Occupation title in the catalog, or another name."),
        file=FileOption,
        text=typer.Option(
            "--text", help="Read tasks from this text file, one per line; - for stdin."
        ),
    ),
]


def load_selection(
    selection: Selection, engine: Path | None, *, confidence: float | None = None
) -> tuple[RiskEngine, list[Occupation]]:
    """Load the engine and the selected occupations, which are one or more.

    A note on stderr names the occupation if its code or title differs from the given one.

    Raises:
        InputError: if not exactly one option is given, or what it names cannot be read or found.
        EngineError: if the engine cannot be loaded.
    """
    occupations = _read_files(selection)  # before the engine, which takes seconds to load
    return _load(selection, occupations, engine, confidence)


def load_one(selection: Selection, engine: Path | None) -> tuple[RiskEngine, Occupation]:
    """Load the engine and the one selected occupation.

    Raises:
        InputError: if the file holds several occupations, and as ``load_selection``.
        EngineError: if the engine cannot be loaded.
    """
    occupations = _read_files(selection)
    if len(occupations) > 1:
        raise InputError(
            f"{selection.file} holds {len(occupations)} occupations; give a file of one occupation"
        )
    loaded, (occupation,) = _load(selection, occupations, engine, None)
    return loaded, occupation


def _read_files(selection: Selection) -> list[Occupation]:
    """Check that one option is given; read the occupations if it names a file."""
    options = vars(selection)
    given = [f"--{name}" for name, value in options.items() if value is not None]
    if len(given) != 1:
        names = ", ".join(f"--{name}" for name in options)
        problem = f"{' and '.join(given)} cannot be combined" if given else "no occupation"
        raise InputError(f"{problem}; give exactly one of {names}")
    return read_occupation_file(selection.file) or read_task_text(selection.text)


def _load(
    selection: Selection,
    occupations: list[Occupation],
    engine: Path | None,
    confidence: float | None,
) -> tuple[RiskEngine, list[Occupation]]:
    from engine.risk_engine import RiskEngine

    loaded = RiskEngine.load(engine, confidence=confidence)
    return loaded, occupations or [_find_in_catalog(loaded, selection)]


def read_occupation_file(file: Path | None) -> list[Occupation]:
    """Read the occupations of a .csv or .json file; an empty list if there is no file.

    Raises:
        InputError: if the file is not .csv or .json, or is invalid.
    """
    if file is None:
        return []
    if file.suffix.lower() not in (".csv", ".json"):
        raise InputError(f"--file {file} must end in .csv or .json; give plain text with --text")
    from engine.records.reader import read_occupations

    return read_occupations(file)


def read_task_text(text: Path | None) -> list[Occupation]:
    """Read the occupation whose tasks are in a text file; an empty list if there is no file.

    Raises:
        InputError: if the text is not UTF-8 or holds no task.
    """
    if text is None:
        return []
    from engine.records.inputs import UNTITLED
    from engine.records.reader import parse_occupations, read_occupations
    from engine.utils.delimited import decode

    if str(text) == "-":
        content = b"" if sys.stdin is None else sys.stdin.buffer.read()
        pasted = decode(content, "standard input")
        return parse_occupations(pasted, title=UNTITLED, where="standard input")
    return read_occupations(text, kind="text")


def _find_in_catalog(engine: RiskEngine, selection: Selection) -> Occupation:
    from engine.corpus.catalogue import find_by_title
    from engine.records.soc import parse_soc
    from engine.utils.text import text_key

    if selection.soc is not None:
        given, occupation = selection.soc, engine.find(selection.soc)
        same = occupation.soc_code == parse_soc(given)
    else:
        given = selection.title or ""
        occupation = find_by_title(engine.corpus, given)
        same = text_key(occupation.title) == text_key(given)
    if not same:
        typer.echo(f"{given}: scored as {occupation.soc_code} {occupation.title}", err=True)
    return occupation
