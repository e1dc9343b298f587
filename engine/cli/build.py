"""The command that builds or extends an engine: build."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.options import AllowEncoder, DataDir, Report
from engine.errors import InputError
from engine.utils import log_setup, resources

if TYPE_CHECKING:
    from engine.corpus.corpus import Corpus
    from engine.risk_engine import RiskEngine

_FROM_SCRATCH = "minilm"


def build(
    reference: Annotated[
        str | None,
        typer.Option(
            metavar="starter|published|isco|FILE",
            help="starter ships with the package, published is O*NET with published labels in "
            "--data-dir, isco has the unit groups of ISCO-08 instead, FILE is your own tasks file "
            "next to an occupations.csv. Default: starter.",
        ),
    ] = None,
    add: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE_OR_FOLDER",
            help="Extend the engine in --output with the tasks of this file instead.",
        ),
    ] = None,
    moves: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE_OR_FOLDER",
            help="Moves that people made between jobs: your CSV file with from_soc, to_soc and "
            "count, a file of JobHop, or the folder of the occupational mobility network.",
        ),
    ] = None,
    data_dir: DataDir = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="work, minilm, static, or the name or folder of a sentence-transformer. "
            "Default: work.",
        ),
    ] = None,
    from_scratch: Annotated[
        bool,
        typer.Option(
            "--from-scratch", help="Use plain MiniLM, and fit everything on the reference alone."
        ),
    ] = False,
    allow_encoder: Annotated[str | None, AllowEncoder] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Engine folder to write. Default: the reference's own folder."
        ),
    ] = None,
    report: Report = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log events to stderr.")] = False,
) -> None:
    """Build an engine from a reference, or extend one with further tasks."""
    if verbose:
        log_setup.set_up(verbose=True)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    _check_options(reference, add, encoder, from_scratch, output, moves)
    if allow_encoder is not None and add is None:
        raise InputError("--allow-encoder needs --add; to build with an encoder, use --encoder")
    start = time.perf_counter()
    if add is not None and output is not None:
        folder, engine = output, _extend(output, add, allow_encoder)
    else:
        corpus = _read_reference(reference or "starter", data_dir or resources.data_dir())
        folder = output or _default_output(reference, corpus)
        if moves is not None:
            corpus = _with_moves(corpus, moves)
        engine = _build(corpus, _FROM_SCRATCH if from_scratch else encoder)
    engine.save(folder)
    seconds, peak_gb = time.perf_counter() - start, _peak_memory_gb()
    if report is not None:
        _write_report(report, folder, engine, {"seconds": round(seconds, 1), "peak_gb": peak_gb})
    memory = "" if peak_gb is None else f", peak memory {peak_gb:.1f} GB"
    typer.echo(
        f"{'built' if add is None else 'extended'} {folder} in {seconds:.0f} s{memory}\n"
        f"use it: occupation-risk score --engine {folder} --title TITLE, or in Python: "
        f"RiskEngine.load({str(folder)!r})"
    )


def _check_options(
    reference: str | None,
    add: Path | None,
    encoder: str | None,
    from_scratch: bool,
    output: Path | None,
    moves: Path | None,
) -> None:
    if from_scratch and encoder is not None:
        raise InputError("--from-scratch and --encoder cannot be combined; give one of them")
    if add is None:
        return
    if reference is not None:
        raise InputError("--add and --reference cannot be combined; give one of them")
    if encoder is not None or from_scratch:
        raise InputError("--add uses the encoder of the engine; remove --encoder or --from-scratch")
    if moves is not None:
        raise InputError("--add and --moves cannot be combined; build an engine from all tasks")
    if output is None:
        raise InputError("--add needs --output; name the folder of the engine to extend")


def _read_reference(name: str, data_dir: Path) -> Corpus:
    from engine.corpus.references import read_with_report

    corpus, joined = read_with_report(name, data_dir)
    if joined:
        typer.echo(joined)
    return corpus


def _with_moves(corpus: Corpus, path: Path) -> Corpus:
    from engine.corpus.sources.mobility import read_moves, with_moves

    placed = read_moves(path, corpus)
    typer.echo(str(placed))
    return with_moves(corpus, placed)


def _default_output(reference: str | None, corpus: Corpus) -> Path:
    """Folder of the reference's engine, which for the built-in ones is a default engine.

    Raises:
        InputError: if your own reference has the name of a built-in one.
    """
    from engine.corpus.references import BUILT_IN, STARTER

    if corpus.name in BUILT_IN and (reference or STARTER) not in BUILT_IN:
        raise InputError(
            f"{reference} has the name of the {corpus.name} reference, whose engine it would "
            "replace; name a folder with --output"
        )
    return resources.engine_dir(corpus.name)


def _build(corpus: Corpus, encoder: str | None) -> RiskEngine:
    from engine.corpus.references import summary
    from engine.encoders.base import DEFAULT_ENCODER
    from engine.risk_engine import RiskEngine

    typer.echo(summary(corpus))
    return RiskEngine.build(corpus, encoder or DEFAULT_ENCODER, progress=sys.stderr.isatty())


def _extend(folder: Path, tasks: Path, allow_encoder: str | None) -> RiskEngine:
    from engine.corpus.corpus import Corpus
    from engine.corpus.references import summary
    from engine.risk_engine import RiskEngine

    more = Corpus.read(tasks)
    typer.echo(summary(more))
    before = RiskEngine.load(folder, allow_encoder=allow_encoder)
    engine = before.extended(more, progress=sys.stderr.isatty())
    typer.echo(summary(engine.corpus))
    return engine


def _write_report(
    path: Path, folder: Path, engine: RiskEngine, measured: dict[str, float | None]
) -> None:
    from engine.persistence import artifact
    from engine.utils.atomic_write import write_run_report

    facts: dict[str, Any] = {"output": str(folder), "fingerprint": engine.fingerprint}
    facts |= artifact.read_manifest(folder).facts
    facts.pop("careers")  # hundreds of occupations
    write_run_report(path, facts | measured)


def _peak_memory_gb() -> float | None:
    """Peak memory of this process in GB; None where the system does not report it."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 2**30 if sys.platform == "darwin" else 2**20
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 2)
