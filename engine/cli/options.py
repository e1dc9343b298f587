"""What the commands have in common: the options that name an occupation, and writing results."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import InputError

if TYPE_CHECKING:
    from engine.records.inputs import Occupation
    from engine.risk_engine import RiskEngine


Soc = Annotated[str | None, typer.Option("--soc", help="SOC code of the catalogue: 29-1141.00.")]
Title = Annotated[str | None, typer.Option("--title", help="Title, or any other name of it.")]
File = Annotated[Path | None, typer.Option("--file", help="Occupations as .csv or .json.")]
TextFile = Annotated[
    Path | None, typer.Option("--text", help="Plain text, one task a line; - reads the input.")
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write here: .csv or .json by ending.")
]
Engine = Annotated[
    Path | None,
    typer.Option("--engine", help="Engine folder; else OCCUPATION_RISK_ENGINE, else the default."),
]
Confidence = Annotated[
    float | None, typer.Option("--confidence", help="Probability of the intervals, as 0.9.")
]


def asked(
    soc: str | None,
    title: str | None,
    file: Path | None,
    text: Path | None,
    output: Path | None,
    engine: Path | None,
    confidence: float | None,
) -> tuple[RiskEngine, list[Occupation]]:
    """The engine, and the occupations that exactly one of the four options names."""
    given = [name for name, value in _options(soc, title, file, text) if value is not None]
    if len(given) != 1:
        found = " and ".join(given) if given else "none of them"
        raise InputError(
            f"got {found}: expected one of --soc, --title, --file, --text to say what to score"
        )
    check_output(output)
    occupations = occupations_from(file, text)  # faults in files show before the engine is loaded
    from engine.corpus.catalogue import find_by_title
    from engine.records.soc import parse_soc
    from engine.risk_engine import RiskEngine
    from engine.utils.text import text_key

    loaded = RiskEngine.load(engine, confidence=confidence)
    if soc is not None:
        occupations = [loaded.find(soc)]
        if occupations[0].soc_code != parse_soc(soc):
            note = f"{soc}: scored as {occupations[0].soc_code} {occupations[0].title}"
            typer.echo(note, err=True)
    elif title is not None:
        occupations = [find_by_title(loaded.corpus, title)]
        if text_key(occupations[0].title) != text_key(title):
            note = f"{title}: scored as {occupations[0].soc_code} {occupations[0].title}"
            typer.echo(note, err=True)
    return loaded, occupations


def asked_one(
    soc: str | None,
    title: str | None,
    file: Path | None,
    text: Path | None,
    output: Path | None,
    engine: Path | None,
) -> tuple[RiskEngine, Occupation]:
    """The engine, and the one occupation that is asked about."""
    loaded, occupations = asked(soc, title, file, text, output, engine, None)
    if len(occupations) > 1:
        raise InputError(
            f"{file}: {len(occupations)} occupations: expected one to compare with; split the file"
        )
    return loaded, occupations[0]


def _options(
    soc: str | None, title: str | None, file: Path | None, text: Path | None
) -> Sequence[tuple[str, object]]:
    return (("--soc", soc), ("--title", title), ("--file", file), ("--text", text))


def occupations_from(file: Path | None, text: Path | None) -> list[Occupation]:
    """Occupations of a table, or the one whose tasks are in a text; none of no file."""
    from engine.records.inputs import UNTITLED
    from engine.records.reader import parse_text, read_occupations
    from engine.utils.delimited import decode, read_text

    if file is not None:
        if file.suffix.lower() not in (".csv", ".json"):
            raise InputError(
                f"{file}: expected a file ending in .csv or .json; give plain text with --text"
            )
        return read_occupations(file)
    if text is not None and str(text) == "-":
        content = b"" if sys.stdin is None else sys.stdin.buffer.read()
        pasted = decode(content, "standard input")
        return [parse_text(pasted, title=UNTITLED, where="standard input")]
    if text is not None:
        return [parse_text(read_text(text), title=text.stem.capitalize(), where=str(text))]
    return []


def check_output(output: Path | None) -> None:
    """Raise ``InputError`` if the file cannot be one to write results to."""
    if output is None:
        return
    if output.suffix.lower() not in (".csv", ".json"):
        raise InputError(f"--output {output}: expected a name ending in .csv or .json")
    if output.is_dir() or not output.parent.is_dir():
        reason = "is a folder" if output.is_dir() else "is in a folder that does not exist"
        raise InputError(f"--output {output} {reason}: expected the name of a file to write")


def write(path: Path, content: str) -> None:
    """Write a whole file or none."""
    from engine.utils.atomic_write import write_whole

    try:
        write_whole(path, content.encode("utf-8"))
    except OSError as error:
        raise InputError(
            f"--output {path} cannot be written ({error.strerror}): expected a folder to write in; "
            "free space, check permissions, or name another file"
        ) from None


def width() -> int:
    """Width of the terminal, as far as text is laid out for it."""
    return min(max(shutil.get_terminal_size((120, 40)).columns, 80), 160)


def color() -> bool:
    """True where the terminal shows colours and wants them."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
