"""The engine against simple rivals, on occupations that no part of the fit has seen."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Corpus, EngineError, RiskEngine
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import find_encoder
from engine.evaluation import held_out, metrics
from engine.evaluation.held_out import CORPUS_MEAN, ENGINE, NEAREST, HeldOut
from tests.conftest import ROOT


def _beats_rivals(held_out: HeldOut, corpus: Corpus, measure: str) -> None:
    outcomes = corpus.tasks[measure].to_numpy()[held_out.rows]
    errors = {
        method: metrics.mean_square_error(measures[measure], outcomes)
        for method, measures in held_out.methods.items()
    }
    assert errors[ENGINE] < 0.75 * errors[CORPUS_MEAN]
    assert errors[ENGINE] < 0.75 * errors[NEAREST]
    low, high = held_out.interval(measure)
    assert metrics.coverage(low, high, outcomes) == pytest.approx(0.9, abs=0.04)


def _left_out(corpus: Corpus) -> HeldOut:
    """A fifth of the occupations, predicted by an engine fitted on the others, quickly encoded."""
    return held_out.cross_validate(
        corpus,
        find_encoder("static"),
        EmbeddingCache(),
        seed=1,
        confidence=0.9,
        parts_at_most=1,
    )


@pytest.fixture(scope="module")
def half(starter: Corpus) -> Corpus:
    return starter.select(list(starter.rows_of)[::2])


@pytest.fixture(scope="module")
def starter_held_out(half: Corpus) -> HeldOut:
    return _left_out(half)


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["automation", "exposure"])
def test_on_the_starter_reference(half: Corpus, starter_held_out: HeldOut, measure: str) -> None:
    _beats_rivals(starter_held_out, half, measure)


@pytest.fixture(scope="module")
def elsewhere() -> Any:
    script = runpy.run_path(str(ROOT / "scripts" / "benchmark_elsewhere.py"))
    return lambda *about, path: script["elsewhere"](*about, script["read"](path))


def _told(tmp_path: Path, told: object) -> Path:
    path = tmp_path / "elsewhere.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


@pytest.mark.slow
def test_what_to_expect_elsewhere(
    half: Corpus, starter_held_out: HeldOut, elsewhere: Any, tmp_path: Path
) -> None:
    """Of the engine's own figures nothing is left to guess; of a rival's, it follows the rival."""
    results = {"static": starter_held_out}
    codes = half.tasks["soc_code"].to_numpy()[starter_held_out.rows]
    count = len(np.unique(codes)) - 2

    def told(method: str, r: float) -> Any:
        given = {"occupations": count, "r": {f"static: {method}": {"automation": r}}}
        return elsewhere(results, "static", half, path=_told(tmp_path, given))["automation"]

    own = told(ENGINE, 0.61)
    assert (own["expected"], own["deviation"]) == pytest.approx((0.61, 0.0), abs=1e-6)
    easy, hard = told(NEAREST, 0.9), told(NEAREST, 0.3)
    assert easy["expected"] > easy["here"] == hard["here"] > hard["expected"]
    assert easy["deviation"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"occupations": 5, "r": {}}, "names no method"),
        ({"occupations": 5}, "expected JSON as"),
        ({"occupations": 5, "r": {"static: magic": {"automation": 0.5}}}, "was not run"),
        ({"occupations": 5, "r": {"bert: engine": {"automation": 0.5}}}, "was not run"),
        ({"occupations": 5, "r": {"static: engine": {"joy": 0.5}}}, "was not run"),
        ({"occupations": 10_000, "r": {"static: engine": {"automation": 0.5}}}, "expected 2 to"),
    ],
)
def test_a_wrong_file_of_figures_elsewhere(
    told: object,
    said: str,
    half: Corpus,
    starter_held_out: HeldOut,
    elsewhere: Any,
    tmp_path: Path,
) -> None:
    with pytest.raises(EngineError, match=said):
        elsewhere({"static": starter_held_out}, "static", half, path=_told(tmp_path, told))


@pytest.mark.slow
def test_categories_on_the_starter_reference(half: Corpus, starter_held_out: HeldOut) -> None:
    known = half.tasks["category"].to_numpy()[starter_held_out.rows].tolist()
    most_common = max(map(known.count, set(known))) / len(known)
    assert metrics.category_accuracy(starter_held_out.categories, known) > 2 * most_common


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize("measure", ["automation", "exposure_human", "exposure_model"])
def test_on_the_published_reference(
    published_held_out: tuple[Corpus, HeldOut], measure: str
) -> None:
    corpus, held_out = published_held_out
    _beats_rivals(held_out, corpus, measure)


@pytest.mark.slow
@pytest.mark.real_data
def test_levels_on_the_published_reference(published_held_out: tuple[Corpus, HeldOut]) -> None:
    """Wrong less often than the nearest task's level, and than the level of the estimate."""
    corpus, held_out = published_held_out
    wrong = 1 - held_out.levels_right(corpus).mean()
    outcomes = corpus.tasks["exposure_model"].to_numpy()[held_out.rows]
    nearest = held_out.methods[NEAREST]["exposure_model"]
    estimate = np.round(2 * held_out.methods[ENGINE]["exposure_model"]) / 2
    assert wrong < np.mean(nearest != outcomes)
    assert wrong < np.mean(estimate != outcomes)


@pytest.fixture(scope="module")
def published_held_out(published_engine: RiskEngine) -> tuple[Corpus, HeldOut]:
    return published_engine.corpus, _left_out(published_engine.corpus)
