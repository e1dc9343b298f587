"""occupation-risk: score occupations and find similar careers from the command line."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.errors import EngineError, InputError

if TYPE_CHECKING:
    from engine.records import Occupation, OccupationRisk
    from engine.risk_engine import RiskEngine

app = typer.Typer(
    name="occupation-risk",
    help="What AI could do of an occupation's work, task by task, with the evidence.",
    epilog="Risk is the potential of a task to be automated. It is not a forecast of job loss.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

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


@app.command()
def score(
    soc: Soc = None,
    title: Title = None,
    file: File = None,
    text: TextFile = None,
    output: Output = None,
    engine: Engine = None,
    confidence: Confidence = None,
    by_contribution: Annotated[
        bool, typer.Option("--by-contribution", help="Tasks by their part of the risk.")
    ] = False,
) -> None:
    """Score an occupation: one of the catalogue, or one's own from a file."""
    from engine import report

    loaded, occupations = _asked(soc, title, file, text, output, engine, confidence)
    results = [loaded.score_occupation(occupation) for occupation in occupations]
    if output is None:
        for result in results:
            text_form = report.to_text(
                result, by_contribution=by_contribution, width=_width(), color=_color()
            )
            typer.echo(text_form, nl=False)
    elif output.suffix.lower() == ".json":
        _write(output, report.to_json(_one_or_all(results), by_contribution=by_contribution))
    else:
        table = report.task_table(results, by_contribution=by_contribution)
        _write(output, table.to_csv(index=False, lineterminator="\n"))


@app.command()
def similar(
    soc: Soc = None,
    title: Title = None,
    file: File = None,
    text: TextFile = None,
    output: Output = None,
    engine: Engine = None,
    k: Annotated[int, typer.Option("-k", help="Number of matches.")] = 10,
    safer_only: Annotated[
        bool, typer.Option("--safer-only/--any-risk", help="Only occupations of lower risk.")
    ] = True,
    max_job_zone_gap: Annotated[
        int, typer.Option(help="Job zones at most this far off, 0 to 4.")
    ] = 1,
    min_risk_reduction: Annotated[
        float, typer.Option(help="Risk at least this much lower, as 0.1.")
    ] = 0.0,
    min_probability_safer: Annotated[
        float, typer.Option(help="Risk really lower with this probability, as 0.8.")
    ] = 0.0,
    min_wage_ratio: Annotated[
        float | None, typer.Option(help="Wage at least this part of one's own, as 0.9.")
    ] = None,
    growing_only: Annotated[
        bool, typer.Option("--growing-only", help="Only where employment is to grow.")
    ] = False,
    min_carries_over: Annotated[
        float, typer.Option(help="This share of the time there has a counterpart, as 0.3.")
    ] = 0.0,
    diversity: Annotated[
        float, typer.Option(help="0: the best however alike, up to 1: unlike one another.")
    ] = 0.0,
) -> None:
    """Find similar careers, by default those of lower risk."""
    from engine import report

    loaded, occupations = _asked(soc, title, file, text, output, engine, None)
    if len(occupations) > 1:
        raise InputError(
            f"{file}: {len(occupations)} occupations: expected one to compare with; split the file"
        )
    scored = loaded.score_occupation(occupations[0])
    matches = loaded.similar_careers(
        scored,
        k,
        safer_only=safer_only,
        max_job_zone_gap=max_job_zone_gap,
        min_risk_reduction=min_risk_reduction,
        min_probability_safer=min_probability_safer,
        min_wage_ratio=min_wage_ratio,
        growing_only=growing_only,
        min_carries_over=min_carries_over,
        diversity=diversity,
    )
    if output is None:
        shown = report.matches_to_text(
            f"{scored.title} (risk {report.percent(scored.risk)})",
            matches,
            width=_width(),
            color=_color(),
        )
        typer.echo(shown, nl=False)
    elif output.suffix.lower() == ".json":
        _write(output, report.to_json(matches))
    else:
        _write(output, report.match_table(matches).to_csv(index=False, lineterminator="\n"))


Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="OCCUPATION_RISK_DATABASE",
        help="URL of the store, such as sqlite:///scores.sqlite; else in the user's cache folder.",
    ),
]


@app.command()
def pipeline(
    soc: Annotated[
        list[str] | None, typer.Option("--soc", help="Score this occupation; again for more.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Score the whole catalogue, as without --soc.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Make a new run, though this one is complete.")
    ] = False,
    database: Database = None,
    engine: Engine = None,
) -> None:
    """Score the catalogue into the store; go on where an earlier call was cut off."""
    if soc and everything:
        raise InputError("got --soc and --all: expected one of them to say what to score")
    typer.echo(_web().pipeline(engine, database, soc or None, again))


@app.command()
def changes(
    since: Annotated[int, typer.Option("--since", help="Number of the run to compare with.")],
    database: Database = None,
    engine: Engine = None,
) -> None:
    """Show what changed since a run of the pipeline."""
    typer.echo(_web().changes(engine, database, since))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    root_path: Annotated[
        str, typer.Option(help="Path at which a proxy mounts the site, such as /risk.")
    ] = "",
    database: Database = None,
    engine: Engine = None,
) -> None:
    """Serve the occupation pages and the JSON API."""
    _web().serve(engine, database, host, port, root_path)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="New folder, or an export to replace.")],
    database: Database = None,
    engine: Engine = None,
) -> None:
    """Write the occupation pages as files that any web server can serve."""
    typer.echo(_web().export_site(engine, database, folder))


def _web() -> Any:
    """The site's commands, which need what the extra ``web`` brings."""
    try:
        from engine.web import commands
    except ImportError as error:
        raise InputError(
            f"the site needs the package {error.name!r}, which is not installed: "
            "pip install 'occupation-risk[web]'"
        ) from None
    return commands


def _asked(
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
    _check_output(output)
    occupations = _from_files(file, text)  # faults in files show before the engine is loaded
    from engine import taxonomy
    from engine.catalogue import find_by_title
    from engine.risk_engine import RiskEngine
    from engine.text import text_key

    loaded = RiskEngine.load(engine, confidence=confidence)
    if soc is not None:
        occupations = [loaded.find(soc)]
        if occupations[0].soc_code != taxonomy.parse_soc(soc):
            note = f"{soc}: scored as {occupations[0].soc_code} {occupations[0].title}"
            typer.echo(note, err=True)
    elif title is not None:
        occupations = [find_by_title(loaded.corpus, title)]
        if text_key(occupations[0].title) != text_key(title):
            note = f"{title}: scored as {occupations[0].soc_code} {occupations[0].title}"
            typer.echo(note, err=True)
    return loaded, occupations


def _options(
    soc: str | None, title: str | None, file: Path | None, text: Path | None
) -> Sequence[tuple[str, object]]:
    return (("--soc", soc), ("--title", title), ("--file", file), ("--text", text))


def _from_files(file: Path | None, text: Path | None) -> list[Occupation]:
    from engine.reading import parse_text, read_occupations
    from engine.records import UNTITLED
    from engine.tables import decode, read_text

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


def _check_output(output: Path | None) -> None:
    if output is None:
        return
    if output.suffix.lower() not in (".csv", ".json"):
        raise InputError(f"--output {output}: expected a name ending in .csv or .json")
    if output.is_dir() or not output.parent.is_dir():
        reason = "is a folder" if output.is_dir() else "is in a folder that does not exist"
        raise InputError(f"--output {output} {reason}: expected the name of a file to write")


def _one_or_all(results: list[OccupationRisk]) -> OccupationRisk | list[OccupationRisk]:
    return results[0] if len(results) == 1 else results


def _write(path: Path, content: str) -> None:
    from engine.files import write_whole

    try:
        write_whole(path, content.encode("utf-8"))
    except OSError as error:
        raise InputError(
            f"--output {path} cannot be written ({error.strerror}): expected a folder to write in; "
            "free space, check permissions, or name another file"
        ) from None


def _width() -> int:
    return min(max(shutil.get_terminal_size((120, 40)).columns, 80), 160)


def _color() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def main() -> None:
    """Run the command line: an ``EngineError`` is one line on stderr and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a narrow encoding must not cost the result
            stream.reconfigure(errors="replace")
    try:
        app()
    except EngineError as error:
        typer.echo(f"occupation-risk: {error}", err=True)
        sys.exit(2)
