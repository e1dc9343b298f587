from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, RiskEngine
from engine.encoders.cache import EmbeddingCache
from engine.evaluation.held_out import ENGINE
from engine.evaluation.transfer import transfer
from tests.conftest import WordEncoder


def test_transfer_equals_an_engine_on_the_reference(
    small: Corpus, words: WordEncoder, tmp_path: Path
) -> None:
    """With an untuned encoder, each task is scored as one of its occupation."""
    codes, cache = list(small.rows_of), EmbeddingCache(tmp_path)
    reference, target = (small.select_occupations(codes[start::2]) for start in (0, 1))
    rows = np.array([3, 0, 25])
    result = transfer(reference, target, rows, words, cache, confidence=0.9)
    engine = RiskEngine.build(reference, words, cache=cache)
    scored = engine.score_tasks(target.tasks["task"].to_numpy()[rows].tolist())
    assert result.rows.tolist() == rows.tolist()
    assert result.methods[ENGINE]["automation"] == pytest.approx([task.risk for task in scored])
    low, high = result.interval("automation")
    intervals = np.array([task.risk_interval for task in scored])
    np.testing.assert_allclose(np.column_stack([low, high]), intervals)
