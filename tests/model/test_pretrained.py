from __future__ import annotations

import numpy as np
import pytest

from engine import Corpus, RiskEngine
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import TUNED
from engine.encoders.work import WorkEncoder
from engine.model import pretrained, serialization
from engine.model.cross_fitting import fit_detector, make_reference
from engine.model.risk_model import RiskModel
from engine.retrieval.reference import Evidence
from engine.scoring.build import build_parts
from tests.conftest import WordEncoder


def _assert_same(found: RiskModel, expected: RiskModel, tolerance: float) -> None:
    first, second = serialization.to_arrays(found), serialization.to_arrays(expected)
    assert first.keys() == second.keys()
    for name, array in first.items():
        np.testing.assert_allclose(array, second[name], atol=tolerance, err_msg=name)


@pytest.mark.slow
def test_the_starter_engine_has_the_heads_that_ship(
    starter: Corpus, starter_engine: RiskEngine
) -> None:
    """If this fails, the reference or the encoder changed: run scripts/training/fit_heads.py."""
    shipped = {name: pretrained.load(starter, encoder()) for name, encoder in TUNED.items()}
    assert None not in shipped.values(), shipped
    heads = shipped[starter_engine.encoder_name]
    assert heads is not None
    _assert_same(starter_engine._parts.model, heads, 0.0)
    # They were fitted to published outcomes, and those have more measures than the starter corpus.
    assert {"exposure_human", "exposure_model"} <= set(heads.measures) - set(starter.measures)


@pytest.mark.slow
def test_heads_are_for_one_reference_and_one_encoder(starter: Corpus, small: Corpus) -> None:
    encoder = WorkEncoder()
    assert pretrained.load(small, encoder) is None
    assert pretrained.load(starter, encoder.without(0)) is None
    assert pretrained.load(starter, WordEncoder()) is None


@pytest.mark.slow
def test_heads_for_another_corpus_are_fitted_to_what_the_encoder_has_not_seen(
    small: Corpus,
) -> None:
    """Against a twin that embeds and looks up each occupation on its own."""
    few = small.select_occupations(list(small.rows_of)[::3])
    encoder, cache = WorkEncoder(), EmbeddingCache()
    texts, keys = few.tasks["task"].tolist(), few.text_keys
    folds = encoder.folds.of(few.tasks["soc_code"].tolist())
    parts = []
    for code, rows in few.rows_of.items():
        view = encoder.without(int(folds[rows[0]]))
        vectors = cache.encode(view, texts)
        others = np.flatnonzero(folds != folds[rows[0]])
        searched = make_reference(few.take_tasks(others), view, vectors[others])
        parts.append(searched.look_up(vectors[rows], [code] * len(rows), keys[rows].tolist()))
    order = np.argsort(np.concatenate(list(few.rows_of.values())))
    vectors = cache.encode(encoder, texts)
    reference = make_reference(few, encoder, vectors)
    shares = reference.time_shares(reference.look_up_own())
    detector = fit_detector(few, vectors, encoder, cache)
    twin = RiskModel.fit(reference, Evidence.joined(parts)[order], shares, detector)
    built = build_parts(few, encoder, cache, confidence=0.9)
    _assert_same(built.model, twin, 1e-9)
    # Evidence by the encoder that has seen the outcomes gives other heads.
    leaky = RiskModel.fit(reference, reference.look_up_own(), shares, detector)
    curve, leaked = (m.measures["automation"].regression.curve for m in (built.model, leaky))
    assert curve.x.shape != leaked.x.shape or not np.allclose(curve.x, leaked.x)
