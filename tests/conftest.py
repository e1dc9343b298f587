"""Shared fixtures: a deterministic encoder, corpora, engines and the published data."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

os.environ["HF_HUB_OFFLINE"] = "1"

from engine import Corpus, RiskEngine
from engine.corpus.sources import published
from engine.corpus.sources.published import JoinReport
from engine.encoders.cache import EmbeddingCache
from engine.model import nystroem
from engine.persistence import artifact

ROOT = Path(__file__).resolve().parent.parent

# Heads of an encoder without a probe are fitted three times as fast. Nothing that is tested depends
# on the number, and it must be the same in all processes of the tests.
nystroem.LANDMARKS = 100


class WordEncoder:
    """Embed a text as the normalized sum of fixed random vectors of its words."""

    def __init__(self, name: str = "words", dimensions: int = 32) -> None:
        self.name = name
        self.calls: list[list[str]] = []
        self._dimensions = dimensions

    @property
    def fingerprint(self) -> str:
        return f"{self.name}-{self._dimensions}"

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        self.calls.append(list(texts))
        width = self._dimensions
        sums = np.stack(
            [sum(_word(word, width) for word in text.lower().split()) for text in texts]
        )
        return (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32)


@cache
def _word(word: str, dimensions: int) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
    return np.random.default_rng(seed).normal(size=dimensions)


@pytest.fixture(scope="session", autouse=True)
def _separate_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the caches and default engines of tests out of the user's folders."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def words() -> WordEncoder:
    return WordEncoder()


@pytest.fixture(scope="session")
def starter() -> Corpus:
    return Corpus.read(ROOT / "reference_tasks", "starter")


@pytest.fixture(scope="session")
def small(starter: Corpus) -> Corpus:
    """Every tenth occupation of the starter reference, from all major groups."""
    codes = starter.occupations["soc_code"].tolist()
    return starter.select_occupations([*codes[::10], "29-1129.01"])


@pytest.fixture(scope="session")
def few(small: Corpus) -> Corpus:
    """A third of its occupations: for an engine that a single test builds."""
    return small.select_occupations([*list(small.rows_of)[::3], "29-1129.01"])


@pytest.fixture(scope="session")
def engine(small: Corpus, tmp_path_factory: pytest.TempPathFactory) -> RiskEngine:
    """An engine that is built quickly, with an encoder that knows words but not meanings."""
    cache = EmbeddingCache(tmp_path_factory.mktemp("vectors"))
    return RiskEngine.build(small, WordEncoder(), cache=cache)


@pytest.fixture(scope="session")
def starter_folder(starter: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter engine that users have: the one that make built, or a new one."""
    built = ROOT / "models" / "starter"
    exists = (built / artifact.MANIFEST).is_file()
    if exists and artifact.read(built).facts["reference"]["fingerprint"] == starter.fingerprint:
        return built
    folder = tmp_path_factory.mktemp("engines") / "starter"
    RiskEngine.build(starter).save(folder)
    return folder


@pytest.fixture(scope="session")
def starter_engine(starter_folder: Path) -> RiskEngine:
    return RiskEngine.load(starter_folder)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the published data; tests that need it are skipped without it."""
    named = os.environ.get("OCCUPATION_RISK_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not (folder / "onet_30_1" / "Task Statements.txt").is_file():
        pytest.skip(f"no published data in {folder}; set OCCUPATION_RISK_DATA")
    return folder


@pytest.fixture(scope="session")
def published_read(data_dir: Path) -> tuple[Corpus, JoinReport]:
    """The published reference and the report on it; reading them takes seconds."""
    return published.read(data_dir)


@pytest.fixture(scope="session")
def published_corpus(published_read: tuple[Corpus, JoinReport]) -> Corpus:
    return published_read[0]


@pytest.fixture(scope="session")
def published_engine(published_corpus: Corpus) -> RiskEngine:
    """An engine of an eighth of the published occupations, with the fast encoder."""
    corpus = published_corpus
    named = ("29-1129.01", "29-1141.00", "43-3031.00", "43-9021.00", "47-2181.00", "39-5012.00")
    return RiskEngine.build(
        corpus.select_occupations([*list(corpus.rows_of)[::8], *named]), "static"
    )


@pytest.fixture(scope="session")
def published_folder(
    published_engine: RiskEngine, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("engines") / "published"
    published_engine.save(folder)
    return folder
