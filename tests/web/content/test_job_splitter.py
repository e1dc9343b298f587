from __future__ import annotations

import pytest

from engine.records.inputs import MAX_TASK_CHARACTERS
from engine.web.content.job_splitter import split_job


def test_a_job_advertisement_becomes_tasks() -> None:
    split = split_job(
        "Registrar\n\nAbout us:\nWe run a museum of clocks. Visitors come from far.\n\n"
        "Responsibilities\n- You will keep records of loans and returns.\n"
        "2) Write condition reports for new objects.\n• keep records of loans and returns\n"
        "You will be responsible for insuring valuable objects. Train volunteers in handling.\n\n"
        "Requirements:\n- A degree in history is expected.\n"
    )
    assert split.tasks == (
        "Keep records of loans and returns.",
        "Write condition reports for new objects.",
        "Insuring valuable objects.",
        "Train volunteers in handling.",
    )
    assert split.left_out == (
        "Registrar",
        "About us:",
        "We run a museum of clocks.",
        "Visitors come from far.",
        "Responsibilities",
        "Requirements:",
        "A degree in history is expected.",
    )


@pytest.mark.parametrize("text", ["", "\n \n 12. \n", "• \n-\n", "?!"])
def test_text_without_words_has_no_tasks(text: str) -> None:
    split = split_job(text)
    assert (split.tasks, split.left_out) == ((), ())


def test_a_sentence_too_long_for_a_task_is_left_out() -> None:
    sentence = "Count " + "very " * (MAX_TASK_CHARACTERS // 5) + "many clocks."
    assert split_job(sentence).left_out == (sentence,)
