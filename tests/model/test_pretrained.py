from __future__ import annotations

import numpy as np
import pytest

from engine import Corpus, RiskEngine
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import TUNED
from engine.encoders.work import WorkEncoder
from engine.model import pretrained
from tests.conftest import WordEncoder


@pytest.mark.slow
def test_the_starter_engine_has_heads_fitted_to_published_outcomes(
    starter: Corpus, starter_engine: RiskEngine
) -> None:
    """Fails when the reference or the encoder changed: run scripts/fit_heads.py again."""
    for encoder in TUNED.values():
        assert pretrained.find(starter, encoder()) is not None, encoder.name
    assert {"exposure_human", "exposure_model"} <= set(starter_engine.measures)
    (task,) = starter_engine.score_tasks(["Draft letters that answer questions of clients."])
    assert 0.5 < task.measures["exposure_human"] <= 1
    assert set(task.neighbours[0].outcomes) == {"exposure", "automation"}


@pytest.mark.slow
def test_they_belong_to_one_reference_and_one_encoder(starter: Corpus, small: Corpus) -> None:
    encoder = WorkEncoder()
    assert pretrained.find(small, encoder) is None
    assert pretrained.find(starter, encoder.without(0)) is None
    assert pretrained.find(starter, WordEncoder()) is None


@pytest.mark.slow
def test_a_corpus_of_ones_own_is_fitted_on_what_the_encoder_has_not_seen(small: Corpus) -> None:
    few = small.select([*list(small.rows_of)[::3], "29-1129.01"])
    engine = RiskEngine.build(few, "work", cache=EmbeddingCache())
    assert set(engine.measures) == set(few.measures)
    result = engine.score_occupation("29-1129.01")
    low, high = result.risk_interval
    assert 0 <= low <= result.risk <= high <= 1
    assert not np.isnan([task.risk for task in result.tasks]).any()
