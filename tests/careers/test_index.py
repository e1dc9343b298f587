from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import Corpus, EngineError, Occupation, RiskEngine
from engine.careers.index import CareerIndex, CatalogueEntry, Origin
from engine.careers.overlap import COUNTERPART, Counterparts, alike
from engine.careers.profiles import outlook_of
from engine.careers.prospects import probability_lower, spread
from engine.careers.results import CareerMatches, MoveFilters, Outlook, RankingWeights
from engine.careers.similarity import Profile, SimilarityModel
from engine.records.estimates import Estimate

JOB = Occupation("Clerk", ["Answer calls from customers.", "File letters and invoices."])
ANY = {"safer_only": False, "max_job_zone_gap": None}


def _entry(
    code: str, vector: list[float], risk: float, zone: int | None, wage: float | None = None
) -> CatalogueEntry:
    unit = np.array([vector]) / np.linalg.norm(vector)
    profile = Profile(texts=[f"Task of {code}."], vectors=unit, shares=np.ones(1), job_zone=zone)
    estimate = Estimate(value=risk, low=risk, high=risk, error=0.1)
    return CatalogueEntry(
        soc_code=code,
        title=code,
        profile=profile,
        risk=estimate,
        ai_capability=estimate,
        outlook=Outlook(median_wage=wage),
    )


# Around their mean, near the origin, A and B lie close together and C and D opposite.
ENTRIES = [
    _entry("A", [1.0, 0.1], 0.2, 2, 40_000),
    _entry("B", [1.0, -0.2], 0.6, 4, 30_000),
    _entry("C", [-1.0, 0.2], 0.1, 2, 50_000),
    _entry("D", [-1.0, -0.1], 0.3, None, None),
]
ORIGIN = Origin(
    profile=Profile(
        texts=["My task."], vectors=np.array([[1.0, 0.0]]), shares=np.ones(1), job_zone=2
    ),
    risk=Estimate(value=0.5, low=0.5, high=0.5, error=0.1),
    outlook=Outlook(median_wage=40_000.0),
)


def _index() -> CareerIndex:
    model = SimilarityModel.plain([entry.profile for entry in ENTRIES])
    return CareerIndex(ENTRIES, model, np.array([0.5, 1.0, 2.0]))


def _similar(k: int = 9, diversity: float = 0.0, **filters: object) -> CareerMatches:
    chosen = MoveFilters(**(ANY | filters))  # type: ignore[arg-type]
    return _index().similar(ORIGIN, k=k, filters=chosen, diversity=diversity)


def test_matches_by_hand() -> None:
    first, second = _similar()  # C and D point away and are no matches at all
    assert (first.soc_code, second.soc_code) == ("A", "B")
    assert first.similarity > second.similarity
    assert first.risk_difference == pytest.approx(-0.3)
    assert (first.job_zone_step, second.job_zone_step) == (0, 2)
    assert second.wage_ratio == pytest.approx(0.75)
    assert first.carries_over == pytest.approx(float(alike(np.array(0.995037))), abs=1e-5)
    assert first.new_tasks == ()


def test_filters_say_what_they_took_out() -> None:
    assert [match.soc_code for match in _similar(safer_only=True)] == ["A"]
    assert _similar(safer_only=True).removed == {"safer_only": 1}
    assert [match.soc_code for match in _similar(max_job_zone_gap=1)] == ["A"]
    assert [match.soc_code for match in _similar(min_wage_ratio=0.9)] == ["A"]
    none = _similar(min_wage_ratio=0.9, growing_only=True)
    assert none == []
    assert none.removed == {"min_wage_ratio": 1, "growing_only": 1}
    assert none.reason == (
        "2 occupations compared; taken out by min_wage_ratio 1, growing_only 1; 0 left."
    )


def test_a_catalogue_of_one_has_no_other() -> None:
    index = CareerIndex(ENTRIES[:1], SimilarityModel.plain([ENTRIES[0].profile]), np.ones(1))
    own = Origin(profile=ENTRIES[0].profile, risk=ENTRIES[0].risk, own_code="A")
    found = index.similar(own, k=3, filters=MoveFilters())
    assert (list(found), found.considered) == ([], 0)
    assert "no other occupation" in found.reason


def test_weights_and_diversity_change_the_order() -> None:
    wage = RankingWeights(similarity=0.0, wage=1.0)
    index, free = _index(), MoveFilters(safer_only=False, max_job_zone_gap=None)
    by_wage = index.similar(ORIGIN, k=2, filters=free, weights=wage)
    assert [match.score for match in by_wage] == pytest.approx([0.5, 0.375])
    assert next(m.soc_code for m in _similar(diversity=1.0)) == "A"  # the first is the best


def test_moving_there_is_not_moving_back() -> None:
    here = Profile(texts=["a", "b"], vectors=np.eye(2), shares=np.array([0.9, 0.1]))
    there = Profile(texts=["c"], vectors=np.array([[0.0, 1.0]]), shares=np.ones(1))
    onward, back = Counterparts.of(here, there), Counterparts.of(there, here)
    same, unlike = (float(alike(np.array(cosine))) for cosine in (1.0, 0.0))
    assert (onward.carries_over, onward.new) == (pytest.approx(same), ())
    assert back.carries_over == pytest.approx(0.1 * same + 0.9 * unlike)
    assert [(task.task, task.time_share) for task in back.new] == [("a", 0.9)]
    assert unlike < 0.01 < same < 1
    assert alike(np.array(COUNTERPART)) == pytest.approx(0.5)


def test_the_probability_to_be_safer_is_that_of_errors_drawn_at_random() -> None:
    errors = np.sort(np.abs(np.random.default_rng(0).normal(size=4_000)))
    there, here = (
        Estimate(value=0.3, low=0, high=1, error=0.1),
        Estimate(value=0.4, low=0, high=1, error=0.05),
    )
    random = np.random.default_rng(1)

    def draw() -> np.ndarray:
        return random.choice(errors, 200_000) * random.choice([-1.0, 1.0], 200_000)

    def lower(there: Estimate, here: Estimate) -> float:
        (probability,) = probability_lower(
            np.array([there.value]), np.array([there.error]), here, spread(errors)
        )
        return float(probability)

    expected = (0.3 + 0.1 * draw() < 0.4 + 0.05 * draw()).mean()
    assert lower(there, here) == pytest.approx(expected, abs=0.005)
    assert lower(here, here) == pytest.approx(0.5, abs=1e-9)
    assert lower(there, here) == pytest.approx(1 - lower(here, there), abs=1e-9)


@pytest.mark.parametrize(
    "changes",
    [
        {"max_job_zone_gap": 5},
        {"min_risk_reduction": -0.1},
        {"min_wage_ratio": float("nan")},
        {"min_probability_safer": True},
    ],
)
def test_filters_out_of_range_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(EngineError, match="expected"):
        _similar(**changes)


@pytest.mark.parametrize("k", [0, True, 2.5])
def test_a_k_that_is_no_number_of_matches_is_refused(k: int) -> None:
    with pytest.raises(EngineError, match="expected a whole number"):
        _similar(k=k)
    with pytest.raises(EngineError, match="expected one above 0"):
        RankingWeights(similarity=0)


def test_it_is_brute_force_over_all_pairs(engine: RiskEngine) -> None:
    """Nearest-neighbour search and sums over ranges find what plain loops find."""
    profiles = engine._career_data.profiles(engine._reference, engine._scores.shares)
    codes = list(engine.corpus.rows_of)
    own = codes.index("29-1129.01")
    weights = engine._career_data.model.weights
    centre = np.mean([profile.tasks for profile in profiles], axis=0)
    expected = {}
    for code, profile in zip(codes, profiles, strict=True):
        first, second = profiles[own].tasks - centre, profile.tasks - centre
        cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
        pairs = profiles[own].vectors @ profile.vectors.T
        score = weights["tasks_mean"] * cosine
        score += weights["tasks_there"] * (profiles[own].shares @ pairs.max(axis=1))
        score += weights["tasks_here"] * (profile.shares @ pairs.max(axis=0))
        if cosine > 0 and code != codes[own]:
            expected[code] = score
    found = engine.similar_careers("29-1129.01", 100, safer_only=False, max_job_zone_gap=None)
    assert {match.soc_code for match in found} == set(expected)
    similarity = engine._career_data.model.similarity(
        np.array([expected[match.soc_code] for match in found])
    )
    np.testing.assert_allclose([m.similarity for m in found], similarity, atol=1e-4)


def test_every_match_is_safer_feasible_and_not_itself(engine: RiskEngine) -> None:
    for code in list(engine.corpus.rows_of)[::4]:
        scored = engine.score_occupation(code)
        for match in engine.similar_careers(scored, 20):
            assert match.risk < scored.risk
            assert match.risk_difference == pytest.approx(match.risk - scored.risk)
            assert match.probability_safer >= 0.5
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


def test_one_task_and_equal_tasks_have_matches(engine: RiskEngine) -> None:
    for tasks in (["File letters."], ["File letters.", "File letters."]):
        found = engine.similar_careers(Occupation("Filer", tasks), 3, **ANY)
        assert len(found) == 3
        assert all(0 <= match.similarity <= 1 for match in found)


def test_equal_tasks_count_once_by_their_time(engine: RiskEngine) -> None:
    """A task said twice, at half the time each, is the same job."""
    once, twice = (
        engine.similar_careers(Occupation("Filer", ["File letters."] * count), 5, **ANY)
        for count in (1, 2)
    )
    assert [match.soc_code for match in once] == [match.soc_code for match in twice]
    assert [m.similarity for m in once] == pytest.approx([m.similarity for m in twice], abs=1e-5)
    assert [m.carries_over for m in once] == pytest.approx([m.carries_over for m in twice])


def test_an_unknown_code_is_refused(engine: RiskEngine) -> None:
    with pytest.raises(EngineError, match="is not among"):
        engine.similar_careers("55-1011")
    with pytest.raises(EngineError, match="is not valid"):
        engine.similar_careers("nurse")


def test_an_unknown_wage_passes_no_filter_and_counts_half() -> None:
    entries = [
        _entry("A", [1.0, 0.1], 0.2, 2),
        _entry("B", [1.0, -0.2], 0.6, 2, 40_000),
        *ENTRIES[2:],
    ]
    index = CareerIndex(
        entries, SimilarityModel.plain([entry.profile for entry in entries]), np.ones(1)
    )
    free = MoveFilters(safer_only=False, max_job_zone_gap=None)
    weights = RankingWeights(similarity=0.0, wage=1.0)
    first, second = index.similar(ORIGIN, k=9, filters=free, weights=weights)
    assert {first.wage_ratio, second.wage_ratio} == {None, 1.0}
    assert (first.score, second.score) == (0.5, 0.5)
    paid = MoveFilters(safer_only=False, max_job_zone_gap=None, min_wage_ratio=0.0)
    assert [match.soc_code for match in index.similar(ORIGIN, k=9, filters=paid)] == ["B"]
    poor = Origin(profile=ORIGIN.profile, risk=ORIGIN.risk)  # one's own wage is not known
    assert list(index.similar(poor, k=9, filters=paid)) == []


def test_a_wage_that_is_not_a_number_is_unknown(small: Corpus) -> None:
    occupations = small.occupations.assign(median_wage=np.nan, employment_change=np.nan)
    outlook = outlook_of(replace(small, occupations=occupations), "29-1129.01")
    assert (outlook.median_wage, outlook.employment_change) == (None, None)
