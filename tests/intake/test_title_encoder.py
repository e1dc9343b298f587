from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.quantized import dequantize
from engine.errors import EncoderError
from engine.intake.title_encoder import WEIGHTS, TitleEncoder, pack, shipped
from engine.intake.title_features import compound_parts, ngrams, pairs
from engine.intake.title_text import title_words
from engine.utils import checksums, resources

FOLDER = resources.shipped("models") / "titles"


def test_packed_weights_are_right_to_half_a_step_of_their_rows() -> None:
    generator = np.random.default_rng(0)
    arrays = {name: generator.normal(size=(50, 8)).astype(np.float32) for name in ("words", "soc")}
    arrays["words"][7] = 0
    packed = pack(arrays | {"soc_bias": np.ones(50, np.float32)})
    assert packed["words"].nbytes == arrays["words"].size // 2
    for name, largest in (("words", 3), ("soc", 31)):
        error = np.abs(dequantize(name, packed) - arrays[name]).max(axis=1)
        step = np.abs(arrays[name]).max(axis=1) / largest
        assert (error <= step * 0.52 + 1e-6).all()
    np.testing.assert_array_equal(packed["soc_bias"], 1.0)


def test_vectors_have_length_1_and_do_not_depend_on_the_other_titles() -> None:
    titles = [title_words(title) for title in ("Registered Nurse", "Koch", "qxz", "Line Cook")]
    together = shipped().encode(titles)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    alone = np.vstack([shipped().encode([title]) for title in titles])
    assert together == pytest.approx(alone, abs=1e-5)


def test_a_department_changes_the_vector_and_none_does_not() -> None:
    title = [title_words("Analyst")]
    plain = shipped().encode(title)
    assert shipped().encode(title, [()]) == pytest.approx(plain, abs=1e-6)
    assert (shipped().encode(title, [title_words("Finance")]) @ plain.T)[0, 0] < 0.99


def test_titles_of_one_occupation_are_alike_in_all_languages() -> None:
    titles = ["truck driver", "LKW-Fahrer", "conductor de camión", "dentist", "Zahnarzt"]
    vectors = shipped().encode([title_words(title) for title in titles])
    cosine = vectors @ vectors.T
    assert cosine[:3, :3].min() > cosine[:3, 3:].max()
    assert cosine[3, 4] > cosine[:3, 3:].max()


def test_the_heads_have_a_unit_vector_for_each_code() -> None:
    heads = shipped().heads
    assert {"29-1141.00", "15-1252.00"} <= set(heads["soc"].codes)
    assert "ISCO-2512" in heads["isco"].codes
    for part in heads.values():
        assert len(part.codes) == len(part.vectors) == len(part.biases)
        assert np.linalg.norm(part.vectors, axis=1) == pytest.approx(1, abs=1e-3)


def test_weights_that_were_changed_are_rejected(tmp_path: Path) -> None:
    folder = tmp_path / "titles"
    shutil.copytree(FOLDER, folder)
    path = folder / WEIGHTS
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(EncoderError, match="differs from the file that ships"):
        TitleEncoder.read(folder)
    path.write_bytes(b"nothing")
    checksums.write(folder)
    with pytest.raises(EncoderError, match="cannot be read as a title encoder"):
        TitleEncoder.read(folder)


def test_what_ships_is_small_and_has_a_card() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 12_000_000
    assert (FOLDER / "README.md").is_file()


# Features -----------------------------------------------------------------------------------------


def test_ngrams_are_those_of_the_marked_word() -> None:
    # <cook> has four of three characters, three of four, two of five and one of six.
    assert len(ngrams("cook")) == 4 + 3 + 2 + 1
    assert len(ngrams("x")) == 1


def test_pairs_have_no_order() -> None:
    assert pairs(["line", "cook"]) == pairs(["cook", "line"])
    assert len(pairs(["a", "b", "c"])) == 3
    assert pairs(["cook"]) == []


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("lagermitarbeiter", ("lager", "mitarbeiter")),
        ("versicherungsberater", ("versicherung", "berater")),
        ("unbekanntberater", ("berater",)),
        ("lagerberaterlager", ("lager", "berater", "lager")),
        ("lager", ()),
        ("receptionist", ()),
        ("lager" * 20, ()),
    ],
)
def test_compounds_split_into_known_parts(word: str, parts: tuple[str, ...]) -> None:
    known = {"lager", "mitarbeiter", "versicherung", "berater"}
    assert compound_parts(word, known.__contains__) == parts
