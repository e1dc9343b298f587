"""What ships, held still: scores of both engines, and how well they do on occupations left out.

A change that is not meant to move a score must leave all of these as they are.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, RiskEngine
from engine.corpus.sources import published
from engine.encoders.cache import EmbeddingCache
from engine.encoders.work import WorkEncoder
from engine.evaluation import metrics
from engine.model import pretrained
from engine.model.cross_fitting import own_evidence
from engine.retrieval.reference import Reference
from tests import golden

# What the shipped adapters and heads reach on occupations left out: correlation with the outcomes,
# and the share of outcomes in their 90% interval. An adapter or a head that has seen the outcomes
# of the tasks it is judged on has a higher correlation (.92 for automation) and intervals that are
# too narrow, so both are bounds on either side.
LEFT_OUT = {
    "automation": (0.8847, 0.9123),
    "exposure": (0.8463, 0.9061),
    "exposure_human": (0.7240, 0.9012),
    "exposure_model": (0.8357, 0.9126),
}


def _check(engine: RiskEngine, reference: str) -> None:
    expected = golden.read()[reference]
    found = golden.scores(engine)
    assert found.keys() == expected.keys()
    for name, figures in expected.items():
        assert found[name] == pytest.approx(figures, abs=1e-6), name


@pytest.mark.slow
def test_golden_scores_of_the_starter_engine(starter_engine: RiskEngine) -> None:
    _check(starter_engine, "starter")


@pytest.fixture(scope="module")
def corpus(data_dir: Path) -> Corpus:
    return published.read(data_dir)[0]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> EmbeddingCache:
    return EmbeddingCache(tmp_path_factory.mktemp("vectors"))


@pytest.mark.figures
@pytest.mark.real_data
def test_golden_scores_of_the_published_engine(
    corpus: Corpus, cache: EmbeddingCache, tmp_path: Path
) -> None:
    """Built from the data, saved and loaded, as a user has it."""
    RiskEngine.build(corpus, cache=cache).save(tmp_path / "published")
    _check(RiskEngine.load(tmp_path / "published"), "published")


@pytest.mark.figures
@pytest.mark.real_data
def test_what_ships_on_occupations_left_out(corpus: Corpus, cache: EmbeddingCache) -> None:
    """Each task is encoded by the shipped adapter of its fold and scored by the shipped heads."""
    encoder = WorkEncoder()
    heads = pretrained.find(corpus, encoder)
    assert heads is not None
    vectors = cache.encode(encoder, corpus.tasks["task"].tolist())
    evidence = own_evidence(Reference(corpus, vectors, encoder.readout), encoder, cache)
    predictions = heads.predict(evidence, 0.9)
    for measure, expected in LEFT_OUT.items():
        outcomes = corpus.tasks[measure].to_numpy()
        figures = (
            metrics.correlation(predictions.values[measure], outcomes),
            metrics.coverage(predictions.low[measure], predictions.high[measure], outcomes),
        )
        assert figures == pytest.approx(expected, abs=0.002), measure


@pytest.mark.figures
@pytest.mark.real_data
def test_the_final_adapter_would_be_found_out(corpus: Corpus, cache: EmbeddingCache) -> None:
    """The bounds above catch a leak: evidence by the adapter that has seen all outcomes."""
    encoder = WorkEncoder()
    heads = pretrained.find(corpus, encoder)
    assert heads is not None
    vectors = cache.encode(encoder, corpus.tasks["task"].tolist())
    leaky = heads.predict(Reference(corpus, vectors, encoder.readout).look_up_own(), 0.9)
    outcomes = corpus.tasks["automation"].to_numpy()
    r, _ = LEFT_OUT["automation"]
    assert metrics.correlation(leaky.values["automation"], outcomes) > r + 0.02
    assert not np.isnan(leaky.values["automation"]).any()
