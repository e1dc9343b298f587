from __future__ import annotations

from dataclasses import replace

from engine import Occupation, RiskEngine
from engine.careers.own_occupation import OwnOccupation, as_start, find_own
from engine.records.inputs import UNTITLED

ART = "29-1129.01"


def test_a_title_decides_before_the_tasks(engine: RiskEngine) -> None:
    tasks = ["Repair engines of trucks."]
    titled = engine.score_occupation(Occupation("Art Therapist", tasks))
    assert find_own(engine, titled) == OwnOccupation(
        soc_code=ART, title="Art Therapists", by_title=True
    )


def test_a_job_without_a_title_looks_like_the_occupation_with_its_tasks(
    engine: RiskEngine,
) -> None:
    tasks = engine.find(ART).task_records
    own = find_own(engine, engine.score_occupation(Occupation(UNTITLED, tasks)))
    assert own == OwnOccupation(soc_code=ART, title="Art Therapists", by_title=False)


def test_a_start_takes_the_code_and_job_zone_of_the_own_occupation(engine: RiskEngine) -> None:
    scored = engine.score_occupation(Occupation("Helper", ["Sort mail."]))
    assert as_start(engine, scored, None) is scored
    own = OwnOccupation(soc_code=ART, title="Art Therapists", by_title=True)
    zone = engine.find(ART).job_zone
    assert as_start(engine, scored, own) == replace(scored, soc_code=ART, job_zone=zone)
    known = replace(scored, job_zone=2)
    assert as_start(engine, known, own).job_zone == 2
