from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from engine import Corpus, EngineError, RiskEngine
from engine.persistence import artifact
from engine.persistence.engine_folder import as_folder
from engine.records.serialize import to_json
from engine.retrieval import index
from engine.retrieval.index import NeighbourIndex
from tests.conftest import WordEncoder

INDEX = "index.safetensors"
TASKS = ["Record the origin of each object in the database.", "Pack fragile artworks in crates."]


@pytest.fixture(scope="module")
def large(engine: RiskEngine, small: Corpus) -> RiskEngine:
    """An engine with an approximate index, which it got when it was extended by one task."""
    one = small.tasks.iloc[:1].assign(task_id="one", task="Greet visitors.", time_share=np.nan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "EXACT_UP_TO", 300)
        return engine.extended(
            Corpus(
                name="one",
                tasks=one,
                occupations=small.occupations,
                alternate_titles=small.alternate_titles,
            )
        )


def test_a_saved_engine_gives_the_same_scores_and_bytes(engine: RiskEngine, tmp_path: Path) -> None:
    engine.save(tmp_path / "engine")
    loaded = RiskEngine.load(tmp_path / "engine", encoder=WordEncoder())
    assert to_json(loaded.score_tasks(TASKS)) == to_json(engine.score_tasks(TASKS))
    loaded.save(tmp_path / "again")
    first, second = (artifact.read(tmp_path / name) for name in ("engine", "again"))
    assert first == second
    assert INDEX not in first.files


def test_the_facts_of_a_folder(engine: RiskEngine, tmp_path: Path) -> None:
    engine.save(tmp_path)
    facts = artifact.read(tmp_path).facts
    assert list(facts["measures"]) == list(engine.measures)
    assert facts["measures"]["automation_2026"] == {
        "title": "starter reference, edition 2026",
        "rater": "two language models, adjudicated",
        "date": "2026-11",
        "license": "MIT",
    }
    assert (facts["folds"], facts["probe"]) == (5, [])


def test_an_engine_with_measures_that_few_tasks_have_is_saved_and_loaded(
    small: Corpus, tmp_path: Path
) -> None:
    """One that no model estimates, and one that does not apply everywhere."""
    few = small.select_occupations(list(small.rows_of)[::3])
    use = np.where(few.tasks["automation_2026"] > 0.4, few.tasks["automation"], np.nan)
    first = np.arange(len(few.tasks)) < 20
    columns = {"rare": np.where(first, 0.5, np.nan), "observed_automation": use}
    corpus = replace(few, tasks=few.tasks.assign(**columns))
    engine = RiskEngine.build(corpus, WordEncoder())
    assert engine.measures == (*small.measures, "observed_automation")
    engine.save(tmp_path / "engine")
    loaded = RiskEngine.load(tmp_path / "engine", encoder=WordEncoder())
    unused = 0
    for code in few.rows_of:
        expected = engine.score_occupation(code)
        assert to_json(loaded.score_occupation(code)) == to_json(expected)
        unused += sum("observed_automation" not in task.estimates for task in expected.tasks)
    assert 0 < unused < len(few.tasks)
    loaded.save(tmp_path / "again")
    assert artifact.read(tmp_path / "again") == artifact.read(tmp_path / "engine")


def test_an_inverted_file_is_saved_and_not_trained_again(
    large: RiskEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large.save(tmp_path / "engine")
    saved = artifact.read(tmp_path / "engine")
    build = NeighbourIndex.build
    sizes: list[int] = []

    def watched(vectors: np.ndarray, factory: str | None = None) -> NeighbourIndex:
        sizes.append(len(vectors))
        return build(vectors, factory)

    monkeypatch.setattr(NeighbourIndex, "build", watched)
    loaded = RiskEngine.load(tmp_path / "engine", encoder=WordEncoder())
    assert len(large._parts.reference.rows) not in sizes
    assert to_json(loaded.score_tasks(TASKS)) == to_json(large.score_tasks(TASKS))
    loaded.save(tmp_path / "again")
    assert artifact.read(tmp_path / "again") == saved
    assert INDEX in saved.files


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("centroids", lambda a: a[:, :-1], r"centroids' .* is of shape \(\d+, 31\)"),
        ("centroids", lambda a: a * np.nan, "'centroids' .* has NaN"),
        ("lists", lambda a: a[:-1], r"lists is for \d+ vectors, not \d+"),
        ("lists", lambda a: a - 1, "'lists' .* has -1, but must be from 0"),
        ("lists", lambda a: a + 1, "lists contains numbers from 1 to"),
        ("nprobe", lambda a: a * 0, "'nprobe' .* has 0, but must be from 1"),
        ("nprobe", lambda a: a + 10_000, "nprobe is 100"),
        ("nprobe", None, "array 'nprobe' of index.safetensors is missing"),
    ],
)
def test_an_invalid_inverted_file_is_rejected(
    large: RiskEngine,
    tmp_path: Path,
    name: str,
    change: Callable[[np.ndarray], np.ndarray] | None,
    message: str,
) -> None:
    """Even if the checksums are right, as an attacker would make them."""
    large.save(tmp_path)
    saved = artifact.read(tmp_path)
    arrays = load(saved.files[INDEX])
    found = arrays.pop(name)
    if change is not None:
        arrays[name] = np.ascontiguousarray(change(found))
    files = {**saved.files, INDEX: save(arrays)}
    artifact.write(tmp_path, artifact.Artifact(saved.facts, files))
    with pytest.raises(EngineError, match=f"(?s){tmp_path} is not a complete engine.*{message}"):
        RiskEngine.load(tmp_path, encoder=WordEncoder())


@pytest.mark.parametrize(
    "file", ["tasks.csv", "vectors.safetensors", "heads.safetensors", "scores.safetensors"]
)
def test_a_missing_file_is_rejected(engine: RiskEngine, tmp_path: Path, file: str) -> None:
    engine.save(tmp_path)
    saved = artifact.read(tmp_path)
    files = {name: content for name, content in saved.files.items() if name != file}
    artifact.write(tmp_path, artifact.Artifact(saved.facts, files))
    with pytest.raises(EngineError, match=f"not a complete engine.*{file}.*occupation-risk build"):
        RiskEngine.load(tmp_path, encoder=WordEncoder())


def test_vectors_that_do_not_fit_the_tasks_are_rejected(engine: RiskEngine, tmp_path: Path) -> None:
    engine.save(tmp_path)
    saved = artifact.read(tmp_path)
    vectors = save({"vectors": np.eye(3, dtype=np.float32)})
    files = {**saved.files, "vectors.safetensors": vectors}
    artifact.write(tmp_path, artifact.Artifact(saved.facts, files))
    with pytest.raises(
        EngineError,
        match=r"array 'vectors' of vectors.safetensors is of shape \(3, 3\), but must be",
    ):
        RiskEngine.load(tmp_path, encoder=WordEncoder())


def test_only_strings_and_paths_name_a_folder() -> None:
    assert as_folder("models/mine") == as_folder(Path("models/mine")) == Path("models/mine")
    with pytest.raises(
        EngineError, match="3 does not name an engine folder; give its path as a string"
    ):
        as_folder(3)
