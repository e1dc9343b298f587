from __future__ import annotations

import numpy as np
import pytest

from engine import EngineError, Occupation, RiskEngine
from engine.careers import CareerIndex, CatalogueEntry, Profile
from engine.career_records import CareerMatch
from engine.records import Estimate

JOB = Occupation("Clerk", ["Answer calls from customers.", "File letters and invoices."])


def _entry(code: str, vector: list[float], risk: float, zone: int | None) -> CatalogueEntry:
    profile = Profile([f"Task of {code}."], np.array([vector]), np.ones(1))
    estimate = Estimate(risk, risk, risk)
    return CatalogueEntry(code, code, zone, profile, estimate, estimate)


# Around their mean, the origin, A and B lie close together and C and D opposite.
ENTRIES = [
    _entry("A", [1.0, 0.1], 0.2, 2),
    _entry("B", [1.0, -0.2], 0.6, 4),
    _entry("C", [-1.0, 0.2], 0.1, 2),
    _entry("D", [-1.0, -0.1], 0.3, None),
]


def _similar(**changes: object) -> list[CareerMatch]:
    filters = {"k": 9, "safer_only": False, "max_job_zone_gap": None, "own_code": None}
    filters |= {"job_zone": 2} | changes
    own = Profile(["My task."], np.array([[0.9, 0.0]]), np.ones(1))
    return CareerIndex(ENTRIES).similar(own, 0.5, **filters)  # type: ignore[arg-type]


def test_matches_by_hand() -> None:
    first, second = _similar()  # C and D point away and are no matches at all
    assert (first.soc_code, second.soc_code) == ("A", "B")
    assert first.similarity == pytest.approx(1 / np.sqrt(1.01), abs=1e-5)
    assert first.risk_difference == pytest.approx(-0.3)
    assert second.risk_difference == pytest.approx(0.1)


def test_filters_by_hand() -> None:
    assert [match.soc_code for match in _similar(safer_only=True)] == ["A"]
    assert [match.soc_code for match in _similar(max_job_zone_gap=1)] == ["A"]
    assert [match.soc_code for match in _similar(max_job_zone_gap=1, job_zone=None)] == ["A", "B"]
    assert [match.soc_code for match in _similar(own_code="A")] == ["B"]
    assert [match.soc_code for match in _similar(k=1)] == ["A"]


@pytest.mark.parametrize("changes", [{"k": 0}, {"k": True}, {"k": 2.5}, {"max_job_zone_gap": 5}])
def test_arguments_out_of_range_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(EngineError, match="expected"):
        _similar(**changes)


def test_it_is_brute_force_over_centred_time_weighted_means(engine: RiskEngine) -> None:
    corpus, scores = engine.corpus, engine._scores
    vectors = engine._reference.vectors.astype(float)
    codes = list(corpus.rows_of)
    means = np.stack([scores.shares[corpus.rows_of[c]] @ vectors[corpus.rows_of[c]] for c in codes])
    centred = means - means.mean(axis=0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    own = codes.index("29-1129.01")
    similarity = unit @ unit[own]
    order = [n for n in np.argsort(-similarity) if n != own and similarity[n] > 0]
    found = engine.similar_careers("29-1129.01", 100, safer_only=False, max_job_zone_gap=None)
    assert [match.soc_code for match in found] == [codes[n] for n in order]
    np.testing.assert_allclose([m.similarity for m in found], similarity[order], atol=1e-4)


def test_every_match_is_safer_feasible_and_not_itself(engine: RiskEngine) -> None:
    for code in list(engine.corpus.rows_of)[::4]:
        scored = engine.score_occupation(code)
        for match in engine.similar_careers(scored, 20):
            assert match.risk < scored.risk
            assert match.risk_difference == pytest.approx(match.risk - scored.risk)
            assert abs((match.job_zone or 0) - (scored.job_zone or 0)) <= 1
            assert match.soc_code != code


def test_shared_tasks_are_the_most_similar_pairs(engine: RiskEngine) -> None:
    (match, *_) = engine.similar_careers(JOB, safer_only=False)
    mine = engine._vectors([task.text for task in JOB.task_records], "test")
    theirs_texts = [task.text for task in engine.find(match.soc_code).task_records]
    similarity = mine @ engine._vectors(theirs_texts, "test").T
    best = match.shared_tasks[0]
    assert best.similarity == pytest.approx(similarity.max(), abs=1e-6)
    row, column = np.unravel_index(similarity.argmax(), similarity.shape)
    assert best.task == JOB.task_records[row].text
    assert best.matches == theirs_texts[column]
    assert len({pair.matches for pair in match.shared_tasks}) == len(match.shared_tasks) == 2


def test_a_code_a_job_and_a_result_ask_the_same(engine: RiskEngine) -> None:
    code = "29-1129.01"
    occupation, scored = engine.find(code), engine.score_occupation(code)
    assert engine.similar_careers(code) == engine.similar_careers(occupation)
    assert engine.similar_careers(code) == engine.similar_careers(scored)
