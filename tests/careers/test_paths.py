from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from engine import EngineError, MoveFilters, Occupation, RiskEngine
from engine.careers.index import CareerIndex, CatalogueEntry, Origin
from engine.careers.paths import StepGraph, find_paths
from engine.careers.similarity import Profile, SimilarityModel
from engine.records.estimates import Estimate
from engine.report import careers, tables
from engine.retrieval.index import NOBODY
from tests.conftest import WordEncoder

FREE = MoveFilters(safer_only=False, max_job_zone_gap=None)


def _line() -> tuple[CareerIndex, StepGraph, Origin]:
    """Four occupations in a row, each alike only to the next; the last is of low risk."""
    entries = []
    for row, risk in enumerate((0.8, 0.7, 0.6, 0.1)):
        vectors = np.eye(5)[[row, row + 1]]
        profile = Profile(
            texts=[f"a{row}", f"b{row}"], vectors=vectors, shares=np.array([0.5, 0.5]), job_zone=2
        )
        estimate = Estimate(value=risk, low=risk, high=risk, error=0.1)
        entries.append(
            CatalogueEntry(
                soc_code=str(row),
                title=f"Job {row}",
                profile=profile,
                risk=estimate,
                ai_capability=estimate,
            )
        )
    careers = CareerIndex(
        entries, SimilarityModel.plain([entry.profile for entry in entries]), np.ones(1)
    )
    graph = StepGraph(
        np.array([[1], [2], [3], [NOBODY]], np.int32),
        np.full((4, 1), 0.5, np.float32),
        np.array([[0.4], [0.5], [0.25], [0.0]], np.float32),
    )
    return careers, graph, careers.origin(0)


def test_a_path_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    careers, graph, origin = _line()
    monkeypatch.setattr("engine.careers.paths.STEPS_FROM_EACH", 1)
    ask = {"target": None, "k": 5, "max_risk": 0.25, "filters": FREE}
    (path,) = find_paths(careers, graph, origin, max_steps=3, **ask)  # type: ignore[arg-type]
    assert [step.title for step in path.steps] == ["Job 1", "Job 2", "Job 3"]
    assert path.risk_difference == pytest.approx(-0.7)
    assert [step.risk_difference for step in path.steps] == pytest.approx([-0.1, -0.1, -0.5])
    # The first step starts from the origin itself; 0.1 for each change, and what is new.
    first = 1 - path.steps[0].carries_over
    assert path.cost == pytest.approx(3 * 0.1 + first + 0.5 + 0.75, abs=1e-6)
    short = find_paths(careers, graph, origin, max_steps=2, **ask)  # type: ignore[arg-type]
    assert list(short) == []
    assert short.removed == {"max_risk": 2, "out_of_reach": 1}
    assert short.reason.startswith("3 occupations compared; taken out by max_risk 2, out_of_reach")


def test_paths_are_the_cheapest_of_all_walks(engine: RiskEngine) -> None:
    """Every walk of up to three steps, tried one by one, is as costly or costlier."""
    code = "29-1129.01"
    careers, graph = engine._careers, engine._steps
    own, zones = careers.row_of[code], careers.occupations.zones
    steps = {}
    for start, row in enumerate(graph.rows):
        for end, kept in zip(row, graph.carries_over[start], strict=True):
            if end != NOBODY and abs(zones[end] - zones[start]) <= 1 and end != own:
                steps[start, int(end)] = 0.1 + (1 - kept) + 0.5 * max(zones[end] - zones[start], 0)
    walks = [(own,)]
    best: dict[int, float] = {}
    for _ in range(3):
        walks = [(*walk, end) for walk, end in product(walks, range(len(zones)))
                 if (walk[-1], end) in steps]  # fmt: skip
        for walk in walks:
            cost = sum(steps[pair] for pair in pairwise(walk))
            best[walk[-1]] = min(cost, best.get(walk[-1], np.inf))
    filters = MoveFilters(safer_only=False)
    found = engine.career_paths(code, k=99, max_risk=1.0, filters=filters)
    assert {careers.row_of[path.destination.soc_code] for path in found} == set(best)
    for path in found:
        expected = best[careers.row_of[path.destination.soc_code]]
        assert path.cost == pytest.approx(expected, abs=1e-4)
    assert [path.cost for path in found] == sorted(path.cost for path in found)


def test_destinations_are_of_low_risk_and_pass_the_filters(engine: RiskEngine) -> None:
    scored = engine.score_occupation("29-1129.01")
    filters = MoveFilters(max_job_zone_gap=None, min_probability_safer=0.6)
    found = engine.career_paths(scored, k=99, max_risk=scored.risk - 0.05, filters=filters)
    assert len(found) > 3
    for path in found:
        assert path.destination.risk <= scored.risk - 0.05
        assert path.risk_difference == pytest.approx(path.destination.risk - scored.risk)
        assert len(path.steps) <= 3
        assert len({step.soc_code for step in path.steps} | {"29-1129.01"}) == len(path.steps) + 1


def test_a_target_is_reached_whatever_its_prospects(engine: RiskEngine) -> None:
    reachable = engine.career_paths("29-1129.01", k=99, max_risk=1.0, filters=FREE)
    target = max(reachable, key=lambda path: path.risk_difference)
    (path,) = engine.career_paths(
        "29-1129.01",
        target.destination.soc_code,
        filters=MoveFilters(max_job_zone_gap=None, min_risk_reduction=1.0),
    )
    assert path == target


def test_a_job_of_ones_own_has_paths(engine: RiskEngine) -> None:
    job = Occupation("Clerk", ["Answer calls from customers.", "File letters and invoices."])
    found = engine.career_paths(job, k=3, max_risk=1.0, filters=FREE)
    assert len(found) == 3
    assert "→" in careers.paths_to_text("Clerk", found)
    table = tables.path_table(found)
    assert table.groupby("path")["step"].max().tolist() == [len(path.steps) for path in found]


def test_filters_that_leave_nothing_say_what_they_took_out(engine: RiskEngine) -> None:
    none = engine.career_paths("29-1129.01", filters=MoveFilters(min_wage_ratio=0.9))
    assert list(none) == []
    others = len(engine.corpus.rows_of) - 1
    assert sum(none.removed.values()) == others
    assert f"{others} occupations compared" in none.reason
    assert "min_wage_ratio" in none.reason
    text = careers.paths_to_text("Art Therapists", none)
    assert "No path passes the filters." in text
    stuck = engine.career_paths("29-1129.01", filters=MoveFilters(min_carries_over=1.0))
    assert stuck.steps_removed["min_carries_over"] > 0
    assert "single moves, taken out by" in stuck.reason


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"k": 0}, "k is 0"),
        ({"max_steps": 4}, "max_steps is 4: expected a number from 1 to 3"),
        ({"max_steps": 1.5}, "expected a whole number"),
        ({"max_risk": float("nan")}, "max_risk is nan"),
        ({"target": "55-1011"}, "is not among"),
        ({"target": "29-1129.01"}, "expected another one"),
    ],
)
def test_a_question_that_cannot_be_is_refused(
    engine: RiskEngine, arguments: dict[str, object], said: str
) -> None:
    with pytest.raises(EngineError, match=said):
        engine.career_paths("29-1129.01", **arguments)  # type: ignore[arg-type]


def test_steps_are_saved_with_the_engine(engine: RiskEngine, tmp_path: Path) -> None:
    engine.save(tmp_path / "saved")
    loaded = RiskEngine.load(tmp_path / "saved", encoder=WordEncoder())
    assert loaded._given_steps is not None
    for name, array in engine._steps.to_arrays().items():
        np.testing.assert_array_equal(loaded._given_steps.to_arrays()[name], array)
    assert loaded.career_paths("29-1129.01", filters=FREE) == engine.career_paths(
        "29-1129.01", filters=FREE
    )


@pytest.mark.parametrize("change", ["rows", "shape", "count"])
def test_steps_of_another_catalogue_are_refused(change: str) -> None:
    _, graph, _ = _line()
    arrays = graph.to_arrays()
    if change == "rows":
        arrays["steps.rows"] = arrays["steps.rows"] + 1
    if change == "shape":
        arrays["steps.similarity"] = arrays["steps.similarity"][:2]
    with pytest.raises(ValueError, match="expected"):
        StepGraph.from_arrays(arrays, 5 if change == "count" else 4)
