"""Parts on a cluster, by Ray Data: what dies with a worker or its machine is done again elsewhere.

Every machine must have the engine installed, and the model, the input and the output folder under
the same paths.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.batch.plan import Part, Settings
from engine.batch.scorer import Outcome, PartScorer
from engine.errors import EngineError


def score_on_cluster(
    parts: Sequence[Part], settings: Settings, output: Path, workers: int | None
) -> Iterator[Outcome]:
    """Score parts on the cluster that Ray knows, or on one that it starts on this machine.

    Tasks rather than actors, since a task of a machine that is lost goes to another one.

    Args:
        workers: parts at a time; as many as the cluster has cores if None.

    Raises:
        EngineError: if Ray is not installed, or gives up on a part; what was written stays.
    """
    try:
        import ray
        import ray.data
    except ImportError:
        raise EngineError(
            "--engine ray needs Ray: expected the extra 'ray'; install it with pip install "
            "'occupation-risk[ray]', or take --engine local"
        ) from None
    context = ray.data.DataContext.get_current()
    bars, context.enable_progress_bars = context.enable_progress_bars, False
    try:
        if not ray.is_initialized():
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent to anyone
            ray.init(log_to_driver=False, logging_level="WARNING")
        cores = int(ray.cluster_resources().get("CPU", 1))
        outcomes = ray.data.from_items(
            [asdict(part) for part in parts], override_num_blocks=len(parts)
        ).map(
            _score,
            fn_args=(settings, output),
            num_cpus=1,  # for which Ray leaves numerical libraries one thread
            compute=ray.data.TaskPoolStrategy(size=workers or cores),
        )
        for outcome in outcomes.iter_rows():
            yield Outcome(**outcome)
    except ray.exceptions.RayError as error:
        raise EngineError(
            f"Ray gave up on the run into {output} ({str(error).strip().splitlines()[-1][:200]}): "
            "what was written is whole; run the same command again to go on"
        ) from error
    finally:
        context.enable_progress_bars = bars


def _score(row: dict[str, Any], settings: Settings, output: Path) -> dict[str, Any]:
    return asdict(_scorer(settings, output)(Part(**row)))


@lru_cache(maxsize=1)
def _scorer(settings: Settings, output: Path) -> PartScorer:
    """The engine of this process, which Ray gives one part after the other."""
    return PartScorer(settings, output)
