"""Actions that test_crashes.py and test_full_disk.py run in separate processes and kill.

The processes are forked from one that has built the engines, so that each starts in milliseconds.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from engine import Corpus, RiskEngine
from engine.batch import process_pool
from engine.batch.plan import Part, Settings
from engine.batch.run import run_batch
from engine.batch.scorer import Job, PartResult, PartScorer
from engine.corpus.sources.download import Source, fetch
from engine.encoders import registry
from engine.encoders.cache import EmbeddingCache
from engine.persistence import engine_folder
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.conftest import ROOT, WordEncoder


@functools.cache
def corpora() -> list[Corpus]:
    """Return two corpora as small as an engine allows."""
    starter = Corpus.read(ROOT / "reference_tasks", "starter")
    codes = starter.occupations["soc_code"].tolist()
    return [starter.select_occupations(codes[start::120]) for start in (0, 60)]


class _NoCache(EmbeddingCache):
    def encode(
        self, encoder: WordEncoder, texts: Sequence[str], *, progress: bool = False
    ) -> np.ndarray:
        return encoder.encode(texts)


@functools.cache
def engines() -> list[RiskEngine]:
    """Return an engine of each corpus."""
    return [RiskEngine.build(corpus, WordEncoder(), cache=_NoCache()) for corpus in corpora()]


def files(which: int) -> dict[str, bytes]:
    """Return the files of an engine, as a save writes them."""
    return dict(engine_folder.pack(engines()[which]._parts).files)


def save(folder: Path, which: int) -> None:
    engines()[which].save(folder)


def build(folder: Path, which: int) -> None:
    RiskEngine.build(corpora()[which], WordEncoder(), cache=_NoCache()).save(folder)


def pipeline(url: str) -> None:
    """Resume the interrupted run, or start a new one."""
    store = Store(url)
    unfinished = store.runs()[:1] and store.runs()[0].finished is None
    run_pipeline(engines()[0], store, again=not unfinished)


def batch(given: Path, output: Path, model: Path) -> None:
    """Score a file in this process, so that killing it interrupts the scoring."""
    registry.find_encoder = lambda name: WordEncoder()

    def here(parts: Sequence[Part], job: Job, _: int) -> Iterator[PartResult]:
        yield from map(PartScorer(job), parts)

    process_pool.score_locally = here
    run_batch(str(given), output, Settings(engine=str(model), part_rows=100, allow_encoder="words"))


def download(folder: Path, source: Source) -> None:
    fetch(folder, [source], progress=False)


def cache(folder: Path, texts: Sequence[str]) -> None:
    EmbeddingCache(folder).encode(WordEncoder(), texts)
