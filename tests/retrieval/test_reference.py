from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from engine import Corpus, EngineError
from engine.retrieval.features import NEIGHBOURS
from engine.retrieval.reference import Reference
from tests.conftest import WordEncoder


@pytest.fixture(scope="module")
def doubled(small: Corpus) -> Corpus:
    """The small corpus with ten texts in a second occupation, in capital letters."""
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


def test_evidence_excludes_the_occupation_and_copies_of_the_text(
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


def test_a_task_without_an_occupation_excludes_only_its_text(
    small: Corpus, words: WordEncoder
) -> None:
    vectors = words.encode(small.tasks["task"].tolist())
    reference = Reference(small, vectors)
    found = reference.look_up(vectors[:1], [None], [small.text_keys[0]]).neighbours
    assert 0 not in found.rows[0]
    assert set(found.rows[0]) & set(small.rows_of[small.tasks["soc_code"].iat[0]])
    assert small.rows_of_key[small.text_keys[0]] == (0,)
    assert "something else" not in small.rows_of_key


def test_looking_up_in_chunks_changes_nothing(
    small: Corpus, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = words.encode(small.tasks["task"].tolist())
    reference = Reference(small, vectors)
    codes, keys = small.tasks["soc_code"].tolist(), small.text_keys.tolist()
    at_once = reference.look_up(vectors, codes, keys)
    monkeypatch.setattr("engine.retrieval.reference._CHUNK", 37)
    in_chunks = reference.look_up(vectors, codes, keys)
    np.testing.assert_array_equal(in_chunks.neighbours.rows, at_once.neighbours.rows)
    np.testing.assert_allclose(in_chunks.features.values, at_once.features.values, atol=1e-6)


def test_tasks_without_outcomes_are_not_evidence(small: Corpus, words: WordEncoder) -> None:
    tasks = small.tasks.copy()
    tasks.loc[:99, ["exposure", "automation"]] = np.nan
    partly = Corpus(
        name="partly",
        tasks=tasks,
        occupations=small.occupations,
        alternate_titles=small.alternate_titles,
    )
    vectors = words.encode(tasks["task"].tolist())
    np.testing.assert_array_equal(Reference(partly, vectors).rows, np.arange(100, len(tasks)))
    tasks.loc[:, ["exposure", "automation"]] = np.nan
    with pytest.raises(EngineError, match="has no outcomes; fill in column exposure or automation"):
        Reference(partly, vectors)


def test_an_automation_potential_is_evidence_too(small: Corpus, words: WordEncoder) -> None:
    tasks = small.tasks.assign(genai_potential=np.nan)
    tasks.loc[:9, list(small.measures)] = np.nan
    tasks.loc[3, "genai_potential"] = 0.4
    tasks.loc[3, "soc_code"] = "ISCO-4412"
    others = pd.DataFrame({"soc_code": ["ISCO-4412"], "title": ["Mail Carriers"]})
    corpus = replace(small, tasks=tasks, other_occupations=others)
    reference = Reference(corpus, words.encode(tasks["task"].tolist()))
    np.testing.assert_array_equal(reference.rows, [3, *range(10, len(tasks))])
    shown = reference.tasks[3]
    assert (shown.occupation, shown.soc_code) == ("Mail Carriers", "ISCO-4412")
    assert shown.outcomes == {"genai_potential": 0.4}


def test_tasks_are_shown_with_their_known_outcomes(small: Corpus, words: WordEncoder) -> None:
    tasks = small.tasks.copy()
    tasks.loc[0, "exposure"] = np.nan
    corpus = Corpus(
        name="one unknown",
        tasks=tasks,
        occupations=small.occupations,
        alternate_titles=small.alternate_titles,
    )
    reference = Reference(corpus, words.encode(tasks["task"].tolist()))
    task, row = reference.tasks[0], tasks.iloc[0]
    titles = dict(zip(small.occupations["soc_code"], small.occupations["title"], strict=True))
    assert (task.text, task.soc_code, task.task_id) == (
        row["task"],
        row["soc_code"],
        row["task_id"],
    )
    assert task.occupation == titles[row["soc_code"]]
    known = [measure for measure in small.measures if measure != "exposure"]
    assert task.outcomes == {measure: row[measure] for measure in known}
    assert reference.tasks[1].outcomes.keys() == {"exposure", *known}
