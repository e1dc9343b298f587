from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import EngineError, Occupation, RiskEngine
from engine.careers.filters import UNFILTERED, MoveFilters, RankingWeights
from engine.careers.index import Origin
from engine.careers.overlap import task_match_probability
from engine.careers.results import CareerMatches
from engine.report.move_reasons import move_reasons
from tests.careers.hand_worked import ENTRIES, ORIGIN, entry, estimate, index_of, profile

JOB = Occupation("Clerk", ["Answer calls from customers.", "File letters and invoices."])


def _similar(k: int = 9, diversity: float = 0.0, **filters: object) -> CareerMatches:
    chosen = MoveFilters(**UNFILTERED | filters)  # type: ignore[typeddict-item]
    return index_of(ENTRIES).similar(ORIGIN, k=k, filters=chosen, diversity=diversity)


def test_matches_by_hand() -> None:
    first, second = _similar()  # C and D point to the other side, so they are not matches
    assert (first.soc_code, second.soc_code) == ("A", "B")
    assert first.similarity > second.similarity
    assert first.risk_difference == pytest.approx(-0.3)
    assert (first.job_zone_step, second.job_zone_step) == (0, 2)
    assert second.wage_ratio == pytest.approx(0.75)
    cosine = 1 / np.hypot(1.0, 0.1)
    assert first.carries_over == pytest.approx(float(task_match_probability(cosine)), abs=1e-5)
    assert first.new_tasks == ()


@pytest.mark.parametrize("count", [1, 2])
def test_a_job_of_one_task_or_of_equal_tasks_has_the_similarity_worked_by_hand(
    count: int,
) -> None:
    """The plain model: σ(4 × centered cosine of the means + 2 × best there + 2 × best here − 6).

    The mean of the catalog is (0.2, 0.8 / 3). Centered, the cosine of A and B is 1 / √10; C is
    opposite. The cosine of the task of A with that of B is 0.6.
    """
    entries = [entry("A", [[1.0, 0.0]]), entry("B", [[0.6, 0.8]]), entry("C", [[-1.0, 0.0]])]
    job = Origin(profile=profile("job", [[1.0, 0.0]] * count), risk=estimate(0.5))
    found = index_of(entries).similar(job, k=9, filters=MoveFilters(**UNFILTERED))
    assert [match.soc_code for match in found] == ["A", "B"]
    centered = [np.array([0.8, -0.8 / 3]), np.array([0.4, 0.8 - 0.8 / 3])]
    cosine = centered[0] @ centered[1] / np.prod(np.linalg.norm(centered, axis=1))
    assert cosine == pytest.approx(1 / np.sqrt(10))
    expected = [1 / (1 + np.exp(-2)), 1 / (1 + np.exp(-(4 / np.sqrt(10) + 1.2 + 1.2 - 6)))]
    assert [match.similarity for match in found] == pytest.approx(expected, abs=1e-6)
    expected = task_match_probability(np.array([1.0, 0.6]))
    assert [match.carries_over for match in found] == pytest.approx(list(expected), abs=1e-6)


def test_the_result_counts_what_the_filters_removed() -> None:
    safer = _similar(safer_only=True)
    assert [match.soc_code for match in safer] == ["A"]
    assert safer.removed == {
        "safer_only": 1,
        "min_risk_reduction": 0,
        "min_probability_safer": 0,
    }
    (missed,) = safer.next
    assert missed.soc_code == "B"
    assert missed.failed == ("safer_only", "min_risk_reduction", "min_probability_safer")
    assert [match.soc_code for match in _similar(max_job_zone_gap=1)] == ["A"]
    assert [match.soc_code for match in _similar(min_wage_ratio=0.9)] == ["A"]
    none = _similar(min_wage_ratio=0.9, max_job_zone_gap=1, min_risk_reduction=0.5)
    assert none == []
    assert (none.considered, none.removed) == (
        2,
        {"min_risk_reduction": 2, "min_wage_ratio": 0, "max_job_zone_gap": 0},
    )


def test_a_catalog_of_one_occupation_has_no_match_for_it() -> None:
    index = index_of(ENTRIES[:1])
    found = index.similar(index.origin(0), k=3, filters=MoveFilters())
    assert (list(found), found.considered) == ([], 0)


def test_weights_rank_the_matches() -> None:
    wage = RankingWeights(similarity=0.0, wage=1.0)
    filters = MoveFilters(**UNFILTERED)
    by_wage = index_of(ENTRIES).similar(ORIGIN, k=2, filters=filters, weights=wage)
    assert [match.score for match in by_wage] == pytest.approx([0.5, 0.375])


def test_diversity_prefers_a_match_unlike_those_above_it() -> None:
    entries = [
        entry("A", [[1.0, 0.05]]),
        entry("B", [[1.0, 0.1]]),
        entry("C", [[1.0, -0.9]]),
        entry("D", [[-1.0, 0.2]]),
        entry("E", [[-1.0, -0.3]]),
    ]
    index, filters = index_of(entries), MoveFilters(**UNFILTERED)
    similar, diverse = (
        [match.soc_code for match in index.similar(ORIGIN, k=3, filters=filters, diversity=part)]
        for part in (0.0, 0.9)
    )
    assert similar == ["A", "B", "C"]
    assert diverse == ["A", "C", "B"]


def test_an_unknown_wage_passes_every_wage_filter_and_ranks_as_an_equal_wage() -> None:
    entries = [
        entry("A", [[1.0, 0.1]], risk=0.2, job_zone=2),
        entry("B", [[1.0, -0.2]], risk=0.6, job_zone=2, wage=40_000),
        *ENTRIES[2:],
    ]
    index = index_of(entries)
    weights = RankingWeights(similarity=0.0, wage=1.0)
    first, second = index.similar(ORIGIN, k=9, filters=MoveFilters(**UNFILTERED), weights=weights)
    assert {first.wage_ratio, second.wage_ratio} == {None, 1.0}
    assert (first.score, second.score) == (0.5, 0.5)
    paid = MoveFilters(**UNFILTERED | {"min_wage_ratio": 2.0})
    assert [match.soc_code for match in index.similar(ORIGIN, k=9, filters=paid)] == ["A"]
    unpaid = Origin(profile=ORIGIN.profile, risk=ORIGIN.risk)  # of unknown wage
    assert len(index.similar(unpaid, k=9, filters=paid)) == 2


def test_the_next_ones_fail_the_fewest_filters_and_fill_up_to_five() -> None:
    entries = [
        entry("A", [[1.0, 0.05]], risk=0.1, job_zone=2),
        entry("B", [[1.0, 0.1]], risk=0.9, job_zone=2),
        entry("C", [[1.0, 0.2]], risk=0.1, job_zone=5),
        *ENTRIES[2:],
    ]
    index, filters = index_of(entries), MoveFilters(max_job_zone_gap=1)
    found = index.similar(ORIGIN, k=9, filters=filters)
    assert [(match.soc_code, match.failed, match.rank) for match in found] == [("A", (), 1)]
    assert [(match.soc_code, match.failed) for match in found.next] == [
        ("C", ("max_job_zone_gap",)),
        ("B", ("safer_only", "min_risk_reduction", "min_probability_safer")),
    ]
    assert index.similar(ORIGIN, k=1, filters=filters).next == ()
    assert len(index.similar(ORIGIN, k=2, filters=filters).next) == 1


@pytest.mark.parametrize("k", [0, True, 2.5])
def test_an_invalid_number_of_matches_is_rejected(k: int) -> None:
    with pytest.raises(EngineError, match=f"k is {k}; give a whole number of at least 1"):
        _similar(k=k)
    with pytest.raises(EngineError, match="diversity is 2; give a number from 0 to 1"):
        _similar(diversity=2)


def test_it_finds_what_brute_force_finds(engine: RiskEngine) -> None:
    """Nearest-neighbor search and sums over ranges agree with loops over all pairs."""
    parts = engine._parts
    profiles = parts.occupations.profiles(parts.reference, parts.scores.shares)
    codes = list(engine.corpus.rows_of)
    own = codes.index("29-1129.01")
    weights = parts.similarity.weights
    mean = np.mean([one.tasks for one in profiles], axis=0)
    names_mean = np.mean([one.names for one in profiles], axis=0)
    expected = {}
    for code, one in zip(codes, profiles, strict=True):
        first, second = profiles[own].tasks - mean, one.tasks - mean
        cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
        pairs = profiles[own].vectors @ one.vectors.T
        own_names, names = profiles[own].names - names_mean, one.names - names_mean
        score = weights["tasks_mean"] * cosine
        score += weights["names"] * (
            own_names @ names / np.linalg.norm(own_names) / np.linalg.norm(names)
        )
        score += weights["tasks_there"] * (profiles[own].shares @ pairs.max(axis=1))
        score += weights["tasks_here"] * (one.shares @ pairs.max(axis=0))
        if cosine > 0 and code != codes[own]:
            expected[code] = score
    found = engine.similar_careers("29-1129.01", 100, **UNFILTERED)
    assert {match.soc_code for match in found} == set(expected)
    scores = np.array([expected[match.soc_code] for match in found])
    similarity = parts.similarity.similarity(scores)
    np.testing.assert_allclose([m.similarity for m in found], similarity, atol=1e-4)


def test_every_match_is_safer_feasible_and_another_occupation(engine: RiskEngine) -> None:
    for code in list(engine.corpus.rows_of)[::4]:
        scored = engine.score_occupation(code)
        for match in engine.similar_careers(scored, 20):
            assert match.risk < scored.risk
            assert match.risk_difference == pytest.approx(match.risk - scored.risk)
            assert match.probability_safer >= 0.5
            assert abs((match.job_zone or 0) - (scored.job_zone or 0)) <= 1
            assert match.soc_code != code


def test_a_code_an_occupation_and_a_result_have_the_same_matches(engine: RiskEngine) -> None:
    code = "29-1129.01"
    occupation, scored = engine.find(code), engine.score_occupation(code)
    assert engine.similar_careers(code) == engine.similar_careers(occupation)
    assert engine.similar_careers(code) == engine.similar_careers(scored)


def test_an_unknown_code_is_rejected(engine: RiskEngine) -> None:
    with pytest.raises(EngineError, match="is not among"):
        engine.similar_careers("55-1011")
    with pytest.raises(EngineError, match="SOC code 'nurse'"):
        engine.similar_careers("nurse")


def test_matches_have_their_place_among_the_other_occupations() -> None:
    """The origin is not in the catalog of four; from A, which is, there are three others."""
    assert [(match.rank, match.of) for match in _similar()] == [(1, 4), (2, 4)]
    careers = index_of(ENTRIES)
    (match,) = careers.similar(careers.origin(0), k=9, filters=MoveFilters(**UNFILTERED))
    assert (match.soc_code, match.rank, match.of) == ("B", 1, 3)
    assert match.origin_outlook == ENTRIES[0].outlook
    assert match.similarity_level == "very similar"
    assert replace(match, rank=None).similarity_level == ""


def test_a_job_of_which_hardly_anything_is_known_has_matches() -> None:
    """No job zone, no wage, no code and a single task; what is unknown passes the default filters,
    and an occupation without figures can be a match."""
    bare = Origin(profile=profile("job", [[1.0, 0.1]]), risk=estimate(0.9))
    unpublished = [entry("A", [[1.0, 0.1]], risk=0.2), entry("B", [[-1.0, 0.2]], risk=0.2)]
    (match,) = index_of(unpublished).similar(bare, k=9, filters=MoveFilters())
    assert (match.job_zone_step, match.education_step, match.wage_ratio) == (None, None, None)
    assert move_reasons(match).unknown == (
        "No pay, projection of employment, typical education, or Job Zone is published for Job A.",
    )
