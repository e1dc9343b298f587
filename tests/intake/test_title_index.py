from __future__ import annotations

import json

import numpy as np
import pytest
from rapidfuzz import distance, process

from engine import Corpus
from engine.intake.title_encoder import shipped
from engine.intake.title_index import FEATURES, SHORTLIST, NameIndex
from engine.intake.title_ranking import CERTAINTY, Ranking
from engine.intake.title_text import title_words


@pytest.fixture(scope="module")
def index(starter: Corpus) -> NameIndex:
    return NameIndex(starter, shipped())


TITLES = ["Registered Nurse", "Analyst", "Forklift Operator", "Koch", "Softwar Enginer", "qxz"]


def test_every_occupation_has_its_own_title_first(index: NameIndex, starter: Corpus) -> None:
    assert len(index.starts) == len(index.codes) + 1
    titles = starter.occupations.set_index("soc_code")["title"]
    for code, start in zip(index.codes, index.starts, strict=False):
        assert index.names[start] == titles[code]


def test_features_equal_those_computed_one_by_one(index: NameIndex) -> None:
    words = [index.corrected(title_words(title)) for title in TITLES]
    listed = index.shortlist(words, [()] * len(words))
    assert listed.columns.shape == (len(TITLES), SHORTLIST)
    vectors = shipped().encode(words)
    column = {name: number for number, name in enumerate(FEATURES)}
    for row, codes in enumerate(listed.columns):
        assert len(set(codes)) == SHORTLIST
        for place, code in enumerate(codes):
            names = slice(index.starts[code], index.starts[code + 1])
            cosines = index.vectors[names] @ vectors[row]
            found = listed.features[row, place]
            assert found[column["name"]] == pytest.approx(cosines.max(), abs=1e-5)
            assert found[column["own_title"]] == pytest.approx(cosines[0], abs=1e-5)
            assert found[column["head_alone"]] == found[column["head"]]
            every = set().union(*(set(name) for name in index.words[names]))
            weight = {word: index.weight(word) for word in words[row]}
            covered = sum(weight[word] for word in weight if word in every)
            expected = covered / max(sum(weight.values()), 1e-6)
            assert found[column["coverage"]] == pytest.approx(expected, abs=1e-5)


def test_a_name_of_one_occupation_is_exact_there_alone(index: NameIndex) -> None:
    listed = index.shortlist([title_words("registered nurses")], [()])
    exact = listed.features[0, :, FEATURES.index("exact")]
    codes = [index.codes[column] for column in listed.columns[0]]
    assert exact[codes.index("29-1141.00")] == 1
    assert exact.sum() == 1


def test_misspelled_words_become_words_of_the_catalog(index: NameIndex) -> None:
    assert index.corrected(("softwar", "plumbbr")) == ("software", "plumber")
    assert index.corrected(("registered", "nurse")) == ("registered", "nurse")
    assert index.corrected(("qxz",)) == ("qxz",)


def test_blocks_do_not_change_the_result(index: NameIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [title_words(title) for title in TITLES]
    departments = [(), title_words("Finance"), (), (), (), ()]
    together = index.shortlist(words, departments)
    monkeypatch.setattr("engine.intake.title_index._BLOCK_NUMBERS", 1)
    alone = index.shortlist(words, departments)
    assert (together.columns == alone.columns).all()
    assert together.features == pytest.approx(alone.features, abs=1e-4)


def test_the_ranking_is_the_softmax_of_the_weighted_features(index: NameIndex) -> None:
    listed = index.shortlist([title_words(title) for title in TITLES], [()] * len(TITLES))
    weights = np.zeros(len(FEATURES))
    weights[FEATURES.index("name")] = 5.0
    ranking = Ranking(
        weights=weights, certainty=np.zeros(len(CERTAINTY)), intercept=0.0, threshold=0.5
    )
    order, shares = ranking.order(listed)
    for row in range(len(TITLES)):
        names = listed.features[row, order[row], FEATURES.index("name")]
        assert (np.diff(names) <= 0).all()
        scores = np.exp(5 * names)
        assert shares[row] == pytest.approx(scores / scores.sum(), abs=1e-5)
    columns, probabilities = ranking.rank(listed, np.zeros(len(TITLES), dtype=bool))
    # Without weights, the first is right with probability one half, and the others share the rest.
    assert probabilities[:, 0] == pytest.approx(0.5)
    assert (probabilities.sum(axis=1) <= 1 + 1e-6).all()
    assert (columns == np.take_along_axis(listed.columns, order, axis=1)).all()


def test_a_ranking_survives_json() -> None:
    random = np.random.default_rng(0)
    ranking = Ranking(
        weights=random.normal(size=len(FEATURES)),
        certainty=random.normal(size=len(CERTAINTY)),
        intercept=-1.25,
        threshold=0.6,
    )
    again = Ranking.of(json.loads(ranking.to_json()))
    assert again.weights == pytest.approx(ranking.weights, abs=1e-5)
    assert again.certainty == pytest.approx(ranking.certainty, abs=1e-5)
    assert (again.intercept, again.threshold) == (-1.25, 0.6)


def test_corrections_are_the_nearest_words_of_all(index: NameIndex) -> None:
    """As the library finds them among all long words, without a choice by their lengths."""
    listed = [word for word in {w: 0 for words in index.words for w in words} if len(word) >= 5]
    changed = [f"{word[:2]}{word[3:]}" for word in listed[::40]]
    changed += [f"{word[:3]}o{word[3:]}" for word in listed[7::40]]
    changed += [f"{word[:1]}u{word[2]}z{word[4:]}" for word in listed[9::40]]
    for word in changed:
        found = process.extractOne(
            word,
            listed,
            scorer=distance.DamerauLevenshtein.normalized_similarity,
            score_cutoff=0.8,
        )
        known = len(word) < 5 or word in listed or shipped().knows(word)
        expected = word if known or found is None else found[0]
        assert index.corrected((word,)) == (expected,), word


def test_only_the_first_words_of_a_long_text_are_corrected(index: NameIndex) -> None:
    words = tuple(f"engineer{letter}" for letter in "abcdefghijkl")
    assert index.corrected(words)[:8] == ("engineer",) * 8
    assert index.corrected(words)[8:] == words[8:]
