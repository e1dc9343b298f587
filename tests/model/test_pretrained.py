from __future__ import annotations

import numpy as np
import pytest

from engine import Corpus, RiskEngine
from engine.encoders.registry import TUNED
from engine.encoders.work import WorkEncoder
from engine.model import pretrained, serialization
from tests.conftest import WordEncoder


@pytest.mark.slow
def test_the_starter_engine_has_the_heads_that_ship(
    starter: Corpus, starter_engine: RiskEngine
) -> None:
    """If this fails, the reference or the encoder changed: run scripts/training/fit_heads.py."""
    shipped = {name: pretrained.load(starter, encoder()) for name, encoder in TUNED.items()}
    assert None not in shipped.values(), shipped
    heads = shipped[starter_engine.encoder_name]
    assert heads is not None
    found = serialization.to_arrays(starter_engine._parts.model)
    expected = serialization.to_arrays(heads)
    assert found.keys() == expected.keys()
    for name, array in found.items():
        np.testing.assert_array_equal(array, expected[name], err_msg=name)
    # They were fitted to published outcomes, and those have more measures than the starter corpus.
    assert {"exposure_human", "exposure_model"} <= set(heads.measures) - set(starter.measures)


@pytest.mark.slow
def test_heads_are_for_one_reference_and_one_encoder(starter: Corpus, small: Corpus) -> None:
    encoder = WorkEncoder()
    assert pretrained.load(small, encoder) is None
    assert pretrained.load(starter, encoder.without(0)) is None
    assert pretrained.load(starter, WordEncoder()) is None
