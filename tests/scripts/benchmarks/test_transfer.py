from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import Corpus
from engine.evaluation.baselines import CORPUS_MEAN
from engine.evaluation.held_out import ENGINE, FoldPredictions, HeldOut
from engine.model.predictions import Predictions
from scripts.benchmarks import transfer

OUTCOMES = np.array([0.0, 0.5, 1.0, 0.5])


@pytest.fixture
def rated(small: Corpus) -> Corpus:
    """Four tasks, rated by hand."""
    four = small.take_tasks(np.arange(4))
    measures = ("exposure", "exposure_human", "exposure_model", "automation")
    return replace(four, tasks=four.tasks.assign(**dict.fromkeys(measures, OUTCOMES)))


def test_figures_count_only_the_judged_rows(rated: Corpus) -> None:
    values = {"exposure": np.array([0.0, 0.5, 1.0, 0.0]), "automation": np.array([1.0, 0.5, 0, 0])}
    predictions = Predictions(
        values=values,
        low={name: estimate - 0.1 for name, estimate in values.items()},
        high={name: estimate + 0.1 for name, estimate in values.items()},
        scales=dict.fromkeys(values, np.full(4, 0.1)),
        categories=[""] * 4,
        levels=["E0", "E2", "E0", "E0"],
        novelty=np.zeros(4),
        out_of_scope=np.zeros(4, dtype=bool),
        unlike_reference=np.zeros(4, dtype=bool),
        top_probability=np.zeros(4),
    )
    fold = FoldPredictions(
        rows=np.arange(4),
        methods={ENGINE: values, CORPUS_MEAN: values},
        predictions=predictions,
        errors={},
    )
    judged = np.array([True, True, True, False])
    found = transfer._figures("starter", HeldOut([fold]), rated, judged)
    # A measure that the starter reference lacks is compared with its exposure.
    assert found["starter: engine"] == {
        "exposure_human": pytest.approx(1.0),
        "exposure_model": pytest.approx(1.0),
        "exposure": pytest.approx(1.0),
        "automation": pytest.approx(-1.0),
    }
    assert f"starter: {CORPUS_MEAN}" not in found
    assert found["starter: level"] == {"accuracy": pytest.approx(2 / 3)}
    assert found["starter: exposure"] == {"coverage": 1.0}
    assert found["starter: automation"] == {"coverage": pytest.approx(1 / 3)}


def test_the_judged_half_is_fixed_and_about_half() -> None:
    codes = [f"{number:02d}-{number:04d}.00" for number in range(1_000)]
    judged = [transfer.is_judged(code) for code in codes]
    assert judged == [transfer.is_judged(code) for code in codes]
    assert sum(judged) == pytest.approx(500, abs=50)
