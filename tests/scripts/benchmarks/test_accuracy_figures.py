from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import Corpus
from engine.evaluation.baselines import CORPUS_MEAN
from engine.evaluation.held_out import ENGINE, FoldPredictions, HeldOut
from scripts.benchmarks import accuracy_figures as figures


def test_interval_figures_by_hand() -> None:
    predictions = np.array([0.1, 0.2, 0.4, 0.9])
    outcomes = np.array([0.0, 0.5, 0.4, np.nan])
    low, high = np.array([0.0, 0.1, 0.3, 0.7]), np.array([0.2, 0.4, 0.5, 1.0])
    found = figures.interval_figures(predictions, outcomes, low, high)
    assert found["tasks"] == 3
    assert found["mse"] == pytest.approx((0.01 + 0.09 + 0.0) / 3)
    # Deviations from the means: -4, -1, 5 in thirtieths, and -3, 2, 1 in tenths.
    assert found["r"] == pytest.approx((12 - 2 + 5) / np.sqrt(42 * 14))
    assert found["coverage"] == pytest.approx(2 / 3)
    assert found["width"] == pytest.approx((0.2 + 0.3 + 0.2 + 0.3) / 4)


def test_fifths_are_in_order_of_risk() -> None:
    risk = np.array([0.9, 0.1, 0.5, 0.3, 0.7])
    parts = figures.fifths(risk)
    assert [part.tolist() for part in parts.values()] == [[1], [3], [2], [4], [0]]
    assert next(iter(parts)) == "risk, fifth 1"


def test_major_groups_split_the_rows() -> None:
    parts = figures.major_groups(np.array(["11-1011.00", "53-3032.00", "11-3121.00"]))
    assert parts["11 Management"].tolist() == [0, 2]
    assert parts["53 Transportation and Material Moving"].tolist() == [1]
    assert sum(map(len, parts.values())) == 3


def test_rank_correlations_by_hand() -> None:
    observed = np.array([0.1, 0.2, 0.4, 0.3, np.nan])
    found = figures.rank_correlations(
        np.array([0.1, 0.2, 0.3, 0.4, 0.5]), np.array([0.4, 0.3, 0.2, 0.1, 0.0]), observed
    )
    # 1 - 6 Σd² / (n (n² - 1)), with Σd² = 2 for the estimates and 18 for the ratings.
    assert found == {"tasks": 4, "rho": pytest.approx(0.8), "rho_labels": pytest.approx(-0.8)}


def test_worst_occupations_are_sorted_by_their_mean_error(small: Corpus) -> None:
    codes = small.occupations["soc_code"].tolist()[:3]
    rows = np.repeat(codes, [10, 12, figures.MIN_TASKS - 1])
    error = np.concatenate([np.full(10, 0.1), np.tile([-0.4, 0.2], 6), np.full(9, 0.9)])
    worst = figures.worst_occupations(small, rows, error, np.linspace(0, 1, len(rows)))
    assert [found["soc_code"] for found in worst] == [codes[1], codes[0]]
    assert worst[0]["tasks"] == 12
    assert worst[0]["error"] == pytest.approx(0.3)
    assert worst[0]["bias"] == pytest.approx(-0.1)
    assert worst[0]["title"] == small.occupation(codes[1]).title


def test_the_mean_of_runs() -> None:
    runs = [{"risk": {"r": 0.25, "tasks": 4.0}}, {"risk": {"r": 0.75, "tasks": 4.0}}]
    assert figures.mean_of_runs(runs) == {"risk": {"r": 0.5, "tasks": 4.0}}


def test_methods_are_compared_task_by_task_in_any_order(small: Corpus) -> None:
    rows = np.arange(40)
    outcomes = small.tasks["automation"].to_numpy()[rows]
    backward = rows[::-1]
    results = {
        "work": _result(rows, {ENGINE: outcomes, CORPUS_MEAN: np.full(40, 0.5)}),
        "minilm": _result(backward, {ENGINE: 1 - outcomes[::-1]}),
    }
    found = figures.compare_methods(results, "work", small)
    assert found["work: engine"] == {"automation": {"r": pytest.approx(1.0)}}
    assert "engine_more" not in found["work: corpus mean"]["automation"]
    other = found["minilm: engine"]["automation"]
    assert other["r"] == pytest.approx(-1.0)
    assert other["engine_more"] == pytest.approx((2.0, 2.0, 2.0))


def _result(rows: np.ndarray, methods: dict[str, np.ndarray]) -> HeldOut:
    unused: Any = None
    measured = {name: {"automation": values} for name, values in methods.items()}
    fold = FoldPredictions(rows=rows, methods=measured, predictions=unused, errors=unused)
    return HeldOut([fold])


def test_rated_shares_sum_to_one_per_occupation(small: Corpus) -> None:
    shares = figures.rated_shares(small)
    assert [shares[rows].sum() for rows in small.rows_of.values()] == pytest.approx(
        np.ones(len(small.rows_of))
    )
