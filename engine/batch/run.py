"""Run a batch: plan it, score the incomplete parts, and summarize the result."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from engine.batch.accounting import BatchSummary, is_complete, summarize
from engine.batch.columns import check_schema
from engine.batch.csv_staging import stage_csv, staged_rows
from engine.batch.faults import cannot_write, retried
from engine.batch.output_folder import OutputFolder
from engine.batch.plan import (
    FileState,
    InputFile,
    Settings,
    check_unchanged,
    count_rows,
    find_inputs,
    open_parquet,
    plan_parts,
)
from engine.batch.progress import BatchProgress, ReportProgress
from engine.batch.run_record import RunRecord
from engine.batch.scorer import Job
from engine.errors import EngineError, InputError
from engine.persistence import artifact

BACKENDS = ("local", "ray")


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

    record = RunRecord.of(find_inputs(source), settings)
    folder = OutputFolder(output)
    try:
        with folder.claim(record):
            files = _stage(record, folder)
            parts = plan_parts(files, settings)
            remaining = [part for part in parts if not is_complete(folder, part)]
            rows = sum(part.rows for part in parts)
            before = done = rows - sum(part.rows for part in remaining)
            on_progress(BatchProgress(before, done, rows))
            if remaining:
                job = Job(
                    settings=settings,
                    output=output.resolve(),
                    engine_sha256=record.engine_sha256,
                )
                for result in score(remaining, job, workers):
                    done += parts[result.part].rows
                    on_progress(BatchProgress(before, done, rows))
                folder.sweep()  # what killed workers left, whose parts others have scored
            return summarize(folder, files, parts, len(parts) - len(remaining))
    except OSError as error:
        raise EngineError(cannot_write(output, error)) from error


def _stage(record: RunRecord, folder: OutputFolder) -> list[InputFile]:
    """Convert CSV files to Parquet, check the columns of all files, and count their rows."""
    files = []
    measures = list(artifact.read_manifest(Path(record.settings.engine)).facts["measures"])
    for number, (source, state) in enumerate(zip(record.inputs, record.states, strict=True)):
        path, counted = source.resolve(), None
        if source.suffix.lower() == ".csv":
            path, state, counted = retried(partial(_convert, source, state, folder, number))
        with open_parquet(path) as file:
            check_schema(file.schema_arrow, str(source), record.settings, measures)
            rows = count_rows(file, source) if counted is None else counted
        check_unchanged(path, state, source)  # it may have been replaced before it was opened
        files.append(InputFile(path=path, source=source, state=state, rows=rows))
    return files


def _convert(
    source: Path, state: FileState, folder: OutputFolder, number: int
) -> tuple[Path, FileState, int]:
    """Convert a CSV file unless this run has done so; return file, its state and its rows."""
    path = folder.staged(number).resolve()
    rows = staged_rows(path) if path.is_file() else None
    if rows is None:
        rows = stage_csv(source, path, folder.rejects(path.name), state)
    return path, FileState.of(path), rows
