"""An engine folder, input files, and runs whose parts are scored in the process of the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import RiskEngine
from engine.batch import process_pool, scorer
from engine.batch.plan import Part, Settings
from engine.batch.run import BatchSummary, run_batch
from engine.batch.scorer import Job, PartResult, PartScorer
from tests.conftest import WordEncoder


@pytest.fixture(scope="module")
def engine_folder(engine: RiskEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("engines") / "words"
    engine.save(folder)
    return folder


@pytest.fixture
def scored_parts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the parts scored so far: in this process, with the encoder of the tests."""
    numbers: list[int] = []

    class Loader:
        @staticmethod
        def load(path: str, *, confidence: float | None) -> RiskEngine:
            return RiskEngine.load(path, encoder=WordEncoder(), confidence=confidence)

    def score_here(parts: Sequence[Part], job: Job, workers: int | None) -> Iterator[PartResult]:
        score = PartScorer(job)
        for part in parts:
            numbers.append(part.number)
            yield score(part)

    monkeypatch.setattr(scorer, "RiskEngine", Loader)
    monkeypatch.setattr(process_pool, "score_locally", score_here)
    return numbers


def sentences(count: int) -> list[object]:
    return [f"Prepare report {number} on sales for clients." for number in range(count)]


def write_tasks(path: Path, texts: list[object], **options: object) -> pa.Table:
    """Write tasks with an ``id`` of four digits for each row."""
    table = pa.table({"id": [f"{n:04d}" for n in range(len(texts))], "task": pa.array(texts)})
    pq.write_table(table, path, **options)
    return table


def read_scores(output: Path) -> pa.Table:
    return pq.read_table(output / "scores")


def run(source: Path | str, output: Path, engine: Path, **settings: object) -> BatchSummary:
    return run_batch(str(source), output, Settings(engine=str(engine), **settings))  # type: ignore[arg-type]
