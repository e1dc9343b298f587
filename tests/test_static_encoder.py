from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, EngineError, checksums
from engine.encoder import EmbeddingCache
from engine.static_encoder import StaticEncoder
from engine.work_encoder import WorkEncoder

from .conftest import ROOT

SHIPPED = ROOT / "models" / "static"
TEXTS = ["Write reports on sales.", "Lift boxes.", "Draft a summary of sales."]


@pytest.fixture(scope="module")
def static() -> StaticEncoder:
    return StaticEncoder()


def test_a_vector_is_the_mean_of_its_token_vectors(static: StaticEncoder) -> None:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    vectors = static.encode(TEXTS)
    assert vectors.dtype == np.float32
    folder = SHIPPED / "final"
    (table,) = load_file(str(folder / "model.safetensors")).values()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for text, vector in zip(TEXTS, vectors, strict=True):
        mean = table[tokenizer.encode(text, add_special_tokens=False).ids].astype(float).mean(0)
        np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)


def test_content_is_what_its_heads_do_not_read(static: StaticEncoder) -> None:
    """Careers are compared by it: two tasks alike in it may differ in what becomes of them."""
    read = static.readout.weight.any(axis=0)
    part = static.encode(TEXTS)[:, ~read]
    content = static.content.encode(TEXTS)
    assert content.shape == (3, np.flatnonzero(~read).size)
    np.testing.assert_allclose(content, part / np.linalg.norm(part, axis=1)[:, None], atol=1e-6)
    assert static.content.fingerprint != static.fingerprint


ODD = "abz09 AZ.,-'\"()[]/_&%$#@!~`^{}|\\\t\n\x00\x1c\x85\xa0éÉñß’–“中文あΣςİı\u0301\u200b\u2028кЖ"


def test_it_is_the_model_that_sentence_transformers_gives(
    static: StaticEncoder, small: Corpus
) -> None:
    """On tasks, on texts of odd characters, and on what a tokenizer takes for marks of its own."""
    from sentence_transformers import SentenceTransformer

    generator = np.random.default_rng(0)
    odd = ["".join(generator.choice([*ODD], size)) for size in generator.integers(1, 40, 2_000)]
    marks = ["[UNK] a", "x[CLS]y", "a" * 150 + " b", "##ing ing", "a  b", " a ", ""]
    texts = [*small.tasks["task"], *odd, *marks]
    model = SentenceTransformer(str(static.version), device="cpu").float()
    expected = model.encode(texts, batch_size=2_048, normalize_embeddings=True)
    np.testing.assert_allclose(static.encode(texts), expected, atol=1e-6)


def test_words_forgotten_are_cut_again(
    static: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine import token_means

    monkeypatch.setattr(token_means, "_WORDS", 3)
    fresh = StaticEncoder()
    for text, vector in zip(TEXTS * 2, static.encode(TEXTS * 2), strict=True):
        np.testing.assert_allclose(fresh.encode([text])[0], vector, atol=1e-6)


def test_it_needs_neither_torch_nor_transformers() -> None:
    code = (
        "import sys; from engine.static_encoder import StaticEncoder as S; S().encode(['Lift.']);"
        "print([name for name in ('torch', 'transformers', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_another_kind_of_tokenizer_is_refused(static: StaticEncoder, tmp_path: Path) -> None:
    shutil.copytree(static.version, tmp_path / "final")
    path = tmp_path / "final" / "tokenizer.json"
    path.write_text(path.read_text().replace('"lowercase":true', '"lowercase":false', 1))
    path.write_text(path.read_text().replace('"lowercase": true', '"lowercase": false', 1))
    checksums.write(tmp_path)
    with pytest.raises(EngineError, match=r"final cannot be loaded .*lower-casing BERT"):
        StaticEncoder(tmp_path).encode(TEXTS)


def test_what_is_alike_to_its_teacher_is_alike_to_it(static: StaticEncoder, small: Corpus) -> None:
    """Similarities of pairs of tasks, by both."""
    texts = small.tasks["task"].tolist()[::10]
    taught, teacher = (one.encode(texts) for one in (static, WorkEncoder()))
    pairs = np.triu_indices(len(texts), 1)
    correlation = np.corrcoef((taught @ taught.T)[pairs], (teacher @ teacher.T)[pairs])[0, 1]
    assert correlation > 0.75


def test_versions_are_of_the_folds_of_the_teacher(static: StaticEncoder) -> None:
    views = [static, *(static.without(fold) for fold in range(static.adapters.folds))]
    assert len({view.fingerprint for view in views}) == len(views) > 2
    assert all((view.readout.weight[:, :48] == 0).all() for view in views)


def test_what_ships_is_small_and_has_no_sentences() -> None:
    files = [path for path in SHIPPED.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert sum(path.stat().st_size for path in files) <= 16e6
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".md"}


def test_it_is_cached_like_any_encoder(static: StaticEncoder, tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    np.testing.assert_allclose(cache.encode(static, TEXTS), static.encode(TEXTS), atol=1e-6)
    assert len(list(tmp_path.glob("*.sqlite"))) == 1


def test_a_missing_version_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"has no static encoder.*distill_encoder\.py"):
        StaticEncoder(tmp_path)


@pytest.mark.slow
@pytest.mark.real_data
def test_a_version_for_a_fold_meets_none_of_its_sentences(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.sources import published

    corpus = published.read(data_dir)[0]
    few = corpus.select(list(corpus.rows_of)[:8])
    copied = few.tasks["task"].iloc[0].upper()
    script = runpy.run_path(str(ROOT / "scripts" / "distill_encoder.py"))
    distill, sentences = script["distill"], script["Sentences"].of(few, ["Weld pipes.", copied])
    met: list[set[str]] = []
    lessons = distill.__globals__["_lessons"]

    def watched(sentences, view, tokens, rows):  # type: ignore[no-untyped-def]
        met.append(set(sentences.keys[rows]))
        return lessons(sentences, view, tokens, rows)

    monkeypatch.setitem(distill.__globals__, "_lessons", watched)
    distill(sentences, WorkEncoder(), tmp_path / "static", 0)
    made = StaticEncoder(tmp_path / "static")
    folds = made.adapters.folds_of(few.tasks["soc_code"].tolist())
    assert met[0] == {*few.text_keys, "weld pipes"}
    for fold, keys in enumerate(met[1:]):
        assert keys.isdisjoint(few.text_keys[folds == fold])
        assert "weld pipes" in keys
    assert made.encode(TEXTS).shape == (3, 128)
