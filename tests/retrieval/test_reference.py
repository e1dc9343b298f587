from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine import Corpus, EngineError
from engine.retrieval.features import NEIGHBOURS
from engine.retrieval.reference import Reference
from tests.conftest import WordEncoder


@pytest.fixture(scope="module")
def doubled(small: Corpus) -> Corpus:
    """The small corpus with ten of its texts standing in two occupations, written differently."""
    copies = small.tasks.iloc[:100:10].copy()
    copies["task_id"] += "-copy"
    copies["soc_code"] = small.tasks["soc_code"].iat[-1]
    copies["task"] = copies["task"].str.upper()
    tasks = pd.concat([small.tasks, copies], ignore_index=True).assign(time_share=np.nan)
    return Corpus(
        name="doubled",
        tasks=tasks,
        occupations=small.occupations,
        alternate_titles=small.alternate_titles,
    )


def test_evidence_never_has_the_own_occupation_or_another_copy_of_the_text(
    doubled: Corpus, words: WordEncoder
) -> None:
    vectors = words.encode(doubled.tasks["task"].tolist())
    reference = Reference(doubled, vectors)
    codes, keys = doubled.tasks["soc_code"].to_numpy(), doubled.text_keys
    found = reference.look_up(vectors, codes.tolist(), keys.tolist()).neighbours
    cosine = vectors.astype(float) @ vectors.astype(float).T
    for row in range(len(doubled.tasks)):
        allowed = np.flatnonzero((codes != codes[row]) & (keys != keys[row]))
        expected = np.sort(cosine[row, allowed])[::-1][:NEIGHBOURS]
        np.testing.assert_allclose(found.similarity[row], expected, atol=1e-5)
        assert set(found.rows[row]) <= set(allowed)


def test_a_task_without_occupation_only_loses_its_own_text(
    small: Corpus, words: WordEncoder
) -> None:
    vectors = words.encode(small.tasks["task"].tolist())
    reference = Reference(small, vectors)
    found = reference.look_up(vectors[:1], [None], [small.text_keys[0]]).neighbours
    assert 0 not in found.rows[0]
    assert set(found.rows[0]) & set(small.rows_of[small.tasks["soc_code"].iat[0]])
    assert reference.known_rows(small.text_keys[0]).tolist() == [0]
    assert reference.known_rows("something else").tolist() == []


def test_looking_up_in_parts_changes_nothing(
    small: Corpus, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = words.encode(small.tasks["task"].tolist())
    reference = Reference(small, vectors)
    codes, keys = small.tasks["soc_code"].tolist(), small.text_keys.tolist()
    whole = reference.look_up(vectors, codes, keys)
    monkeypatch.setattr("engine.retrieval.reference._CHUNK", 37)
    parts = reference.look_up(vectors, codes, keys)
    np.testing.assert_array_equal(parts.neighbours.rows, whole.neighbours.rows)
    np.testing.assert_allclose(parts.features.values, whole.features.values, atol=1e-6)


def test_a_task_without_outcomes_is_no_evidence(small: Corpus, words: WordEncoder) -> None:
    tasks = small.tasks.copy()
    tasks.loc[:99, ["exposure", "automation"]] = np.nan
    partly = Corpus(
        name="partly",
        tasks=tasks,
        occupations=small.occupations,
        alternate_titles=small.alternate_titles,
    )
    vectors = words.encode(tasks["task"].tolist())
    assert Reference(partly, vectors).rows.min() == 100
    tasks.loc[:, ["exposure", "automation"]] = np.nan
    with pytest.raises(EngineError, match="has no outcomes"):
        Reference(partly, vectors)
