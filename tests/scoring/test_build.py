from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import Corpus, EngineError, Occupation, RiskEngine
from engine.corpus import merge
from engine.corpus.columns import OCCUPATION_COLUMNS
from engine.encoders.cache import EmbeddingCache
from engine.errors import CorpusError
from engine.records.serialize import to_json
from engine.retrieval import index
from engine.retrieval.index import NeighbourIndex
from engine.retrieval.reference import Reference
from engine.scoring import build
from tests.conftest import WordEncoder

JOB = Occupation(
    "Museum Registrar",
    [
        "Record the origin and location of each object in the database.",
        "Pack fragile artworks in crates and load them for transport.",
    ],
    job_zone=4,
)


@pytest.fixture(scope="module")
def more(starter: Corpus, small: Corpus) -> Corpus:
    """Eight occupations that the small corpus lacks, and new tasks for two that it has.

    The tasks of the last new occupation have no outcomes.
    """
    codes = starter.occupations["soc_code"].tolist()[3:83:10]
    new = starter.select_occupations(codes)
    assert not set(codes) & set(small.rows_of)
    further = new.tasks.iloc[[0, 20]].assign(
        task_id=["further-1", "further-2"], soc_code=list(small.rows_of)[:2], time_share=np.nan
    )
    tasks = pd.concat([further, new.tasks], ignore_index=True)
    tasks.loc[tasks["soc_code"] == codes[-1], ["exposure", "automation"]] = np.nan
    known = small.occupations[small.occupations["soc_code"].isin(further["soc_code"])]
    occupations = pd.concat([known, new.occupations], ignore_index=True)
    titles = pd.DataFrame({"soc_code": codes[:1], "title": ["Somebody of another name"]})
    return Corpus(name="more", tasks=tasks, occupations=occupations, alternate_titles=titles)


@pytest.fixture(scope="module")
def extended(
    engine: RiskEngine, more: Corpus, tmp_path_factory: pytest.TempPathFactory
) -> RiskEngine:
    before = to_json(engine.score_occupation(JOB)), engine.fingerprint
    grown = engine.extended(more, cache=EmbeddingCache(tmp_path_factory.mktemp("vectors")))
    assert (to_json(engine.score_occupation(JOB)), engine.fingerprint) == before
    return grown


def test_an_extended_engine_has_the_tasks_of_both_corpora(
    extended: RiskEngine, engine: RiskEngine, more: Corpus
) -> None:
    corpus = extended.corpus
    assert corpus.name == "starter+more"
    assert set(corpus.rows_of) == set(engine.corpus.rows_of) | set(more.rows_of)
    assert len(corpus.tasks) == len(engine.corpus.tasks) + len(more.tasks)
    pd.testing.assert_frame_equal(corpus.tasks.iloc[: len(engine.corpus.tasks)],
                                  engine.corpus.tasks)  # fmt: skip
    assert Corpus.parse(corpus.name, {n: b.decode() for n, b in corpus.files().items()}).files() \
        == corpus.files()  # fmt: skip


def test_evidence_equals_that_of_a_new_index_of_all_tasks(extended: RiskEngine) -> None:
    corpus = extended.corpus
    twin = Reference(corpus, WordEncoder().encode(corpus.tasks["task"].tolist()))
    found, expected = extended._parts.reference.look_up_own(), twin.look_up_own()
    np.testing.assert_array_equal(extended._parts.reference.rows, twin.rows)
    np.testing.assert_array_equal(found.neighbours.rows, expected.neighbours.rows)
    np.testing.assert_array_equal(found.neighbours.similarity, expected.neighbours.similarity)
    np.testing.assert_array_equal(found.features.values, expected.features.values)


def test_neighbors_equal_those_of_brute_force(extended: RiskEngine, engine: RiskEngine) -> None:
    """Neighbors are of other occupations and have outcomes.

    Those of a task that a fold held out are of other folds, and were there when the heads were
    fitted.
    """
    corpus = extended.corpus
    vectors = WordEncoder().encode(corpus.tasks["task"].tolist()).astype(float)
    rated = corpus.tasks[["exposure", "automation"]].notna().any(axis=1).to_numpy()
    assert rated.sum() < len(rated)
    codes, keys = corpus.tasks["soc_code"].to_numpy(), corpus.text_keys
    fold, fitted = extended._parts.scores.fold, len(engine.corpus.tasks)
    row_of = {number: row for row, number in enumerate(corpus.tasks["task_id"])}
    for code in list(corpus.rows_of)[::6]:
        scored = extended.score_occupation(code).tasks
        for row, task in zip(corpus.rows_of[code], scored, strict=True):
            others = rated & (codes != code) & (keys != keys[row])
            if fold[row] > 0:
                held_out = fold == fold[row]
                others &= (np.arange(len(fold)) < fitted) & ~np.isin(keys, keys[held_out])
            allowed = np.flatnonzero(others)
            expected = np.sort(vectors[allowed] @ vectors[row])[::-1][:5]
            rows = [row_of[neighbour.task_id] for neighbour in task.neighbours[:5]]
            assert set(rows) <= set(allowed)
            np.testing.assert_allclose(vectors[rows] @ vectors[row], expected, atol=2e-5)


def test_new_tasks_become_evidence(extended: RiskEngine, engine: RiskEngine) -> None:
    text = "Somebody writes: " + extended.corpus.tasks["task"].iat[-40]
    own = str(extended.corpus.tasks["task_id"].iat[-40])
    (after,), (before,) = extended.score_tasks([text]), engine.score_tasks([text])
    assert after.neighbours[0].task_id == own
    assert own not in [n.task_id for n in before.neighbours]
    assert after.novelty < before.novelty


def test_only_new_texts_are_embedded(engine: RiskEngine, more: Corpus, tmp_path: Path) -> None:
    engine.save(tmp_path / "engine")
    encoder = WordEncoder()
    loaded = RiskEngine.load(tmp_path / "engine", encoder=encoder)
    encoder.calls.clear()
    extended = loaded.extended(more, cache=EmbeddingCache(tmp_path / "empty"))
    encoded = [text for call in encoder.calls for text in call]
    new = more.occupations[~more.occupations["soc_code"].isin(engine.corpus.rows_of)]
    expected = {*more.tasks["task"], *new["title"], *new["description"], "Somebody of another name"}
    assert sorted(encoded) == sorted(expected - {"", *engine.corpus.tasks["task"]})
    encoder.calls.clear()
    elsewhere = more.tasks.iloc[:1].assign(task_id="elsewhere", soc_code="29-1129.01")
    again = Corpus(
        name="again",
        tasks=elsewhere,
        occupations=engine.corpus.occupations,
        alternate_titles=more.alternate_titles.iloc[:0],
    )
    twice = extended.extended(again, cache=EmbeddingCache(tmp_path / "none"))
    assert (encoder.calls, twice.corpus.name) == ([], "starter+more+again")


def test_the_catalog_has_the_new_occupations(
    extended: RiskEngine, small: Corpus, more: Corpus
) -> None:
    new = next(code for code in more.rows_of if code not in more.tasks["soc_code"].head(2).tolist())
    known = str(small.occupations["soc_code"].iat[0])
    matches = extended.similar_careers(known, k=99, safer_only=False, max_job_zone_gap=None)
    assert new in [match.soc_code for match in matches]
    for match in matches[::5]:
        scored = extended.score_occupation(match.soc_code)
        assert match.risk == pytest.approx(scored.risk, abs=1e-9)
        assert match.risk_interval == pytest.approx(scored.risk_interval, abs=1e-9)
    row = list(extended.corpus.rows_of).index(new)
    title = extended.find(new).title
    vectors = extended._parts.occupations
    np.testing.assert_allclose(vectors.titles[row], WordEncoder().encode([title])[0], atol=1e-6)
    assert not np.isnan(vectors.titles).any()


@pytest.mark.parametrize("exact_up_to", [index.EXACT_UP_TO, 500])
def test_a_saved_and_loaded_engine_gives_the_same_bits(
    engine: RiskEngine,
    more: Corpus,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    exact_up_to: int,
) -> None:
    monkeypatch.setattr(index, "EXACT_UP_TO", exact_up_to)
    extended = engine.extended(more, cache=EmbeddingCache(tmp_path / "vectors"))
    extended.save(tmp_path / "engine")
    loaded = RiskEngine.load(tmp_path / "engine", encoder=WordEncoder())
    assert to_json(loaded.score_occupation(JOB)) == to_json(extended.score_occupation(JOB))
    assert to_json(loaded.similar_careers(JOB)) == to_json(extended.similar_careers(JOB))
    assert loaded.fingerprint == extended.fingerprint != engine.fingerprint


def test_a_large_index_grows_without_new_training(
    engine: RiskEngine, more: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "EXACT_UP_TO", 500)
    codes = list(more.rows_of)
    first, second = (more.select_occupations(part) for part in (codes[:5], codes[5:]))
    before = engine.extended(first)  # too many for an exact index, so lists are trained
    with monkeypatch.context() as patch:
        patch.setattr("engine.retrieval.reference.NeighbourIndex", None)
        after = before.extended(second)
    old, new = (grown._parts.reference.index.inverted_file for grown in (before, after))
    assert old is not None
    assert new is not None
    np.testing.assert_array_equal(new.centroids, old.centroids)
    np.testing.assert_array_equal(new.lists[: len(old.lists)], old.lists)
    vectors = after._parts.reference.vectors
    every = NeighbourIndex.build(vectors[after._parts.reference.rows], "Flat")
    exact = Reference(after.corpus, vectors, index=every).look_up_own().neighbours
    found = after._parts.reference.look_up_own().neighbours
    enough = found.similarity[:, :10] >= exact.similarity[:, 9:10] - 1e-5
    assert np.mean(enough) >= index.RECALL - 0.01


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("task_id", "R00001", "duplicate task_id 'R00001', which the reference has"),
        ("task", None, "task_id 'further-1': duplicate task .* 11-1011.00 has .* as 'R00001'"),
        ("time_share", 0.5, "occupation 11-1011.00, with .*: time_share sums to 1.5"),
        ("rare", 0.5, "column 'rare': the engine has no such measure, .* build an engine"),
        ("title", "Queen", "occupation 11-1011.00: title 'Queen' conflicts with 'Chief Exec"),
    ],
)
def test_conflicts_with_the_reference_are_rejected(
    engine: RiskEngine, more: Corpus, column: str, value: object, message: str
) -> None:
    if column == "task":  # the same in other letters
        value = engine.corpus.tasks["task"].iat[0].upper()
    tasks, occupations = more.tasks.copy(), more.occupations.copy()
    (occupations if column == "title" else tasks).loc[0, column] = value
    changed = Corpus(
        name=more.name, tasks=tasks, occupations=occupations, alternate_titles=more.alternate_titles
    )
    with pytest.raises(EngineError, match=f"'more', .* has 1 fault:\n  .*{message}"):
        engine.extended(changed)


def test_all_conflicts_are_listed_at_once(engine: RiskEngine) -> None:
    corpus = engine.corpus
    with pytest.raises(CorpusError) as caught:
        engine.extended(corpus)
    assert len(caught.value.faults) == len(corpus.tasks) + len(corpus.rows_of)  # ids, and shares
    with pytest.raises(EngineError, match="got a DataFrame; give a Corpus or the path of one"):
        engine.extended(corpus.tasks)  # type: ignore[arg-type]


def test_another_encoder_is_rejected(engine: RiskEngine, more: Corpus, tmp_path: Path) -> None:
    engine.save(tmp_path)
    encoder = WordEncoder()
    loaded = RiskEngine.load(tmp_path, encoder=encoder)
    encoder.name = "other"
    with pytest.raises(
        EngineError, match="'other' .* is not the one that this engine was built with"
    ):
        loaded.extended(more)


def test_a_large_extension_logs_a_warning(
    engine: RiskEngine,
    more: Corpus,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.WARNING, "engine")
    engine.extended(more)
    assert "rebuild the engine" not in caplog.text
    monkeypatch.setattr(build, "REBUILD_AT", 1.1)
    engine.extended(more)
    assert f"heads were fitted on {engine._parts.model.tasks_fitted}; rebuild" in caplog.text


def test_columns_that_one_corpus_lacks_are_blank(small: Corpus, more: Corpus) -> None:
    occupations = more.occupations.assign(median_wage=50_000.0, wage_is_minimum=True)
    tasks = more.tasks.assign(activities="4.A.1.a.1.I01.D01")
    richer = Corpus(
        name="richer", tasks=tasks, occupations=occupations, alternate_titles=more.alternate_titles
    )
    part = richer.select_occupations(list(more.rows_of)[2:])
    small = replace(small, occupations=small.occupations[[*OCCUPATION_COLUMNS]])
    for first, second in ((small, richer), (part, small)):
        both = merge.merge(first, second, small.measures)
        files = {name: content.decode() for name, content in both.files().items()}
        assert Corpus.parse(both.name, files).files() == both.files()
        assert set(both.tasks["activities"]) == {"", "4.A.1.a.1.I01.D01"}
        assert both.occupations["median_wage"].isna().sum() > 0
        assert both.occupations["wage_is_minimum"].sum() > 0
