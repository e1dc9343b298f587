"""Parts on a cluster, by Ray Data; what a worker dies over is done again.

Every worker must see the input and output folders under the same path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from engine.batch.part import Outcome, PartScorer
from engine.batch.plan import Part, Settings
from engine.errors import EngineError


class _Worker:
    """What Ray keeps in each of its processes."""

    def __init__(self, settings: Settings, output: Path) -> None:
        self._score = PartScorer(settings, output)

    def __call__(self, rows: dict[str, np.ndarray]) -> dict[str, list[Any]]:
        parts = [
            Part(int(number), str(path), str(source), int(first), int(count))
            for number, path, source, first, count in zip(
                *(rows[name] for name in ("number", "path", "source", "first", "rows")), strict=True
            )
        ]
        outcomes = [asdict(self._score(part)) for part in parts]
        return {name: [outcome[name] for outcome in outcomes] for name in outcomes[0]}


def score_on_cluster(
    parts: Sequence[Part], settings: Settings, output: Path, workers: int
) -> Iterator[Outcome]:
    """Score parts on the cluster that Ray is connected to, or on one of this machine.

    Raises:
        EngineError: if Ray is not installed, or gives up on a part.
    """
    try:
        import ray
    except ImportError:
        raise EngineError(
            "--engine ray needs Ray: expected the extra 'ray'; install it with pip install "
            "'occupation-risk[ray]', or take --engine local"
        ) from None
    rows = [asdict(part) for part in parts]
    data = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
        _Worker,
        fn_constructor_args=(settings, output),
        batch_size=1,
        concurrency=(1, max(1, min(workers, len(rows)))),
        num_cpus=1,
    )
    try:
        for row in data.iter_rows():
            yield Outcome(**row)
    except ray.exceptions.RayError as error:
        raise EngineError(
            f"Ray gave up on the run into {output} ({str(error).strip().splitlines()[-1][:200]}): "
            "what was written is whole; run the same command again to go on"
        ) from error
