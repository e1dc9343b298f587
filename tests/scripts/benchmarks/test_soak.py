from __future__ import annotations

import itertools
import json
from collections import Counter

import pytest

from engine import EngineError
from scripts.benchmarks.http_traffic import TASKS, Answer, mixed
from scripts.benchmarks.soak import capacity, latency_figures, memory_figures, percentile


def _answer(due: float, seconds: float, status: int = 200, kind: str = "page") -> Answer:
    return Answer(kind=kind, due=due, seconds=seconds, status=status)


def test_capacity_counts_good_answers_up_to_the_last() -> None:
    answers = [_answer(0, 1), _answer(1, 1), _answer(2, 3), _answer(3, 0.5, status=503)]
    assert capacity(answers) == pytest.approx(3 / 5)


def test_percentiles_by_hand() -> None:
    answers = [_answer(0, seconds / 1000) for seconds in range(100, 0, -1)]
    assert percentile(answers, 0.5) == pytest.approx(51)
    assert percentile(answers, 0.99) == pytest.approx(100)
    assert percentile(answers[:1], 0.99) == pytest.approx(100)
    with pytest.raises(EngineError, match="give a larger --minutes"):
        percentile([], 0.5)


def test_memory_grows_from_the_first_to_the_last_figure() -> None:
    megabyte = 2**20
    assert memory_figures([100 * megabyte, 101 * megabyte, 103 * megabyte]) == {
        "memory before, MB": 100.0,
        "memory after, MB": 103.0,
        "memory growth, %": 3.0,
        "memory by tenth of the time, MB": [101.0, 103.0],
    }


def test_latencies_by_window_and_kind() -> None:
    answers = [_answer(due, 0.010 if due < 50 else 0.020) for due in range(100)]
    answers[99] = _answer(99, 0.5, kind="score")
    found = latency_figures(answers, seconds=100)
    assert found["p99 ms by tenth of the time"] == [10.0] * 5 + [20.0] * 4 + [500.0]
    assert found["p99, second half to first"] == 2.0
    assert found["p99 ms by kind"] == {"page": 20.0, "score": 500.0}
    assert found["p50 ms"] == 20.0


def test_traffic_is_mixed_and_repeats() -> None:
    codes = ["29-1129.01", "43-4051.00"]
    requests = list(itertools.islice(mixed(codes), 2_000))
    assert requests == list(itertools.islice(mixed(codes), 2_000))
    shares = {kind: count / 2_000 for kind, count in Counter(r.kind for r in requests).items()}
    assert shares == pytest.approx({"page": 0.70, "api": 0.25, "score": 0.05}, abs=0.03)
    bodies = [request.body for request in requests if request.body]
    assert len(set(bodies)) == len(bodies)  # no job is answered from a cache
    assert all(len(json.loads(body)["tasks"]) == TASKS for body in bodies)
