from __future__ import annotations

import pytest

from engine import EngineError
from engine.utils.language import check_english, is_english


@pytest.mark.parametrize(
    "text",
    [
        "Escribir informes sobre los casos de cada cliente.",
        "Rédiger des rapports sur chaque dossier de client.",
        "Berichte über einzelne Klienten schreiben und ablegen.",
        "Pisać raporty o sprawach poszczególnych klientów.",
        "Писать отчёты о клиентах",
        "撰写客户案例摘要",
        "كتابة تقارير عن العملاء",
    ],
)
def test_other_languages_are_not_english(text: str) -> None:
    assert not is_english(text)


@pytest.mark.parametrize(
    "text",
    ["Answer phones.", "SQL queries", "Install HVAC ducts.", "Manage P&L.", "Serve café latte."],
)
def test_short_or_technical_text_counts_as_english(text: str) -> None:
    assert is_english(text)


def test_all_starter_tasks_are_english(starter) -> None:  # type: ignore[no-untyped-def]
    assert [text for text in starter.tasks["task"] if not is_english(text)] == []


@pytest.mark.real_data
def test_all_onet_tasks_are_english(data_dir) -> None:  # type: ignore[no-untyped-def]
    from engine.corpus.sources import onet

    tasks = onet.read(data_dir).tasks
    assert [task["task"] for task in tasks if not is_english(task["task"])] == []


def test_tasks_too_short_to_judge_alone_are_judged_together() -> None:
    texts = ["Escribir informes mensuales", "Limpiar la cocina", "Atender clientes nuevos"]
    with pytest.raises(EngineError, match="job: the tasks do not look like English .* translate"):
        check_english(texts, "job")
    check_english(["Answer phones", "Data entry", "Weld pipes", "Paint walls"], "job")


def test_the_error_names_the_first_sentence_in_another_language() -> None:
    texts = ["Write reports on clients.", "Escribir informes sobre los clientes de la oficina."]
    with pytest.raises(EngineError, match=r"job, task 2: 'Escribir .* English"):
        check_english(texts, "job")


def test_text_of_known_words_skips_the_identifier() -> None:
    spanish = "Escribir informes sobre los clientes"
    words = frozenset(["escribir", "informes", "sobre", "los"])
    assert is_english(spanish, words)  # four of five words are known
    assert not is_english(spanish, words - {"los"})
