from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from engine import EngineError, Occupation, RiskEngine
from engine.careers.filters import UNFILTERED, MoveFilters
from engine.careers.index import CareerIndex, Origin
from engine.careers.moves import FEATURES
from engine.careers.paths import StepGraph, find_paths
from engine.careers.results import Outlook
from engine.report.move_reasons import move_reasons
from engine.retrieval.index import NO_NEIGHBOUR
from tests.careers.hand_worked import entry, index_of
from tests.conftest import WordEncoder

ART = "29-1129.01"
FREE = MoveFilters(**UNFILTERED)


def _line() -> tuple[CareerIndex, StepGraph, Origin]:
    """Four occupations in a row, each with a task like one of the next one; the last is safe."""
    entries = [
        entry(str(row), np.eye(5)[[row, row + 1]].tolist(), risk=risk, job_zone=2)
        for row, risk in enumerate((0.8, 0.7, 0.6, 0.1))
    ]
    graph = StepGraph(
        np.array([[1], [2], [3], [NO_NEIGHBOUR]], np.int32),
        np.full((4, 1), 0.5, np.float32),
        np.array([[0.4], [0.5], [0.25], [0.0]], np.float32),
    )
    careers = index_of(entries)
    return careers, graph, careers.origin(0)


def test_a_path_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    careers, graph, origin = _line()
    monkeypatch.setattr("engine.careers.paths.STEPS_FROM_EACH", 1)
    ask = {"target": None, "k": 5, "max_risk": 0.25, "max_effort": None, "filters": FREE}
    (path,) = find_paths(careers, graph, origin, max_steps=3, **ask)  # type: ignore[arg-type]
    assert [step.title for step in path.steps] == ["Job 1", "Job 2", "Job 3"]
    assert path.risk_difference == pytest.approx(-0.7)
    assert [step.risk_difference for step in path.steps] == pytest.approx([-0.1, -0.1, -0.5])
    assert [(step.rank, step.of) for step in path.steps] == [(1, 3)] * 3
    # The first step starts from the origin itself, so its cost is not that of the graph. Each move
    # costs 0.5 for the change, and half of what the logit of its similarity lacks to that of .95.
    first = 0.5 * (_logit(0.95) - _logit(path.steps[0].similarity))
    assert path.cost == pytest.approx(3 * 0.5 + first + 2 * 0.5 * _logit(0.95), abs=1e-6)
    short = find_paths(careers, graph, origin, max_steps=2, **ask)  # type: ignore[arg-type]
    assert list(short) == []
    assert short.removed == {"max_risk": 2, "out_of_reach": 1, "max_effort": 0, "dominated": 0}
    ask["max_effort"] = path.cost - 0.01
    none = find_paths(careers, graph, origin, max_steps=3, **ask)  # type: ignore[arg-type]
    assert (list(none), none.removed["max_effort"]) == ([], 1)


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _effort(careers: CareerIndex, start: int, end: int, similarity: float) -> float:
    """The cost of a move as the modules document it, with conditions."""
    learned = dict(zip(FEATURES, careers.moves.model.coefficients.tolist(), strict=True))
    here, there = careers.entries[start], careers.entries[end]
    cost = 0.5 + learned["similarity"] * (_logit(0.95) - _logit(min(similarity, 0.95)))
    if here.profile.job_zone and there.profile.job_zone:
        up = max(there.profile.job_zone - here.profile.job_zone, 0)
        cost -= learned["job_zones_up"] * up
    if there.outlook.license and there.outlook.license != here.outlook.license:
        cost -= learned["new_license"]
    if here.outlook.median_wage and there.outlook.median_wage:
        ratio = here.outlook.median_wage / there.outlook.median_wage
        cost -= learned["pay_cut"] * max(0.0, math.log(ratio))
    if there.outlook.employment_change is not None and there.outlook.employment_change < 0:
        cost += 0.2
    return cost


def test_paths_are_the_cheapest_of_all_walks(engine: RiskEngine) -> None:
    """No walk of up to three moves costs less; all are tried."""
    code = ART
    careers, graph = engine._careers, engine._parts.steps
    own, zones = careers.row_of[code], careers.occupations.zones
    steps = {}
    for start, row in enumerate(graph.rows):
        for end, alike in zip(row, graph.similarity[start], strict=True):
            if end != NO_NEIGHBOUR and abs(zones[end] - zones[start]) <= 1 and end != own:
                steps[start, int(end)] = _effort(careers, start, int(end), float(alike))
    walks = [(own,)]
    best: dict[int, float] = {}
    for _ in range(3):
        walks = [(*walk, end) for walk, end in product(walks, range(len(zones)))
                 if (walk[-1], end) in steps]  # fmt: skip
        for walk in walks:
            cost = sum(steps[pair] for pair in pairwise(walk))
            best[walk[-1]] = min(cost, best.get(walk[-1], np.inf))
    filters = MoveFilters(**UNFILTERED | {"max_job_zone_gap": 1})
    found = engine.career_paths(code, k=99, max_effort=None, filters=filters)
    shown = {careers.row_of[path.destination.soc_code] for path in found}
    assert shown == {row for row in best if not _is_dominated(careers, best, row)}
    for path in found:
        expected = best[careers.row_of[path.destination.soc_code]]
        assert path.cost == pytest.approx(expected, abs=1e-4)
    assert [path.cost for path in found] == sorted(path.cost for path in found)


def _is_dominated(careers: CareerIndex, best: dict[int, float], row: int) -> bool:
    """Whether another destination costs less and is no worse in risk, pay and growth."""
    own = careers.entries[row]
    for other, cost in best.items():
        there = careers.entries[other]
        pairs = [
            (there.outlook.median_wage, own.outlook.median_wage),
            (there.outlook.employment_change, own.outlook.employment_change),
        ]
        if (
            cost < best[row]
            and there.risk.value <= own.risk.value
            and all(a is not None and b is not None and a >= b for a, b in pairs)
        ):
            return True
    return False


def test_a_job_on_the_way_pays_enough_and_a_target_may_pay_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.careers.paths.STEPS_FROM_EACH", 1)
    line, graph, _ = _line()
    paid = MoveFilters(**UNFILTERED | {"min_wage_ratio": 0.8})

    def steps(wages: tuple[float, ...], filters: MoveFilters) -> list[str]:
        careers = index_of(
            [
                replace(one, outlook=Outlook(median_wage=wage))
                for one, wage in zip(line.entries, wages, strict=True)
            ]
        )
        found = find_paths(
            careers,
            graph,
            careers.origin(0),
            target="3",
            k=1,
            max_steps=3,
            max_risk=None,
            max_effort=None,
            filters=filters,
        )
        return [step.title for path in found for step in path.steps]

    way = ["Job 1", "Job 2", "Job 3"]
    assert steps((50_000.0, 40_000.0, 50_000.0, 10_000.0), paid) == way
    assert steps((50_000.0, 39_000.0, 50_000.0, 10_000.0), paid) == []
    assert steps((50_000.0, 39_000.0, 50_000.0, 10_000.0), FREE) == way


def test_destinations_have_low_risk_and_pass_the_filters(engine: RiskEngine) -> None:
    scored = engine.score_occupation(ART)
    filters = MoveFilters(**UNFILTERED | {"min_probability_safer": 0.5})
    found = engine.career_paths(
        scored, k=99, max_risk=scored.risk - 0.02, max_effort=None, filters=filters
    )
    assert len(found) > 0
    for path in found:
        assert path.destination.risk <= scored.risk - 0.02
        assert path.risk_difference == pytest.approx(path.destination.risk - scored.risk)
        assert len(path.steps) <= 3
        assert len({step.soc_code for step in path.steps} | {ART}) == len(path.steps) + 1


def test_a_target_is_reached_whatever_its_prospects(engine: RiskEngine) -> None:
    reachable = engine.career_paths(ART, k=99, max_effort=None, filters=FREE)
    target = max(reachable, key=lambda path: path.risk_difference)
    (path,) = engine.career_paths(
        ART,
        target.destination.soc_code,
        filters=MoveFilters(**UNFILTERED | {"min_risk_reduction": 1.0}),
    )
    assert path == target


def test_every_move_of_a_path_has_its_reasons_and_its_place(engine: RiskEngine) -> None:
    found = engine.career_paths(ART, k=5, max_effort=None, filters=FREE)
    place = {}
    for start, row in enumerate(engine._parts.steps.rows):
        place |= {(start, int(end)): number for number, end in enumerate(row, start=1)}
    careers = engine._careers
    for path in found:
        rows = [careers.row_of[code] for code in (ART, *(step.soc_code for step in path.steps))]
        for step, pair in zip(path.steps, pairwise(rows), strict=True):
            assert step.reasons == move_reasons(step)
            assert step.rank == place[pair]


def test_a_job_of_a_single_task_has_paths(engine: RiskEngine) -> None:
    job = Occupation("Clerk", ["Answer calls from customers."])
    (path,) = engine.career_paths(job, k=1, max_effort=None, filters=FREE)
    assert path.steps[0].job_zone_step is None
    assert path.steps[0].reasons.unknown


def test_a_job_that_is_not_in_the_catalog_has_paths(engine: RiskEngine) -> None:
    job = Occupation("Clerk", ["Answer calls from customers.", "File letters and invoices."])
    found = engine.career_paths(job, k=3, max_effort=None, filters=FREE)
    assert len(found) == 3
    table = found.to_frame()
    assert table.groupby("path")["step"].max().tolist() == [len(path.steps) for path in found]


def test_filters_that_leave_nothing_count_what_they_removed(engine: RiskEngine) -> None:
    filters = MoveFilters(**UNFILTERED | {"min_wage_ratio": 9.0})
    none = engine.career_paths(ART, filters=filters)
    assert list(none) == []
    assert none.considered == sum(none.removed.values()) == len(engine.corpus.rows_of) - 1
    assert none.removed["min_wage_ratio"] > 0
    stuck = engine.career_paths(ART, filters=MoveFilters(min_carries_over=1.0))
    assert sum(stuck.steps_removed.values()) == stuck.steps_considered
    assert stuck.steps_removed["min_carries_over"] > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"k": 0}, "k is 0"),
        ({"max_steps": 4}, "max_steps is 4; give a number from 1 to 3"),
        ({"max_steps": 1.5}, "max_steps is 1.5; give a whole number"),
        ({"max_risk": float("nan")}, "max_risk is nan"),
        ({"max_effort": -1.0}, "max_effort is -1.0"),
        ({"target": "55-1011"}, "is not among"),
        ({"target": ART}, "is the occupation itself; name another one"),
    ],
)
def test_an_argument_out_of_range_is_rejected(
    engine: RiskEngine, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(EngineError, match=message):
        engine.career_paths(ART, **arguments)  # type: ignore[arg-type]


def test_a_saved_engine_has_the_same_steps(engine: RiskEngine, tmp_path: Path) -> None:
    engine.save(tmp_path / "saved")
    loaded = RiskEngine.load(tmp_path / "saved", encoder=WordEncoder())
    restored = loaded._parts.steps.to_arrays()
    for name, array in engine._parts.steps.to_arrays().items():
        np.testing.assert_array_equal(restored[name], array)
    assert loaded.career_paths(ART, filters=FREE) == engine.career_paths(ART, filters=FREE)
