from __future__ import annotations

import numpy as np
import pytest

from engine.careers.similarity import Profile
from engine.corpus.references import read_starter
from scripts.benchmarks.careers_rewritten import (
    OWN_TASKS,
    SHORTENED,
    STARTER,
    STYLES,
    Shortened,
    level_figures,
    told_texts,
)
from scripts.training.examples import read_rewrites
from scripts.training.fit_careers import Catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """An occupation that the starter reference has, one that it lacks, and one not asked for."""
    codes = list(read_starter().rows_of)
    profile = Profile(texts=["One two.", "Three."], vectors=np.eye(2), shares=np.full(2, 0.5))
    return Catalog(
        codes=[codes[0], "55-9999.00", codes[1]],
        titles=["A", "B", "C"],
        profiles=[profile] * 3,
        activities=[],
        signals=np.zeros((3, 3, 0)),
        gains=np.zeros((3, 3)),
    )


def test_every_way_to_tell_has_all_tasks_of_the_sources_in_the_starter(catalog: Catalog) -> None:
    told = told_texts(catalog, np.array([0, 1]))
    corpus = read_starter()
    own = corpus.tasks[corpus.tasks["soc_code"] == catalog.codes[0]]
    assert told[STARTER] == {0: own["task"].tolist()}
    assert told[OWN_TASKS] == {0: ["One two.", "Three."]}
    rewrites = read_rewrites()
    for style in STYLES:
        texts = rewrites[(rewrites["style"] == style) & rewrites["task_id"].isin(own["task_id"])]
        assert told[f"rewritten, {style}"] == {0: texts["text"].tolist()}
        assert len(texts) == len(own)
    assert told.keys() > {less.name for less in SHORTENED}


def test_tasks_and_words_are_cut_the_same_way_each_time() -> None:
    texts = [f"{number} a b c." for number in range(9)]
    words = Shortened(told="x", words=2)
    assert words.name == "x, first 2 words"
    assert words.of(texts) == [f"{number} a" for number in range(9)]
    few = Shortened(told="x", tasks=3)
    assert few.name == "x, 3 tasks"
    kept = few.of(texts)
    assert len(kept) == 3
    assert kept == [text for text in texts if text in kept]
    assert few.of(texts) == kept
    assert few.of(texts[:2]) == texts[:2]


def test_levels_count_what_is_listed() -> None:
    pairs = [("very similar", True), ("very similar", False), ("little in common", False)]
    assert level_figures(pairs) == {
        "very similar": {"pairs": 2.0, "listed": 0.5},
        "little in common": {"pairs": 1.0, "listed": 0.0},
    }
