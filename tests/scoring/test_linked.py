"""What a code of ISCO-08 or ESCO stands for in the catalog of an engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, EngineError, Occupation, RiskEngine
from engine.careers.filters import UNFILTERED
from engine.corpus.crosswalk import Crosswalk
from engine.records.esco import esco_uri
from tests.conftest import WordEncoder
from tests.isco_corpora import (
    BY_GROUP,
    ELSEWHERE,
    EVIDENCE,
    LOST,
    MIXED,
    ONE,
    with_crosswalk,
    with_isco_catalog,
)


@pytest.fixture(scope="module")
def linking(few: Corpus) -> RiskEngine:
    """An engine with a SOC catalog and a crosswalk."""
    return RiskEngine.build(with_crosswalk(few), WordEncoder())


@pytest.fixture(scope="module")
def isco(few: Corpus) -> RiskEngine:
    """An engine with a catalog of unit groups."""
    return RiskEngine.build(with_isco_catalog(few), WordEncoder())


@pytest.mark.parametrize("code", ["ISCO-2221", "isco-08 2221", ONE, esco_uri(ONE)])
def test_one_exact_link_is_the_occupation_of_the_catalog(linking: RiskEngine, code: str) -> None:
    first = next(iter(linking.corpus.rows_of))
    assert linking.find(code) == linking.find(first)
    assert linking.find_code(code) == first
    assert linking.score_occupation(code) == linking.score_occupation(first)


@pytest.mark.parametrize("code", ["ISCO-3313", MIXED, BY_GROUP])
def test_several_links_are_a_mix_by_weight(linking: RiskEngine, code: str) -> None:
    _, second, third, *_ = linking.corpus.rows_of
    parts = [linking.score_occupation(one) for one in (second, third)]
    mix = linking.score_occupation(code)
    assert mix.soc_code is None
    assert mix.risk == pytest.approx(np.mean([part.risk for part in parts]))
    assert len(mix.tasks) == len({t.task for part in parts for t in part.tasks})
    assert mix.risk_interval[0] < mix.risk < mix.risk_interval[1]
    found = linking.linked(code)
    assert [link.weight for link in found.links] == [0.5, 0.5]
    assert found.missing == ("55-9999.00",)
    assert found.by_group == (code == BY_GROUP)
    for text in (mix.description, found.explanation(linking.corpus.titles)):
        assert "mix of 2 occupations" in text
        assert second in text
        assert "weight 0.50" in text
    with pytest.raises(EngineError, match=f"{code} is no single occupation.*{second}.*Choose one"):
        linking.find_code(code)


def test_the_tasks_of_a_mix_have_their_left_out_scores(linking: RiskEngine) -> None:
    _, second, *_ = linking.corpus.rows_of
    own = {task.task: task.risk for task in linking.score_occupation(second).tasks}
    mixed = {task.task: task.risk for task in linking.score_occupation("ISCO-3313").tasks}
    assert {text: mixed[text] for text in own} == own


def test_a_group_without_a_link_stands_for_its_own_tasks(linking: RiskEngine) -> None:
    found = linking.linked(EVIDENCE)
    assert (found.links, found.occupation.soc_code) == ((), EVIDENCE)
    assert "its own tasks count" in found.explanation(linking.corpus.titles)
    texts = [task.text for task in found.occupation.task_records]
    assert texts == [task.text for task in linking.corpus.tasks_of(EVIDENCE)]
    result = linking.score_occupation(EVIDENCE)
    assert not any(n.soc_code == EVIDENCE for task in result.tasks for n in task.neighbours)


@pytest.mark.parametrize("code", [ELSEWHERE, LOST])
def test_a_code_without_anything_names_the_nearest_groups(linking: RiskEngine, code: str) -> None:
    with pytest.raises(EngineError, match="links to no occupation of the starter reference"):
        linking.find(code)
    with pytest.raises(EngineError, match="nearest groups that do are ISCO-3313"):
        linking.find("ISCO-3999")


def test_unknown_codes_and_engines_without_a_crosswalk_are_told_apart(
    linking: RiskEngine, engine: RiskEngine
) -> None:
    unknown = "99999999-0000-0000-0000-000000000000"
    with pytest.raises(EngineError, match="not among the occupations of ESCO that the crosswalk"):
        linking.find(unknown)
    for code in ("ISCO-3313", unknown):
        with pytest.raises(EngineError, match="has no crosswalk .*docs/isco.md"):
            engine.find(code)
    with pytest.raises(EngineError, match="'ISCO-33' is not valid"):
        linking.find("ISCO-33")
    crosswalk: Crosswalk = linking.corpus.links
    first = next(iter(linking.corpus.rows_of))
    assert engine.linked("ISCO-2221", crosswalk).occupation.soc_code == first


def test_a_unit_group_of_the_catalog_stands_for_itself(isco: RiskEngine, tmp_path: Path) -> None:
    result = isco.score_occupation("ISCO-2000")
    assert result.soc_code == "ISCO-2000"
    assert isco.score_occupation(ONE) == isco.score_occupation(esco_uri(ONE)) == result
    assert "stands for ISCO-2000" in isco.linked(ONE).explanation(isco.corpus.titles)
    with pytest.raises(EngineError, match="ISCO-2999 is not among the .* Did you mean ISCO-20"):
        isco.find("ISCO-2999")
    isco.save(tmp_path / "engine")
    again = RiskEngine.load(tmp_path / "engine", encoder=WordEncoder())
    assert again.score_occupation(ONE) == result
    assert again.fingerprint == isco.fingerprint


def test_a_unit_group_is_left_out_of_its_own_score(isco: RiskEngine) -> None:
    for code in list(isco.corpus.rows_of)[:3]:
        for task in isco.score_occupation(code).tasks:
            assert all(neighbour.soc_code != code for neighbour in task.neighbours)


def test_careers_lead_from_unit_group_to_unit_group(isco: RiskEngine) -> None:
    matches = isco.similar_careers("ISCO-2000", k=3, **UNFILTERED)
    assert len(matches) == 3
    assert all(match.soc_code.startswith("ISCO-") for match in matches)
    assert all(match.job_zone_step is None for match in matches)
    assert isco.compare(["ISCO-2000", "ISCO-2001"]).occupations[1].soc_code == "ISCO-2001"


def test_a_job_may_leave_out_a_unit_group(isco: RiskEngine) -> None:
    job = Occupation("My job", ["Write reports on the work of the day."], soc_code="ISCO-2000")
    (task,) = isco.score_occupation(job).tasks
    assert all(neighbour.soc_code != "ISCO-2000" for neighbour in task.neighbours)
