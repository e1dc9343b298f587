from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, RiskEngine
from engine.encoders import shipped_vectors
from engine.encoders.cache import EmbeddingCache
from engine.encoders.minilm import MiniLMEncoder
from engine.encoders.work import WorkEncoder
from engine.errors import EncoderError
from engine.utils import resources
from scripts.training.embed_starter import embed, texts_of
from tests.conftest import ROOT, WordEncoder

ENCODERS = {"work": WorkEncoder, "minilm": MiniLMEncoder}


class Refusing(WordEncoder):
    """Has the fingerprint of another encoder, and embeds nothing."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__()
        self._fingerprint = fingerprint

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        raise AssertionError(f"{len(texts)} texts are embedded, such as {texts[0]!r}")


@pytest.mark.parametrize("name", ENCODERS)
def test_they_equal_fresh_vectors(name: str, starter: Corpus) -> None:
    encoder = ENCODERS[name]()
    found = shipped_vectors.read(encoder.fingerprint)
    texts = starter.tasks["task"].tolist()
    groups: list[tuple[str, ...]] = []
    if name == "minilm":
        texts, groups = texts_of(starter)
    known = found.of_texts(texts)
    assert len(known) == len(set(texts))
    vectors, means = embed(encoder, texts[::60], groups[::60])
    tasks = set(starter.tasks["task"])
    for text, vector in vectors.items():
        largest = shipped_vectors.LARGEST[name] if text in tasks else 2_047
        steps = 1.0 if name == "work" else 0.5  # its numbers may be rounded either way
        np.testing.assert_allclose(known[text], vector, atol=_error(vector, largest, steps))
    for group, mean in means.items():
        np.testing.assert_allclose(found.mean_of(group), mean, atol=_error(mean, 2_047))
    assert found.of_texts(["Another text."]) == {}
    assert found.mean_of(["Another name"]) is None


def _error(vector: np.ndarray, largest: int, steps: float = 0.5) -> float:
    """Largest error of a rounded number, with a little more for the scale and the length."""
    return float(np.abs(vector).max() * 1.1 * steps / largest) + 1e-4


def test_the_starter_engine_is_built_without_embedding_a_text(
    starter: Corpus, tmp_path: Path
) -> None:
    """Neither its tasks, nor the texts that careers are compared by."""
    cache = EmbeddingCache(tmp_path)
    for encoder, texts in (
        (WorkEncoder(), starter.tasks["task"].tolist()),
        (MiniLMEncoder(), texts_of(starter)[0]),
    ):
        rows = cache.encode(Refusing(encoder.fingerprint), texts)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    groups = texts_of(starter)[1]
    assert len(cache.encode_means(Refusing(MiniLMEncoder().fingerprint), groups)) == len(groups)
    assert not list(tmp_path.iterdir())


def test_a_changed_text_is_embedded(tmp_path: Path, starter: Corpus) -> None:
    encoder, text = WorkEncoder(), starter.tasks["task"].iloc[0]
    changed = f"{text} And more."
    found = EmbeddingCache(tmp_path).encode(encoder, [text, changed])
    np.testing.assert_array_equal(found[1], encoder.encode([changed])[0])


def test_means_of_groups_that_do_not_ship(words: WordEncoder, tmp_path: Path) -> None:
    groups = [("Baker", "Cook"), ("Baker",)]
    found = EmbeddingCache(tmp_path).encode_means(words, groups)
    for group, mean in zip(groups, found, strict=True):
        np.testing.assert_allclose(mean, words.encode(group).mean(axis=0), atol=1e-7)


def test_what_is_written_is_found_by_the_encoder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: WordEncoder
) -> None:
    folder = tmp_path / "models" / "work"
    folder.mkdir(parents=True)
    texts = ["Write reports.", "Lift boxes."]
    vectors = dict(zip(texts, words.encode(texts), strict=True))
    means = {("a", "b"): words.encode(["a", "b"]).mean(axis=0)}
    shipped_vectors.write(folder, words.fingerprint, vectors, means, texts[:1])
    monkeypatch.setattr(resources, "shipped", lambda name: tmp_path / name)
    assert shipped_vectors.read("another") == shipped_vectors.NOTHING
    found = shipped_vectors.read(words.fingerprint)
    assert list(found.of_texts(["Lift boxes.", "Lift crates."])) == ["Lift boxes."]
    for text, largest in zip(texts, (160, 2_047), strict=True):
        vector = vectors[text]
        np.testing.assert_allclose(
            found.of_texts(texts)[text], vector, atol=_error(vector, largest)
        )
    mean = found.mean_of(["a", "b"])
    assert mean is not None
    np.testing.assert_allclose(mean, means["a", "b"], atol=1e-3)
    path = folder / shipped_vectors.FILE
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    with pytest.raises(EncoderError, match="differs from the file that ships|cannot be read"):
        shipped_vectors.read(words.fingerprint)


def test_no_file_is_large() -> None:
    for name in shipped_vectors.FOLDERS:
        assert (ROOT / "models" / name / shipped_vectors.FILE).stat().st_size < 8e6


def test_scores_stay_as_with_fresh_vectors(starter_engine: RiskEngine) -> None:
    """As queries; as evidence, the vectors of all tasks would have to be fresh."""
    parts = starter_engine._parts
    rows = np.arange(0, len(parts.reference.vectors), 60)
    tasks = parts.reference.corpus.tasks.iloc[rows]
    texts, codes = tasks["task"].tolist(), tasks["soc_code"].tolist()
    known = shipped_vectors.read(parts.encoder_fingerprint).of_texts(texts)
    found = [
        parts.model.predict(parts.reference.look_up(vectors, codes, texts), 0.9)
        for vectors in (np.stack([known[text] for text in texts]), WorkEncoder().encode(texts))
    ]
    for measure, values in found[0].values.items():
        fresh = found[1].values[measure]
        np.testing.assert_array_equal(np.isnan(values), np.isnan(fresh))
        change = np.abs(values - fresh)[~np.isnan(fresh)]
        # Now and then, two neighbors with other outcomes swap.
        assert (change < 1e-3).mean() > (0.99 if measure == "automation" else 0.95), measure
        assert change.mean() < 3e-4, measure
