"""Where the outcomes of a corpus come from, and of when they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine import Corpus
from engine.corpus.merge import merge
from engine.errors import CorpusError
from engine.records.measures import PUBLISHED_SOURCES, STARTER_SOURCES, Source
from tests.corpus.toy import OCCUPATIONS, TASKS


def _dated(columns: str, *dates: str) -> Corpus:
    """The toy corpus with further columns, and their cells in each row."""
    header, *rows = TASKS.splitlines()
    lines = [f"{row},{cells}" for row, cells in zip(rows, dates, strict=True)]
    tasks = "\n".join([f"{header},{columns}", *lines])
    return Corpus.parse("toy", {"tasks": tasks, "occupations": OCCUPATIONS})


def test_the_latest_date_of_a_measure_is_kept() -> None:
    corpus = _dated("pay,as_of,as_of_pay", "0.5,2023,2026-03-24", "0.1,2023-03,", ",,2026-03-25")
    assert corpus.dates == {
        "exposure": "2023-03",
        "automation": "2023-03",
        "pay": "2026-03-25",
    }
    assert corpus.sources["pay"] == Source(title="toy", date="2026-03-25")


def test_a_measure_with_a_date_of_its_own_does_not_take_the_common_one() -> None:
    corpus = _dated("as_of,as_of_automation", "2023,2026", "2024,", ",2025")
    assert corpus.dates == {"exposure": "2024", "automation": "2026"}


def test_a_corpus_without_dates_is_its_own_undated_source() -> None:
    corpus = Corpus.parse("toy", {"tasks": TASKS, "occupations": OCCUPATIONS})
    assert corpus.dates == {}
    assert corpus.sources == {name: Source(title="toy") for name in corpus.measures}


@pytest.mark.parametrize("date", ["March 2026", "2026-13", "2026-02-30", "26", "2026-3", "0000"])
def test_a_date_in_another_form_is_a_fault(date: str) -> None:
    with pytest.raises(CorpusError) as error:
        _dated("as_of", "2026", "", date)
    assert error.value.faults == (
        f"tasks line 4, column as_of: invalid date '{date}'; write it as in 2026, 2026-03 or "
        "2026-03-24",
    )


def test_built_in_references_have_their_registered_sources(starter: Corpus) -> None:
    assert starter.sources == STARTER_SOURCES
    toy = Corpus.parse("published", {"tasks": TASKS, "occupations": OCCUPATIONS})
    assert toy.sources["exposure"] == PUBLISHED_SOURCES["exposure"]


def test_a_merged_corpus_has_the_sources_and_dates_of_the_first() -> None:
    first = _dated("as_of", "2023", "", "")
    second = replace(first, name="second", tasks=first.tasks.head(0), dates={"exposure": "2026"})
    both = merge(first, second, first.measures)
    assert both.dates == first.dates
    published = merge(replace(first, name="published"), second, first.measures)
    assert published.sources["exposure"] == PUBLISHED_SOURCES["exposure"]
