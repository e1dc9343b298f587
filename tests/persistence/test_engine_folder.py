from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from engine import Corpus, EngineError, RiskEngine
from engine.persistence import artifact
from engine.records.serialize import to_json
from engine.retrieval import index
from engine.retrieval.index import NeighbourIndex
from tests.conftest import WordEncoder

INDEX = "index.safetensors"
TASKS = ["Record the origin of each object in the database.", "Pack fragile artworks in crates."]


@pytest.fixture(scope="module")
def large(engine: RiskEngine, small: Corpus) -> RiskEngine:
    """An engine of more tasks than are all compared; it became so by one that was added."""
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


def test_an_inverted_file_is_kept_in_the_folder_and_not_learned_again(
    large: RiskEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large.save(tmp_path / "engine")
    monkeypatch.setattr(index, "EXACT_UP_TO", 300)
    learned: list[int] = []
    look = NeighbourIndex._look_far_enough
    monkeypatch.setattr(
        NeighbourIndex,
        "_look_far_enough",
        lambda self, vectors: (learned.append(len(vectors)), look(self, vectors)),
    )
    loaded = RiskEngine.load(tmp_path / "engine", encoder=WordEncoder())
    assert learned == []
    assert to_json(loaded.score_tasks(TASKS)) == to_json(large.score_tasks(TASKS))
    loaded.save(tmp_path / "again")
    one, two = ((tmp_path / name / "manifest.json").read_bytes() for name in ("engine", "again"))
    assert one == two


def test_an_exact_engine_has_no_such_file(engine: RiskEngine, tmp_path: Path) -> None:
    engine.save(tmp_path)
    assert INDEX not in artifact.read(tmp_path).files


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("centroids", lambda a: a[:, :-1], r"centroids is float32 of shape \(\d+, 31\)"),
        ("centroids", lambda a: a * np.nan, "centroids has numbers that are not finite"),
        ("lists", lambda a: a[:-1], r"lists is int32 of shape"),
        ("lists", lambda a: a - 1, "lists has numbers from -1 to"),
        ("lists", lambda a: a + 1, "lists has numbers from 1 to"),
        ("nprobe", lambda a: a * 0, "nprobe is 0"),
        ("nprobe", lambda a: a + 10_000, "nprobe is 100"),
        ("nprobe", None, "KeyError.*nprobe"),
    ],
)
def test_an_inverted_file_that_does_not_fit_is_refused(
    large: RiskEngine,
    tmp_path: Path,
    name: str,
    change: Callable[[np.ndarray], np.ndarray] | None,
    said: str,
) -> None:
    """With checksums that are right, as of somebody who made the folder so."""
    large.save(tmp_path)
    saved = artifact.read(tmp_path)
    arrays = load(saved.files[INDEX])
    found = arrays.pop(name)
    if change is not None:
        arrays[name] = np.ascontiguousarray(change(found))
    files = {**saved.files, INDEX: save(arrays)}
    artifact.write(tmp_path, artifact.Artifact(saved.facts, files))
    with pytest.raises(EngineError, match=f"(?s){tmp_path} is not a whole engine.*{said}"):
        RiskEngine.load(tmp_path, encoder=WordEncoder())
