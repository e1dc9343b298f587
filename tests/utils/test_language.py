from __future__ import annotations

from collections.abc import Set
from pathlib import Path

import numpy as np
import pytest

from engine import EngineError
from engine.errors import EncoderError
from engine.utils import letter_grams
from engine.utils.language import (
    NAMES,
    check_languages,
    identify,
    identify_together,
    language_fault,
)
from engine.utils.letter_grams import BUCKETS, LetterGrams, buckets

ENGLISH_AND_SPANISH = frozenset(["en", "es"])


def _reads() -> Set[str]:
    return ENGLISH_AND_SPANISH


def is_english(text: str, vocabulary: Set[str] = frozenset()) -> bool:
    return identify(text, vocabulary) == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Escribir informes sobre los casos de cada cliente.", "es"),
        ("Rédiger des rapports sur chaque dossier de client.", "fr"),
        ("Berichte über einzelne Klienten schreiben und ablegen.", "de"),
        ("Berichte schreiben", "de"),
        ("Rechnungen prüfen", "de"),
        ("Kundenberater", "de"),
        ("Revisar facturas", "es"),
        ("Tareas de limpieza", "es"),
        ("Préparer les repas", "fr"),
        ("Tri du courrier", "fr"),
        ("Verificare le fatture dei fornitori", "it"),
        ("Verificar as faturas dos fornecedores", "pt"),
        ("Facturen van leveranciers controleren", "nl"),
        ("Pisać raporty o sprawach poszczególnych klientów.", "pl"),
        ("Kontrollera fakturor från leverantörer", "sv"),
        ("Faturaları kontrol etmek ve onaylamak", "tr"),
        ("Писать отчёты о клиентах", "ru"),
        ("撰写客户案例摘要", "zh"),
        ("كتابة تقارير عن العملاء", "ar"),
    ],
)
def test_languages_are_recognized(text: str, language: str) -> None:
    assert identify(text) == language
    assert language in NAMES
    assert not is_english(text)


@pytest.mark.parametrize(
    "text",
    ["Answer phones.", "SQL queries", "Install HVAC ducts.", "Manage P&L.", "Serve café latte.",
     "Paperwork", "Run the till", "Prepare sushi, nigiri and sashimi", "Operate CNC lathes",
     "Install Kubernetes Helm charts", "Excel", "12 345", ""],
)  # fmt: skip
def test_short_or_technical_text_counts_as_english(text: str) -> None:
    assert is_english(text)


def test_all_starter_tasks_are_english(starter) -> None:  # type: ignore[no-untyped-def]
    assert [text for text in starter.tasks["task"] if not is_english(text)] == []


def test_rewrites_are_of_their_language() -> None:
    from scripts.training.examples import read_rewrites

    rewrites = read_rewrites().sample(6_000, random_state=0)
    found = np.array([identify(text) for text in rewrites["text"]])
    right = found == rewrites["language"].to_numpy()
    assert right.mean() >= 0.995
    assert right[(rewrites["style"] == "short").to_numpy()].mean() >= 0.995


@pytest.mark.real_data
@pytest.mark.parametrize("step", [10, pytest.param(1, marks=pytest.mark.figures)])
def test_all_onet_tasks_are_english(data_dir, step: int) -> None:  # type: ignore[no-untyped-def]
    from engine.corpus.sources import onet

    tasks = onet.read(data_dir).tasks[::step]
    assert [task["task"] for task in tasks if not is_english(task["task"])] == []


def test_an_unclear_short_text_is_of_the_language_around_it() -> None:
    unclear = "Nettoyer"
    assert identify(unclear) == "en"
    french = ["Préparer les repas des patients", unclear, "Servir les clients au comptoir"]
    assert identify_together(french) == ["fr", "fr", "fr"]
    assert identify_together(["Serve food to guests", unclear, ""]) == ["en", "en", "en"]


def test_a_clear_text_keeps_its_language_among_others() -> None:
    texts = ["Rechnungen prüfen", "Write reports on clients.", "Escribir informes para clientes"]
    assert identify_together(texts) == ["de", "en", "es"]


def test_the_error_names_the_first_sentence_and_its_language() -> None:
    texts = ["Write reports on clients.", "Escribir informes sobre los clientes de la oficina."]
    with pytest.raises(
        EngineError, match=r"job, task 2: 'Escribir .* English but Spanish; translate"
    ):
        check_languages(texts, "job")
    assert check_languages(texts, "job", _reads) == ["en", "es"]
    with pytest.raises(EngineError, match="Polish, .* does not read; .* one of English and Span"):
        check_languages(["Pisać raporty o sprawach klientów."], "job", _reads)


def test_what_an_encoder_reads_is_asked_only_for_other_languages() -> None:
    def fail() -> Set[str]:
        raise AssertionError("asked")

    assert check_languages(["Answer phones", "Data entry"], "job", fail) == ["en", "en"]


def test_faults_list_all_languages_by_name() -> None:
    fault = language_fault("Pisać raporty", "pl", frozenset(["en", "de", "fr"]))
    assert fault.endswith("translate it into one of English, French and German")


def test_text_of_known_words_is_english() -> None:
    spanish = "Escribir informes sobre los clientes"
    words = frozenset(["escribir", "informes", "sobre", "los"])
    assert is_english(spanish, words)  # four of five words are known
    assert not is_english(spanish, words - {"los"})


def test_buckets_are_of_marked_letter_sequences() -> None:
    # ^ab$ has three sequences of two letters, two of three, and one of four, which is the word.
    assert len(buckets(["ab"])) == 6
    assert set(buckets(["ab"])) < set(buckets(["ab", "cd"]))
    assert not len(buckets(["12", "345"]))
    assert buckets(["ab"] * 100).tolist() == buckets(["ab"]).tolist()


def test_a_text_without_letters_has_equal_odds() -> None:
    odds = letter_grams.shipped()(["12"])
    assert set(odds.values()) == {0.25}
    assert sum(letter_grams.shipped()(["rechnung"]).values()) == pytest.approx(1)


def test_weights_are_restored_to_half_a_step(tmp_path: Path) -> None:
    weight = np.random.default_rng(0).normal(size=(BUCKETS, 2)).astype(np.float32)
    LetterGrams(("en", "de"), weight, np.array([0.5, -0.5], np.float32)).write(tmp_path)
    found = LetterGrams.read(tmp_path)
    assert found.languages == ("en", "de")
    assert np.abs(found.weight - weight).max() <= np.abs(weight).max() / 254 * 1.001
    (tmp_path / letter_grams.FILE).write_bytes(b"damaged")
    with pytest.raises(EncoderError, match="differs from the file that ships"):
        LetterGrams.read(tmp_path)
