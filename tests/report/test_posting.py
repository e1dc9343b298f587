from __future__ import annotations

from engine.records.posting import REASONS, LeftOutLine, Posting, PostingTask
from engine.report.posting import REASON_WORDS, posting_to_text


def test_every_reason_has_words() -> None:
    assert set(REASON_WORDS) == set(REASONS)
    assert len(set(REASON_WORDS.values())) == len(REASON_WORDS)


def test_the_terminal_shows_what_was_left_out_and_why() -> None:
    text = "Baker\nBake bread\n***\nFree lunch " + "very " * 30
    spans = {line: (text.index(line), text.index(line) + len(line)) for line in text.split("\n")}
    baker, bake, stars, lunch = spans
    posting = Posting(
        text=text,
        tasks=(PostingTask(text=bake, span=spans[bake], language="en"),),
        left_out=(
            LeftOutLine(text=baker, reason="title", span=spans[baker]),
            LeftOutLine(text=stars, reason="decoration", span=spans[stars]),
            LeftOutLine(text=lunch, reason="benefit", span=spans[lunch]),
        ),
        title="Baker",
    )
    first, title, benefit = posting_to_text(posting, "job.txt").split("\n")
    assert first == "job.txt: read 1 task of Baker; left out 2 lines:"
    assert title == "  job title: Baker"
    assert benefit.startswith("  pay or benefit: Free lunch very very")
    assert benefit.endswith("…")
    assert len(benefit) == len("  pay or benefit: ") + 100


def test_a_list_of_tasks_leaves_out_nothing() -> None:
    task = PostingTask(text="Bake bread", span=(0, 10), language="en")
    posting = Posting(text="Bake bread", tasks=(task,), left_out=())
    assert posting_to_text(posting, "job.txt") == "job.txt: read 1 task; left out nothing"
