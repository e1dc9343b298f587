from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from engine import Corpus
from engine.encoders.cache import EmbeddingCache
from engine.evaluation import metrics
from engine.evaluation.baselines import CORPUS_MEAN
from engine.evaluation.held_out import ENGINE, FoldPredictions, HeldOut, cross_validate
from scripts.benchmarks import accuracy
from scripts.benchmarks import accuracy_figures as figures
from tests.conftest import WordEncoder


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


@pytest.fixture(scope="module")
def result(small: Corpus, tmp_path_factory: pytest.TempPathFactory) -> HeldOut:
    cache = EmbeddingCache(tmp_path_factory.mktemp("vectors"))
    texts = ["The train was late again.", "My cat likes fish."]
    return cross_validate(
        small, WordEncoder(), cache, seed=0, confidence=0.9, not_work=texts, max_folds=1
    )


def test_the_figures_of_the_engine_are_those_of_its_predictions(
    small: Corpus, result: HeldOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "MIN_GROUP", 20)
    table = figures.engine_figures(result, small)
    risk = result.methods[ENGINE]["automation"]
    outcomes = small.tasks["automation"].to_numpy()[result.rows]
    low, high = result.interval("automation")
    found = table["automation"]
    assert found["tasks"] == len(result.rows)
    assert found["r"] == pytest.approx(np.corrcoef(risk, outcomes)[0, 1])
    assert found["mse"] == pytest.approx(np.mean((risk - outcomes) ** 2))
    assert found["coverage"] == np.mean((low <= outcomes) & (outcomes <= high))
    errors = np.abs(risk - outcomes)
    assert table["novelty"]["r"] == pytest.approx(np.corrcoef(result.novelty, errors)[0, 1])
    fifths = [row["tasks"] for name, row in table.items() if name.startswith("risk, fifth")]
    assert sum(fifths) == len(result.rows)
    groups = {name: row["tasks"] for name, row in table.items() if name[:2].isdigit()}
    codes = small.tasks["soc_code"].to_numpy()[result.rows]
    counts = Counter(code[:2] for code in codes)
    assert groups
    assert {name[:2]: tasks for name, tasks in groups.items()} == {
        major: count for major, count in counts.items() if count >= figures.MIN_GROUP
    }


def test_the_tables_print(
    small: Corpus, result: HeldOut, capsys: pytest.CaptureFixture[str]
) -> None:
    accuracy.print_figures(figures.engine_figures(result, small))
    accuracy.print_methods(figures.compare_methods({"words": result}, "words", small))
    lines = capsys.readouterr().out.splitlines()
    (engine,) = (line for line in lines if line.startswith("words: engine"))
    r = metrics.correlation(
        result.methods[ENGINE]["automation"], small.tasks["automation"].to_numpy()[result.rows]
    )
    assert engine.split()[-1] == f"{r:.3f}"
