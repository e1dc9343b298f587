"""Run a batch: plan it, score the incomplete parts, and summarize the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from engine.batch.csv_staging import stage_csv
from engine.batch.output_folder import REJECTS, OutputFolder
from engine.batch.plan import Part, Settings, check_schema, find_inputs, open_parquet, plan_parts
from engine.batch.progress import BatchProgress, ReportProgress
from engine.batch.rejects import Reject, count_rejects
from engine.errors import EngineError, InputError
from engine.persistence import artifact

BACKENDS = ("local", "ray")


@dataclass(frozen=True, kw_only=True)
class BatchSummary:
    """Result of a batch run.

    Attributes:
        parts: number of parts.
        resumed: number of parts that earlier calls completed.
        scored: number of scored rows.
        rejected: number of rejected rows.
        first_rejects: a few rejects.
        rejects: folder of all rejects.
    """

    parts: int
    resumed: int
    scored: int
    rejected: int
    first_rejects: list[Reject]
    rejects: Path


def run_batch(
    source: str,
    output: Path,
    settings: Settings,
    *,
    backend: str = "local",
    workers: int | None = None,
    on_progress: ReportProgress = lambda progress: None,
) -> BatchSummary:
    """Score a column of tasks, and write the input's rows with their scores as Parquet files.

    The same call resumes an interrupted run.

    Args:
        source: a Parquet or CSV file, a folder of them, or a pattern.
        output: folder to write: ``scores/`` and, for rows that cannot be scored, ``rejects/``.
        settings: columns, engine and size of the parts.
        backend: ``local`` for the processes of this machine, ``ray`` for a cluster.
        workers: number of processes; one for each core if None.
        on_progress: called at the start and whenever a part is complete.

    Raises:
        InputError: if an argument, the input or the output folder is invalid.
        EngineError: if the run stops early; completed parts are kept.
    """
    if backend not in BACKENDS:
        raise InputError(f"--backend {backend} does not exist; use {' or '.join(BACKENDS)}")
    if workers is not None and workers < 1:
        raise InputError(f"--workers is {workers}; give a number of at least 1")
    if backend == "ray":
        from engine.batch.ray_cluster import score_on_cluster as score
    else:
        from engine.batch.process_pool import score_locally as score

    inputs = find_inputs(source)
    folder = OutputFolder(output)
    try:
        with folder.claim(inputs, settings):
            parts = _plan(inputs, folder, settings)
            remaining = [part for part in parts if not folder.scores(part).is_file()]
            rows = sum(part.rows for part in parts)
            before = done = rows - sum(part.rows for part in remaining)
            on_progress(BatchProgress(before, done, rows))
            if remaining:
                for result in score(remaining, settings, output.resolve(), workers):
                    done += parts[result.part].rows
                    on_progress(BatchProgress(before, done, rows))
            return _summarize(folder, parts, len(parts) - len(remaining))
    except OSError as error:
        raise EngineError(
            f"{output} cannot be written ({error.strerror or error}); completed parts are kept. "
            "Free space or check permissions, then run the same command again to resume"
        ) from error


def _plan(inputs: Sequence[Path], folder: OutputFolder, settings: Settings) -> list[Part]:
    files = []
    measures = list(artifact.read_manifest(Path(settings.engine)).facts["measures"])
    for number, source in enumerate(inputs):
        path = source.resolve()
        if source.suffix.lower() == ".csv":
            path = folder.staged(number).resolve()
            if not path.is_file():
                stage_csv(source, path, folder.rejects(f"{path.stem}.parquet"))
        with open_parquet(path) as file:
            check_schema(file.schema_arrow, str(source), settings, measures)
        files.append((path, source))
    return plan_parts(files, settings)


def _summarize(folder: OutputFolder, parts: Sequence[Part], resumed: int) -> BatchSummary:
    scored = sum(pq.read_metadata(folder.scores(part)).num_rows for part in parts)
    rejected, examples = count_rejects(folder.reject_files())
    return BatchSummary(
        parts=len(parts),
        resumed=resumed,
        scored=scored,
        rejected=rejected,
        first_rejects=examples,
        rejects=folder.path / REJECTS,
    )
