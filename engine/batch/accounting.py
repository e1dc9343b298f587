"""Account for every row of the input: it is scored, or rejected with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from engine.batch.faults import DATA_ERRORS, reading, retried
from engine.batch.output_folder import REJECTS, SCORES, OutputFolder
from engine.batch.plan import InputFile, Part
from engine.batch.rejects import Reject, count_rejects, first_rejects
from engine.errors import EngineError


@dataclass(frozen=True, kw_only=True)
class BatchSummary:
    """Result of a batch run. The rows of the input are those scored and those rejected.

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


def is_complete(folder: OutputFolder, part: Part) -> bool:
    """Return whether every row of a part is in its files; a damaged file does not count.

    Raises:
        ReadError: if the system cannot read a file.
    """
    if not folder.scores(part).is_file():
        return False
    try:
        return sum(_count(folder, part)) == part.rows
    except DATA_ERRORS:
        return False


def summarize(
    folder: OutputFolder, files: Sequence[InputFile], parts: Sequence[Part], resumed: int
) -> BatchSummary:
    """Summarize a run after checking that no row of any input file is missing.

    Raises:
        EngineError: if the scored and rejected rows of a file are not as many as its rows.
    """
    scored: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    for part in parts:
        try:
            found = _count(folder, part)
        except DATA_ERRORS as error:
            raise _missing(folder, f"the files of {part.described} are damaged ({error})") from None
        scored[part.path] += found[0]
        rejected[part.path] += found[1]
    for number, given in enumerate(files):
        path = str(given.path)
        rejected[path] += count_rejects(folder.rejects(folder.staged(number).name))
        if scored[path] + rejected[path] != given.rows:
            raise _missing(
                folder,
                f"{given.source} has {given.rows:,} rows, but {scored[path]:,} are scored and "
                f"{rejected[path]:,} rejected",
            )
    return BatchSummary(
        parts=len(parts),
        resumed=resumed,
        scored=scored.total(),
        rejected=rejected.total(),
        first_rejects=first_rejects(folder.reject_files()),
        rejects=folder.path / REJECTS,
    )


def _count(folder: OutputFolder, part: Part) -> tuple[int, int]:
    """Count the scored and the rejected rows in the files of a part."""

    def count() -> tuple[int, int]:
        path = folder.scores(part)
        with reading(path):
            return pq.read_metadata(path).num_rows, count_rejects(folder.rejects(part.file_name))

    return retried(count)


def _missing(folder: OutputFolder, what: str) -> EngineError:
    return EngineError(
        f"rows are missing in {folder.path / SCORES}: {what}. Do not use this output; run again "
        "with a new output folder, and report the error if it returns"
    )
