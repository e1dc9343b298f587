"""The occupations that a command is about: by code, by title, from a file, or from text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.option_groups import OptionGroup
from engine.cli.working import working
from engine.errors import InputError
from engine.utils import resources

if TYPE_CHECKING:
    from engine.records.inputs import Occupation
    from engine.risk_engine import RiskEngine


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Options that name occupations; a command gets exactly one of them.

    Attributes:
        soc: code of an occupation in the catalog.
        isco: code of a unit group of ISCO-08.
        esco: URI or UUID of an occupation of ESCO.
        title: title or alternate title of an occupation in the catalog.
        file: .csv or .json file of occupations.
        text: file of a posting, a resume or a list of tasks; ``-`` for standard input.
    """

    soc: str | None = None
    isco: str | None = None
    esco: str | None = None
    title: str | None = None
    file: Path | None = None
    text: Path | None = None


FileOption = typer.Option("--file", help="Read occupations from this .csv or .json file.")

SelectionOptions = Annotated[
    Selection,
    OptionGroup(
        soc=typer.Option("--soc", help="SOC code in the catalog, such as 29-1141.00."),
        isco=typer.Option("--isco", help="ISCO-08 unit group, such as 3313."),
        esco=typer.Option("--esco", metavar="URI", help="ESCO occupation: its URI or its UUID."),
        title=typer.Option("--title", help="Occupation title in the catalog, or another name."),
        file=FileOption,
        text=typer.Option(
            "--text",
            help="Read the tasks of a job posting, resume or list in this text file; - for stdin.",
        ),
    ),
]


def load_selection(
    selection: Selection,
    engine: Path | None,
    *,
    confidence: float | None = None,
    data_dir: Path | None = None,
) -> tuple[RiskEngine, list[Occupation]]:
    """Load the engine and the selected occupations, which are one or more.

    A note on stderr names the occupation if its code or title differs from the given one.

    Args:
        data_dir: folder with the crosswalk of ESCO; if None, the engine's own, or else that of the
            default data folder.

    Raises:
        InputError: if not exactly one option is given, or what it names cannot be read or found.
        EngineError: if the engine cannot be loaded.
    """
    occupations = _read_files(selection)  # before the engine, which takes seconds to load
    return _load(selection, occupations, engine, confidence, data_dir)


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
    return read_occupation_file(selection.file) or read_posting_text(selection.text)


def _load(
    selection: Selection,
    occupations: list[Occupation],
    engine: Path | None,
    confidence: float | None,
    data_dir: Path | None = None,
) -> tuple[RiskEngine, list[Occupation]]:
    from engine.risk_engine import RiskEngine

    code = _linked_code(selection)
    with working("loading the engine"):
        loaded = RiskEngine.load(engine, confidence=confidence)
    if code is not None:
        return loaded, [_find_linked(loaded, code, data_dir)]
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


def read_posting_text(text: Path | None) -> list[Occupation]:
    """Read the occupation whose tasks a text file names; an empty list if there is no file.

    What was left out of the tasks, and why, is written to stderr.

    Raises:
        InputError: if the text is not UTF-8, cannot be read as a posting, or names no task.
    """
    if text is None:
        return []
    from engine.intake.postings import read_posting
    from engine.records.inputs import UNTITLED
    from engine.records.reader import title_of_file
    from engine.report.posting import posting_to_text
    from engine.utils.bounded_read import MAX_TEXT_BYTES, STANDARD_INPUT, read_standard_input
    from engine.utils.delimited import decode, read_text

    if str(text) == "-":
        where, title = STANDARD_INPUT, UNTITLED
        pasted = decode(read_standard_input(most=MAX_TEXT_BYTES), where)
    else:
        where, title = str(text), title_of_file(text)
        pasted = read_text(text, most=MAX_TEXT_BYTES)
    try:
        with working("reading the text"):
            posting = read_posting(pasted)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    typer.echo(posting_to_text(posting, where), err=True)
    try:
        return [posting.occupation(posting.title or title)]
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _linked_code(selection: Selection) -> str | None:
    """Return the code of ISCO-08 or ESCO that is given, normalized; None without one."""
    from engine.records.esco import esco_uri, parse_esco
    from engine.records.isco import parse_isco

    if selection.isco is not None:
        return parse_isco(selection.isco)
    return None if selection.esco is None else esco_uri(parse_esco(selection.esco))


def _find_linked(engine: RiskEngine, code: str, data_dir: Path | None) -> Occupation:
    """Return what a code of ISCO-08 or ESCO stands for, and say so on stderr."""
    from engine.corpus.sources import esco

    folder = data_dir or resources.data_dir()
    has_own = len(engine.corpus.links) > 0
    crosswalk = None
    if data_dir is not None or (not has_own and (folder / esco.FOLDER).is_dir()):
        crosswalk = esco.read_crosswalk(folder).crosswalk
    found = engine.linked(code, crosswalk)
    if found.occupation.soc_code != code:
        typer.echo(found.explanation(engine.corpus.titles), err=True)
    return found.occupation


def _find_in_catalog(engine: RiskEngine, selection: Selection) -> Occupation:
    from engine.records.codes import parse_code
    from engine.utils.text import text_key

    if selection.soc is not None:
        given, occupation = selection.soc, engine.find(selection.soc)
        same = occupation.soc_code == parse_code(given)
    else:
        given = selection.title or ""
        occupation = engine.corpus.occupation(engine.titles.code(given))
        same = text_key(occupation.title) == text_key(given)
    if not same:
        typer.echo(f"{given}: scored as {occupation.soc_code} {occupation.title}", err=True)
    return occupation
