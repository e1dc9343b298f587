"""A run over files, from what was asked to what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from engine.batch.csv_staging import stage
from engine.batch.output_folder import REJECTS, Output
from engine.batch.plan import Part, Settings, check_schema, find_inputs, make_parts, open_parquet
from engine.batch.rejects import Reject, count_rejects
from engine.errors import EngineError, InputError
from engine.persistence import artifact

ENGINES = ("local", "ray")


@dataclass(frozen=True)
class Progress:
    """How far a run is: rows done, before this start and by now, of all rows."""

    before: int
    done: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a run has done.

    Attributes:
        parts: number of parts; of these ``resumed`` were there before.
        scored: rows scored.
        rejected: rows set aside.
        first_rejects: a few of them.
        rejects: folder with all of them.
    """

    parts: int
    resumed: int
    scored: int
    rejected: int
    first_rejects: list[Reject]
    rejects: Path


def run_batch(
    given: str,
    output: Path,
    settings: Settings,
    *,
    engine: str = "local",
    workers: int | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Score a column of tasks in files, into a folder of Parquet files of the same rows.

    A run that was cut off goes on where it was when the same is asked again.

    Args:
        given: a Parquet or CSV file, a folder of them, or a pattern.
        output: folder to write: ``scores/``, and ``rejects/`` for rows that were set aside.
        settings: what is asked.
        engine: where parts are scored: ``local``, on this machine, or ``ray``, on a cluster.
        workers: processes; all cores if not given.
        report: called whenever a part is done.

    Raises:
        InputError: if the input or the output folder is not usable.
        EngineError: if the run stops before its end; what was written stays.
    """
    if engine not in ENGINES:
        raise InputError(f"--engine {engine}: expected {' or '.join(ENGINES)}")
    if workers is not None and workers < 1:
        raise InputError(f"--workers {workers}: expected 1 or more")
    if engine == "ray":
        from engine.batch.ray_cluster import score_on_cluster as score
    else:
        from engine.batch.process_pool import score_locally as score

    inputs = find_inputs(given)
    folder = Output(output)
    try:
        with folder.claimed(inputs, settings):
            parts = _plan(inputs, folder, settings)
            todo = [part for part in parts if not folder.scores(part).is_file()]
            rows = sum(part.rows for part in parts)
            before = done = rows - sum(part.rows for part in todo)
            report(Progress(before, done, rows))
            if todo:
                for outcome in score(todo, settings, output.resolve(), workers):
                    done += parts[outcome.part].rows
                    report(Progress(before, done, rows))
            return _summary(folder, parts, len(parts) - len(todo))
    except OSError as error:
        raise EngineError(
            f"{output} cannot be written ({error.strerror or error}): what was written is whole; "
            "free space or check permissions, and run the same command again to go on"
        ) from error


def _plan(inputs: Sequence[Path], folder: Output, settings: Settings) -> list[Part]:
    files = []
    measures = list(artifact.read_manifest(Path(settings.model)).facts["measures"])
    for number, source in enumerate(inputs):
        path = source.resolve()
        if source.suffix.lower() == ".csv":
            path = folder.staged(number).resolve()
            if not path.is_file():
                stage(source, path, folder.rejects(f"{path.stem}.parquet"))
        with open_parquet(path) as file:
            check_schema(file.schema_arrow, str(source), settings, measures)
        files.append((path, source))
    return make_parts(files, settings)


def _summary(folder: Output, parts: Sequence[Part], resumed: int) -> Summary:
    scored = sum(pq.read_metadata(folder.scores(part)).num_rows for part in parts)
    rejects = folder.folder / REJECTS
    rejected, first = count_rejects(sorted(rejects.glob("*.parquet")))
    return Summary(
        parts=len(parts),
        resumed=resumed,
        scored=scored,
        rejected=rejected,
        first_rejects=first,
        rejects=rejects,
    )
