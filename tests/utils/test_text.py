from __future__ import annotations

import numpy as np
import pytest

from engine.utils.text import BULLET, clean, is_among, text_key


def test_keys_ignore_case_punctuation_and_white_space() -> None:
    assert text_key("Plan, or  direct — activities.") == text_key("plan or direct activities")
    assert text_key("Plan activities.") != text_key("Plan activity.")


def test_the_fast_path_for_ascii_gives_the_same_keys() -> None:
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
def test_cleaning_removes_what_a_reader_does_not_see(text: str) -> None:
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
def test_cleaning_does_not_change_plain_text(text: str) -> None:
    assert clean(text) == text


def test_cleaning_does_not_change_starter_tasks(starter) -> None:  # type: ignore[no-untyped-def]
    tasks = starter.tasks["task"].tolist()
    assert [clean(text) for text in tasks] == tasks


@pytest.mark.real_data
def test_cleaning_does_not_change_onet_tasks(data_dir) -> None:  # type: ignore[no-untyped-def]
    from engine.corpus.sources import onet

    tasks = [" ".join(task["task"].split()) for task in onet.read(data_dir).tasks]
    assert [text for text in tasks if clean(text) != text] == []


@pytest.mark.parametrize("part", ["<", "<script>", "<!--", "&", "<a ", "&#x", ". ", "\u200b"])
def test_cleaning_takes_linear_time(part: str) -> None:
    """A pattern that backtracks from every position would take hours."""
    assert len(clean(part * 300_000)) <= 300_000 * len(part)


def test_is_among_compares_each_key_with_all_others() -> None:
    keys = np.array(["weld pipes", "lift boxes", "weld pipes", ""], dtype=object)
    others = np.array(["", "weld pipes"], dtype=object)
    assert is_among(keys, others).tolist() == [True, False, True, True]
    assert not is_among(keys, others[:0]).any()


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("- Lead tours.", "Lead tours."),
        ("  • Answer questions", "Answer questions"),
        ("3) Sell tickets.", "Sell tickets."),
        ("(12). Sweep.", "(12). Sweep."),
        ("*", ""),
        ("3-D print parts.", "3-D print parts."),
        ("-5 degree rooms are kept clean.", "-5 degree rooms are kept clean."),
    ],
)
def test_bullets_and_numbers_end_at_white_space(line: str, item: str) -> None:
    assert BULLET.sub("", line) == item
