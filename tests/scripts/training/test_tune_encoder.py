"""A short run of the tuning on a few real tasks; tests/encoders/test_work.py tests what ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.encoders.work import WorkEncoder

TEXTS = ["Write reports on sales.", "Lift boxes."]


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")
def test_a_short_run_gives_an_encoder_with_its_folds(data_dir: Path, tmp_path: Path) -> None:
    from engine.corpus.references import PUBLISHED, read_reference
    from engine.corpus.sources import onet
    from scripts.training.tune_encoder import tune

    corpus = read_reference(PUBLISHED, data_dir)
    few = corpus.select_occupations(list(corpus.rows_of)[:6])
    activities = onet.intermediate_activities(data_dir)
    for name in ("first", "second"):
        tune(few, activities, tmp_path / name, epochs=1.0)
    first, second = (WorkEncoder(tmp_path / name) for name in ("first", "second"))
    assert first.folds == second.folds
    assert set(first.folds.fold_of) <= set(few.rows_of)
    np.testing.assert_allclose(first.encode(TEXTS), second.encode(TEXTS), atol=1e-4)
    plain = SentenceTransformerEncoder("minilm").encode(TEXTS)
    assert np.abs(first.encode(TEXTS) - plain).max() > 1e-3
    assert first.fingerprint != first.without(0).fingerprint
    assert first.folds.count == 3
    tune(few, activities, tmp_path / "halves", epochs=0.1, n_folds=2)
    assert WorkEncoder(tmp_path / "halves").without(1).folds.count == 2
