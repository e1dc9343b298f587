"""Score parts on a Ray cluster, which retries the parts of a lost worker or machine elsewhere.

Every machine needs the package, and the engine, the input and the output folder at the same paths.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from engine.batch.attempts import attempt, listed, underway
from engine.batch.faults import cannot_write
from engine.batch.plan import FileState, Part
from engine.batch.scorer import Job, PartResult, PartScorer
from engine.errors import EngineError


def score_on_cluster(parts: Sequence[Part], job: Job, workers: int | None) -> Iterator[PartResult]:
    """Score parts on the cluster that Ray is connected to, or on one that it starts here.

    Parts are Ray tasks rather than actors: Ray runs the task of a lost machine on another one.

    Args:
        workers: number of parts scored at a time; one for each core of the cluster if None.

    Raises:
        EngineError: if Ray is not installed or stops before the end, or a part cannot be scored or
            kills its worker every time; completed parts are kept.
    """
    try:
        import ray
        import ray.data
    except ImportError:
        raise EngineError(
            "--backend ray needs Ray, which is not installed; run pip install "
            "'occupation-risk[ray]', or use --backend local"
        ) from None
    context = ray.data.DataContext.get_current()
    bars, context.enable_progress_bars = context.enable_progress_bars, False
    try:
        if not ray.is_initialized():
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # opt out of telemetry
            ray.init(log_to_driver=False, logging_level="WARNING")
        cores = int(ray.cluster_resources().get("CPU", 1))
        results = ray.data.from_items(
            [asdict(part) for part in parts], override_num_blocks=len(parts)
        ).map(
            _score,
            fn_args=(job,),
            num_cpus=1,  # Ray then gives numerical libraries one thread
            compute=ray.data.TaskPoolStrategy(size=workers or cores),
        )
        for result in results.iter_rows():
            if result["error"]:
                raise EngineError(result["error"])
            yield PartResult(result["part"], result["scored"], result["rejected"])
    except ray.exceptions.RayError as error:
        lost = listed(underway(job.output, parts))
        raise EngineError(
            f"Ray stopped the run in {job.output} ({str(error).strip().splitlines()[-1][:200]})"
            f"{' while it scored ' + lost if lost else ''}; completed parts are kept. Run the same "
            "command again to resume"
        ) from error
    finally:
        context.enable_progress_bars = bars


def _score(row: dict[str, Any], job: Job) -> dict[str, Any]:
    """Score a part on a worker; an error is returned, because Ray would wrap a raised one."""
    part = Part(**{**row, "state": FileState(**row["state"])})
    nothing = {"part": part.number, "scored": 0, "rejected": 0}
    try:
        with attempt(job.output, part):
            return asdict(_scorer(job)(part)) | {"error": ""}
    except EngineError as error:
        return nothing | {"error": str(error)}
    except OSError as error:
        return nothing | {"error": cannot_write(job.output, error)}


@lru_cache(maxsize=1)
def _scorer(job: Job) -> PartScorer:
    """Load the engine once per process; Ray gives the process one part after another."""
    return PartScorer(job)
