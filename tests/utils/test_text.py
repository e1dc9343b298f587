from __future__ import annotations

import numpy as np
import pytest

from engine import EngineError
from engine.utils.language import check_english, is_english
from engine.utils.text import clean, is_among, text_key


def test_keys_see_through_case_punctuation_and_space() -> None:
    assert text_key("Plan, or  direct — activities.") == text_key("plan or direct activities")
    assert text_key("Plan activities.") != text_key("Plan activity.")


def test_plain_text_has_the_key_that_any_text_has() -> None:
    every = "".join(map(chr, range(128)))
    assert text_key(every) + " é" == text_key(every + " é")
    assert text_key("A_b  C-d.") == text_key("A_b  C-d.…") == "a b c d"


PLAIN = "Write reports on clients, and file them."


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"  {PLAIN}\n",
        PLAIN.replace(" ", "\u200b \u2060"),
        "\u00ad".join(PLAIN),
        f"\ufeff\u202e{PLAIN}\u202c".replace(" ", "\u00a0"),
        f"\x1b{PLAIN}\x07",
        PLAIN.replace("o", "о").replace("p", "р").replace("W", "Ｗ"),  # Cyrillic, full width
        f"<p>{PLAIN}</p>",
        f'<li class="x">{PLAIN.replace(" ", "&nbsp;")}<br/></li>',
        f"<script>alert('x')</script>{PLAIN}<!-- a\nnote -->",
        f"{PLAIN} {PLAIN}",
        " ".join([PLAIN] * 10_000),
        f"{PLAIN} {PLAIN.upper()}",
    ],
)
def test_what_a_reader_does_not_see_does_not_count(text: str) -> None:
    assert clean(text) == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "Serve café latte.",
        "Keep stocks < 5 units & prices > 2 euros.",
        "Write C++ & C# code.",
        "Sing; dance; sing well.",
        "Работать с клиентами",
        "Αθήνα and Rome tours.",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_no_starter_task_changes(starter) -> None:  # type: ignore[no-untyped-def]
    tasks = starter.tasks["task"].tolist()
    assert [clean(text) for text in tasks] == tasks


@pytest.mark.real_data
def test_no_onet_task_changes(data_dir) -> None:  # type: ignore[no-untyped-def]
    from engine.corpus.sources import onet

    tasks = [" ".join(task["task"].split()) for task in onet.read(data_dir).tasks]
    assert [text for text in tasks if clean(text) != text] == []


@pytest.mark.parametrize("part", ["<", "<script>", "<!--", "&", "<a ", "&#x", ". ", "\u200b"])
def test_cleaning_takes_time_in_proportion(part: str) -> None:
    """A pattern that tries again from every place would take hours."""
    assert len(clean(part * 300_000)) <= 300_000 * len(part)


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
def test_other_languages_are_told(text: str) -> None:
    assert not is_english(text)


@pytest.mark.parametrize(
    "text",
    ["Answer phones.", "SQL queries", "Install HVAC ducts.", "Manage P&L.", "Serve café latte."],
)
def test_short_or_technical_english_passes(text: str) -> None:
    assert is_english(text)


def test_no_starter_task_is_taken_for_another_language(starter) -> None:  # type: ignore[no-untyped-def]
    assert [text for text in starter.tasks["task"] if not is_english(text)] == []


@pytest.mark.real_data
def test_no_onet_task_is_taken_for_another_language(data_dir) -> None:  # type: ignore[no-untyped-def]
    from engine.corpus.sources import onet

    tasks = onet.read(data_dir).tasks
    assert [task["task"] for task in tasks if not is_english(task["task"])] == []


def test_tasks_too_short_to_tell_are_judged_together() -> None:
    texts = ["Escribir informes mensuales", "Limpiar la cocina", "Atender clientes nuevos"]
    with pytest.raises(EngineError, match="job: the tasks do not look like English"):
        check_english(texts, "job")
    check_english(["Answer phones", "Data entry", "Weld pipes", "Paint walls"], "job")


def test_the_sentence_at_fault_is_named() -> None:
    texts = ["Write reports on clients.", "Escribir informes sobre los clientes de la oficina."]
    with pytest.raises(EngineError, match=r"job, task 2: 'Escribir .* English"):
        check_english(texts, "job")


def test_keys_are_looked_up_among_others() -> None:
    keys = np.array(["weld pipes", "lift boxes", "weld pipes", ""], dtype=object)
    others = np.array(["", "weld pipes"], dtype=object)
    assert is_among(keys, others).tolist() == [True, False, True, True]
    assert not is_among(keys, others[:0]).any()
