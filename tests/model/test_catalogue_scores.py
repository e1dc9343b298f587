"""What is shown of a task of the reference is what was measured with its fold left out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from engine import Corpus, Occupation, RiskEngine, Task, TaskRisk
from engine.encoders.cache import EmbeddingCache
from engine.evaluation.held_out import HeldOut, cross_validate
from engine.model.catalogue_scores import CatalogueScores, corpus_rows
from engine.model.folds import SEED
from engine.model.predictions import Predictions
from engine.records.serialize import to_json
from engine.records.time_share import RELATIVE_ERRORS
from tests.conftest import WordEncoder
from tests.tuned_words import TunedWords

NAMES = {"risk": "automation", "ai_capability": "exposure"}


@dataclass(frozen=True)
class Figures:
    """What an engine finds for a task: measure -> value and ends of the interval, and the rest."""

    measures: Mapping[str, tuple[float, float, float]]
    novelty: float
    level: str
    out_of_scope: bool

    @classmethod
    def of(cls, task: TaskRisk) -> Figures:
        return cls(
            {name: (one.value, *one.interval) for name, one in task.estimates.items()},
            task.novelty,
            task.ai_capability_level,
            task.out_of_scope,
        )


def _figures(predictions: Predictions) -> list[Figures]:
    """Return the figures of each task; a measure that is not estimated is absent."""
    return [
        Figures(
            {
                name: (values[row], predictions.low[name][row], predictions.high[name][row])
                for name, values in predictions.values.items()
                if not np.isnan(values[row])
            },
            predictions.novelty[row],
            predictions.levels[row],
            predictions.out_of_scope[row],
        )
        for row in range(len(predictions.novelty))
    ]


def _assert_equal(shown: Figures, measured: Figures, tolerance: float = 1e-12) -> None:
    assert shown.measures.keys() == measured.measures.keys()
    for name, found in shown.measures.items():
        assert found == pytest.approx(measured.measures[name], abs=tolerance)
    assert shown.novelty == pytest.approx(measured.novelty, abs=tolerance)
    assert (shown.level, shown.out_of_scope) == (measured.level, measured.out_of_scope)


@pytest.fixture(scope="module")
def scores(catalogue: RiskEngine) -> CatalogueScores:
    return catalogue._parts.scores


@pytest.fixture(scope="module")
def measured(varied: Corpus, cache: EmbeddingCache) -> Mapping[int, Figures]:
    """Row of each rated task -> figures by a fit from scratch that lacks its fold."""
    result: HeldOut = cross_validate(varied, WordEncoder(), cache, seed=SEED, confidence=0.9)
    return dict(zip(result.rows.tolist(), _figures(result.predictions), strict=True))


# Shown and left-out figures are equal -----------------------------------------------------------


def test_every_rated_task_is_measured(measured: Mapping[int, Figures], varied: Corpus) -> None:
    assert sorted({*measured, 5, 6, 7}) == list(range(len(varied.tasks)))
    assert not {5, 6, 7} & measured.keys()


def test_an_occupation_shows_the_left_out_figures(
    catalogue: RiskEngine, varied: Corpus, measured: Mapping[int, Figures]
) -> None:
    compared = 0
    for code, rows in varied.rows_of.items():
        for row, task in zip(rows.tolist(), catalogue.score_occupation(code).tasks, strict=True):
            if row in measured:
                _assert_equal(Figures.of(task), measured[row])
                compared += 1
    assert compared == len(measured)


def test_single_tasks_show_the_left_out_figures(
    catalogue: RiskEngine, varied: Corpus, measured: Mapping[int, Figures]
) -> None:
    """In any case and punctuation; a text of two occupations shows those of the first."""
    texts = varied.tasks["task"].tolist()
    for found in (texts, [f"{text.upper()}!" for text in texts]):
        for key, task in zip(varied.text_keys, catalogue.score_tasks(found), strict=True):
            row = varied.rows_of_key[key][0]
            if row in measured:
                _assert_equal(Figures.of(task), measured[row])


def test_a_table_shows_the_left_out_figures(
    catalogue: RiskEngine, varied: Corpus, measured: Mapping[int, Figures]
) -> None:
    tasks = varied.tasks
    table = catalogue.score_table(tasks["task"].tolist(), tasks["soc_code"].tolist())
    assert table.rows.tolist() == list(range(len(tasks)))
    names = [name for name in table.columns if f"{name}_low" in table.columns]
    for row, figures in measured.items():
        ends = {
            NAMES.get(name, name): (
                float(table.columns[name][row]),
                float(table.columns[f"{name}_low"][row]),
                float(table.columns[f"{name}_high"][row]),
            )
            for name in names
            if not np.isnan(table.columns[name][row])
        }
        shown = Figures(
            ends,
            float(table.columns["novelty"][row]),
            table.columns["ai_capability_level"][row],
            table.columns["out_of_scope"][row],
        )
        _assert_equal(shown, figures, tolerance=1e-7)  # columns are float32
    found = _figures(table.predictions)
    for row, figures in measured.items():
        _assert_equal(found[row], figures)


def test_a_job_that_shares_tasks_with_the_catalog_shows_their_left_out_figures(
    catalogue: RiskEngine, varied: Corpus, measured: Mapping[int, Figures]
) -> None:
    """Next to new tasks, in the order given."""
    rows = [40, 3, 77]
    old = varied.tasks["task"].iloc[rows].tolist()
    job = Occupation("Of all trades", [old[0], Task("Tune the church organ."), *old[1:]])
    tasks = catalogue.score_occupation(job).tasks
    assert [task.in_reference for task in tasks] == [True, False, True, True]
    for row, task in zip(rows, (tasks[0], *tasks[2:]), strict=True):
        _assert_equal(Figures.of(task), measured[row])
    (new,) = catalogue.score_tasks(["Tune the church organ."])
    _assert_equal(Figures.of(tasks[1]), Figures.of(new))


# Parts of the scores ----------------------------------------------------------------------------


def test_a_measure_is_estimated_where_the_fit_without_the_fold_could_learn_it(
    scores: CatalogueScores,
) -> None:
    learned = ["rare" in model.measures for model in scores.models]
    assert learned[0]
    assert set(learned[1:]) == {True, False}
    expected = np.array(learned)[scores.fold]
    for table in ("values", "scales", "low", "high"):
        found = ~np.isnan(getattr(scores.predictions, table)["rare"])
        np.testing.assert_array_equal(found, expected)
    assert scores.measures == tuple(scores.models[0].measures)


def test_delegated_use_is_estimated_only_among_tasks_in_use(scores: CatalogueScores) -> None:
    use = scores.predictions.values["observed_automation"]
    assert 0.02 < np.isnan(use).mean() < 0.5


def test_every_task_has_the_model_that_lacks_it(scores: CatalogueScores) -> None:
    assert len(scores.models) == 6
    assert set(scores.fold.tolist()) == {1, 2, 3, 4, 5}


def test_another_confidence_changes_the_intervals_alone(scores: CatalogueScores) -> None:
    """Each task keeps the model of its fold."""
    before, same, half = (
        scores.predictions,
        scores.with_confidence(0.9).predictions,
        scores.with_confidence(0.5).predictions,
    )
    for name, values in before.values.items():
        np.testing.assert_array_equal(same.low[name], before.low[name])
        np.testing.assert_array_equal(same.high[name], before.high[name])
        np.testing.assert_array_equal(half.values[name], values)
        for row in np.flatnonzero(~np.isnan(values)).tolist():
            one = np.array([row])
            own = scores.models[scores.fold[row]].measures[name].tasks
            low, high = own.interval(
                values[one], before.scales[name][one], before.novelty[one], 0.5
            )
            assert (half.low[name][row], half.high[name][row]) == (low[0], high[0])
            assert before.low[name][row] <= low[0] <= values[row]
            assert values[row] <= high[0] <= before.high[name][row]


def test_time_shares_are_those_of_the_scored_occupations(
    catalogue: RiskEngine, scores: CatalogueScores, varied: Corpus
) -> None:
    for code, rows in list(varied.rows_of.items())[::5]:
        tasks = catalogue.score_occupation(code).tasks
        assert [task.time_share for task in tasks] == pytest.approx(scores.shares[rows].tolist())
        assert {task.time_share_source for task in tasks} == {"equal"}
        expected = RELATIVE_ERRORS["equal"] * scores.shares[rows]
        np.testing.assert_allclose(scores.share_errors[rows], expected)


def test_a_reference_too_small_to_leave_out_a_fold_is_scored_by_the_final_model(
    small: Corpus, cache: EmbeddingCache, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "engine")
    six = small.select_occupations(list(small.rows_of)[::12])
    engine = RiskEngine.build(six, WordEncoder(), cache=cache)
    assert "too small to leave out a fold of its occupations" in caplog.text
    parts = engine._parts
    assert (set(parts.scores.fold.tolist()), len(parts.scores.models)) == ({0}, 1)
    expected = parts.model.predict(parts.reference.look_up_own(), 0.9)
    for name, values in expected.values.items():
        np.testing.assert_array_equal(parts.scores.predictions.values[name], values)


# Copies -----------------------------------------------------------------------------------------


def test_rows_of_texts_by_hand(varied: Corpus) -> None:
    copy = int(np.flatnonzero(varied.tasks["task_id"].str.endswith("-copy"))[2])
    original, other = varied.rows_of_key[varied.text_keys[copy]]
    assert (original, other) == (20, copy)
    first, last = varied.tasks["soc_code"].iloc[[original, copy]]
    keys = [varied.text_keys[copy], "tune the church organ", varied.text_keys[0]]
    assert corpus_rows(varied, keys, None).tolist() == [original, -1, 0]
    assert corpus_rows(varied, keys, first).tolist() == [original, -1, 0]
    assert corpus_rows(varied, keys, "55-1011.00").tolist() == [original, -1, 0]
    assert corpus_rows(varied, keys[:2], last).tolist() == [copy, -1]
    assert corpus_rows(varied, [], last).tolist() == []


def test_a_text_of_two_occupations_is_scored_in_each_without_that_occupation(
    catalogue: RiskEngine, varied: Corpus, measured: Mapping[int, Figures]
) -> None:
    copies = np.flatnonzero(varied.tasks["task_id"].str.endswith("-copy"))
    last = varied.tasks["soc_code"].iat[-1]
    shown = catalogue.score_occupation(last).tasks
    differ = 0
    for copy in copies.tolist():
        place = varied.rows_of[last].tolist().index(copy)
        _assert_equal(Figures.of(shown[place]), measured[copy])
        assert last not in [neighbour.soc_code for neighbour in shown[place].neighbours]
        original = varied.rows_of_key[varied.text_keys[copy]][0]
        differ += measured[original].measures != measured[copy].measures
        # Both outcomes are known, and neither is among the evidence.
        known = varied.tasks["automation"].iloc[[original, copy]].mean()
        assert shown[place].known_outcomes["automation"] == pytest.approx(known)
    assert differ > 0


# Extension --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def extended(catalogue: RiskEngine, small: Corpus, cache: EmbeddingCache) -> RiskEngine:
    """The engine with two occupations, whose time is known, and a copy of a known text."""
    codes = list(small.rows_of)[1:5:3]
    more = small.select_occupations(codes)
    copy = catalogue.corpus.tasks.iloc[[40]].assign(task_id="again", soc_code=codes[0])
    tasks = pd.concat([more.tasks.assign(time_share=np.nan), copy[list(more.tasks.columns)]])
    further = Corpus(
        name="more",
        tasks=tasks.reset_index(drop=True),
        occupations=more.occupations,
        alternate_titles=more.alternate_titles,
    )
    return catalogue.extended(further, cache=cache)


def test_an_extension_keeps_the_left_out_scores(
    extended: RiskEngine, catalogue: RiskEngine, scores: CatalogueScores, varied: Corpus
) -> None:
    after, count = extended._parts.scores, len(scores.fold)
    assert list(map(id, after.models)) == list(map(id, scores.models))
    np.testing.assert_array_equal(after.fold[:count], scores.fold)
    for table in ("values", "scales", "low", "high"):
        for name, array in getattr(scores.predictions, table).items():
            np.testing.assert_array_equal(getattr(after.predictions, table)[name][:count], array)
    for code in list(varied.rows_of)[::4]:
        expected, found = (
            to_json(engine.score_occupation(code)) for engine in (catalogue, extended)
        )
        assert found.replace("varied+more", "varied") == expected


def test_tasks_of_an_extension_are_scored_by_the_final_model(
    extended: RiskEngine, scores: CatalogueScores
) -> None:
    parts, count = extended._parts, len(scores.fold)
    new = np.arange(count, len(parts.scores.fold))
    assert len(new) > 20
    assert (parts.scores.fold[new] == 0).all()
    expected = parts.model.predict(parts.reference.look_up_own()[new], 0.9)
    for name, values in expected.values.items():
        np.testing.assert_array_equal(parts.scores.predictions.values[name][new], values)


# A tuned encoder --------------------------------------------------------------------------------


def test_tasks_that_the_encoder_was_not_tuned_on_are_scored_by_the_final_model(
    varied: Corpus, cache: EmbeddingCache, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The others are scored by the version, the neighbors and the heads that lack their fold."""
    codes = list(varied.rows_of)
    fold_of = {code: number % 3 for number, code in enumerate(codes[:-3])}
    seen = varied.tasks["soc_code"].isin(fold_of) & varied.tasks["automation"].notna()
    folder = tmp_path_factory.mktemp("tuned")
    encoder = TunedWords.tuned(folder, fold_of, varied.text_keys[seen.to_numpy()])
    parts = RiskEngine.build(varied, encoder, cache=cache)._parts
    scores = parts.scores
    folds = encoder.folds.of_tasks(varied.tasks["soc_code"].tolist(), varied.text_keys.tolist())
    np.testing.assert_array_equal(scores.fold, folds + 1)
    assert set(folds.tolist()) == {-1, 0, 1, 2}
    rest = np.flatnonzero(folds < 0)
    expected = parts.model.predict(parts.reference.look_up_own()[rest], 0.9)
    for name, values in expected.values.items():
        np.testing.assert_array_equal(scores.predictions.values[name][rest], values)
    result = cross_validate(varied, encoder, cache, seed=SEED, confidence=0.9)
    assert set(result.rows.tolist()) <= set(np.flatnonzero(folds >= 0).tolist())
    found = _figures(scores.predictions)
    for row, figures in zip(result.rows.tolist(), _figures(result.predictions), strict=True):
        _assert_equal(found[row], figures)
