"""Score parts on a Ray cluster, which retries the parts of a lost worker or machine elsewhere.

Every machine needs the package, and the engine, the input and the output folder at the same paths.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.batch.plan import Part, Settings
from engine.batch.scorer import PartResult, PartScorer
from engine.errors import EngineError


def score_on_cluster(
    parts: Sequence[Part], settings: Settings, output: Path, workers: int | None
) -> Iterator[PartResult]:
    """Score parts on the cluster that Ray is connected to, or on one that it starts here.

    Parts are Ray tasks rather than actors: Ray runs the task of a lost machine on another one.

    Args:
        workers: number of parts scored at a time; one for each core of the cluster if None.

    Raises:
        EngineError: if Ray is not installed, or stops before the end; completed parts are kept.
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
            fn_args=(settings, output),
            num_cpus=1,  # Ray then gives numerical libraries one thread
            compute=ray.data.TaskPoolStrategy(size=workers or cores),
        )
        for result in results.iter_rows():
            yield PartResult(**result)
    except ray.exceptions.RayError as error:
        raise EngineError(
            f"Ray stopped the run in {output} ({str(error).strip().splitlines()[-1][:200]}); "
            "completed parts are kept. Run the same command again to resume"
        ) from error
    finally:
        context.enable_progress_bars = bars


def _score(row: dict[str, Any], settings: Settings, output: Path) -> dict[str, Any]:
    return asdict(_scorer(settings, output)(Part(**row)))


@lru_cache(maxsize=1)
def _scorer(settings: Settings, output: Path) -> PartScorer:
    """Load the engine once per process; Ray gives the process one part after another."""
    return PartScorer(settings, output)
