"""A short run of the tuning on a few real tasks; what it ships is tested in test_work_encoder."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from engine import Corpus
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.encoders.work import WorkEncoder
from tests.conftest import ROOT

TEXTS = ["Write reports on sales.", "Lift boxes."]


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")
def test_a_short_run_gives_an_encoder_that_knows_its_folds(data_dir: Path, tmp_path: Path) -> None:
    from engine.corpus.sources import onet, published

    tune = runpy.run_path(str(ROOT / "scripts" / "tune_encoder.py"))["tune"]
    corpus: Corpus = published.read(data_dir)[0]
    few = corpus.select(list(corpus.rows_of)[:6])
    activities = onet.intermediate_activities(data_dir)
    for name in ("first", "second"):
        tune(few, activities, tmp_path / name, 0, 1.0)
    first, second = (WorkEncoder(tmp_path / name) for name in ("first", "second"))
    assert first.adapters == second.adapters
    assert set(first.adapters.fold_of) <= set(few.rows_of)
    np.testing.assert_allclose(first.encode(TEXTS), second.encode(TEXTS), atol=1e-4)
    plain = SentenceTransformerEncoder("minilm").encode(TEXTS)
    assert np.abs(first.encode(TEXTS) - plain).max() > 1e-3
    assert first.fingerprint != first.without(0).fingerprint
    assert first.adapters.folds == 3
    tune(few, activities, tmp_path / "halves", 0, 0.1, n_folds=2)
    assert WorkEncoder(tmp_path / "halves").without(1).adapters.folds == 2
