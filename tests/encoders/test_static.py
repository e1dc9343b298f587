from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, EngineError
from engine.encoders import token_pooling
from engine.encoders.cache import EmbeddingCache
from engine.encoders.static import StaticEncoder, mark_first_words
from engine.encoders.token_pooling import Layers
from engine.encoders.work import WorkEncoder
from engine.utils import checksums
from tests.conftest import ROOT

SHIPPED = ROOT / "models" / "static"
TEXTS = ["Write reports on sales.", "Lift boxes.", "Draft a summary of sales."]


@pytest.fixture(scope="module")
def static() -> StaticEncoder:
    return StaticEncoder()


def test_a_vector_is_what_the_layers_make_of_the_mean_of_its_token_vectors(
    static: StaticEncoder,
) -> None:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    vectors = static.encode(TEXTS)
    assert vectors.dtype == np.float32
    folder = SHIPPED / "final"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    (table,) = load_file(str(folder / "model.safetensors")).values()
    inner, outer = (load_file(str(folder / f"{n}_Dense" / "model.safetensors")) for n in (2, 3))
    for text, vector in zip(TEXTS, vectors, strict=True):
        mean = table[tokenizer.encode(text, add_special_tokens=False).ids].astype(float).mean(0)
        hidden = inner["linear.weight"].astype(float) @ (mean / np.linalg.norm(mean))
        expected = outer["linear.weight"].astype(float) @ np.maximum(
            hidden + inner["linear.bias"], 0.0
        )
        np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), atol=1e-5)


def test_layers_by_hand() -> None:
    """(3, 4) becomes (.6, .8); its units .6 - .8 < 0 and .6 + .8 + .1; out of them (3, 4) again."""
    layers = Layers(
        np.array([[1.0, -1.0], [1.0, 1.0]]),
        np.array([0.0, 0.1]),
        np.array([[7.0, 3.0], [-9.0, 4.0]]),
    )
    np.testing.assert_allclose(layers(np.array([[3.0, 4.0]])), [[0.6, 0.8]])


def test_the_first_word_has_a_token_of_its_own(static: StaticEncoder) -> None:
    """What is done, in a task; of the words after it the order makes no difference."""
    one, turned, other = static.encode(
        ["Order parts, record sales", "Order sales, record parts", "Record parts, order sales"]
    )
    np.testing.assert_allclose(one, turned, atol=1e-6)
    assert one @ other < 0.99


def test_marks_of_first_words_by_hand() -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    words = {"[UNK]": 0, "a": 1, "##b": 2, ",": 3, "c": 4}
    tokenizer = Tokenizer(models.WordPiece(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    rows = np.arange(5.0)[:, None]
    marked, vectors = mark_first_words(tokenizer, rows, 10 * rows)
    np.testing.assert_array_equal(vectors[:, 0], [0, 1, 2, 3, 4, 0, 11, 44])
    assert marked.encode(" AB c, ab").tokens == ["▁a", "##b", "c", ",", "a", "##b"]
    assert marked.encode(", c").tokens == ["▁", ",", "c"]


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
    """On tasks, on texts of odd characters, and on what may be taken for a mark."""
    from sentence_transformers import SentenceTransformer

    generator = np.random.default_rng(0)
    odd = ["".join(generator.choice([*ODD], size)) for size in generator.integers(1, 40, 2_000)]
    marks = ["[UNK] a", "x[CLS]y", "a" * 150 + " b", "##ing ing", "a  b", " a ", "", " ", "- a"]
    texts = [*small.tasks["task"], *odd, *marks]
    model = SentenceTransformer(str(static.version), device="cpu").float()
    expected = model.encode(texts, batch_size=2_048, normalize_embeddings=True)
    np.testing.assert_allclose(static.encode(texts), expected, atol=1e-6)


def test_words_forgotten_are_cut_again(
    static: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(token_pooling, "_WORDS", 3)
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
    from engine.corpus.sources import published

    corpus = published.read(data_dir)[0]
    few = corpus.select(list(corpus.rows_of)[:8])
    copied = few.tasks["task"].iloc[0].upper()
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    script = runpy.run_path(str(ROOT / "scripts" / "distill_encoder.py"))
    distill, made_by = script["distill"], script["Sentences"].of.__func__.__globals__
    monkeypatch.setitem(made_by, "PARTS", 30)
    monkeypatch.setitem(made_by, "JOINED", 30)
    adapters = WorkEncoder().adapters
    sentences = script["Sentences"].of(few, adapters, ["Weld pipes.", copied], 0)
    met: list[set[str]] = []
    lessons = distill.__globals__["_lessons"]

    def watched(sentences, view, tokens, rows):  # type: ignore[no-untyped-def]
        met.append(set(sentences.keys[rows]))
        return lessons(sentences, view, tokens, rows)

    monkeypatch.setitem(distill.__globals__, "_lessons", watched)
    distill(sentences, WorkEncoder(), tmp_path / "static", 0)
    made = StaticEncoder(tmp_path / "static")
    folds = made.adapters.folds_of(few.tasks["soc_code"].tolist())
    assert met[0] == set(sentences.keys) > {*few.text_keys, "weld pipes"}
    for fold, keys in enumerate(met[1:]):
        assert keys.isdisjoint(few.text_keys[folds == fold])
        assert keys.isdisjoint(sentences.keys[sentences.folds == fold])
        assert "weld pipes" in keys
    assert made.encode(TEXTS).shape == (3, 128)


@pytest.mark.parametrize("way", ["parts", "joined"])
def test_recombined_sentences_are_of_the_tasks(
    way: str, small: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a stretch of words of one task, or a beginning of one with the end of another."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    make = runpy.run_path(str(ROOT / "scripts" / "recombine.py"))[way]
    tasks = small.tasks["task"].tolist()[:60]
    made = make(tasks, 40, np.random.default_rng(0))
    assert made == make(tasks, 40, np.random.default_rng(0))
    assert len(made) == len(set(made)) == 40
    assert not set(made) & set(tasks)
    if way == "parts":
        assert all(any(part in task for task in tasks) for part in made)
        return
    bare = [task.rstrip(".") for task in tasks]
    for text in made:
        words = text.split()
        assert any(
            any(task.startswith(" ".join(words[:cut])) for task in bare)
            and any(task.endswith(" ".join(words[cut:])) for task in bare)
            for cut in range(1, len(words))
        )


def test_nothing_can_be_recombined_from_what_has_no_place_to_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    script = runpy.run_path(str(ROOT / "scripts" / "recombine.py"))
    for make in (script["parts"], script["joined"]):
        assert make([], 5, np.random.default_rng(0)) == []
        assert make(["Weld pipes."], 5, np.random.default_rng(0)) == []
