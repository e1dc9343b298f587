from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from engine import Occupation, RiskEngine
from engine.careers.filters import UNFILTERED
from engine.careers.own_occupation import OwnOccupation
from engine.errors import InputError, UnknownOccupationError, UnknownRunError
from engine.records import serialize
from engine.report.move_reasons import explain
from engine.web.content.site import Site
from tests.web.conftest import ART, ART_BEFORE_2019, CHIEF


def test_the_overview_has_each_occupation_once_with_its_stored_score(site: Site) -> None:
    rows = {row["soc_code"]: row for row in site.overview()}
    assert list(rows) == list(site.engine.corpus.rows_of)
    assert rows[ART]["risk"] == site.engine.score_occupation(ART).risk
    assert site.overview() is site.overview()  # read once per run


def test_groups_and_extremes_are_sorted_views_of_the_overview(site: Site) -> None:
    rows = site.overview()
    groups = site.groups(rows)
    expected = Counter(row["soc_code"][:2] for row in rows)
    assert {code: len(members) for code, _, members in groups} == expected
    assert [code for code, _, _ in groups] == sorted(expected)
    assert ("29", "Healthcare Practitioners and Technical", site.group("29")) in groups
    highest, lowest = site.extremes(rows)
    risks = sorted(row["risk"] for row in rows)
    assert [row["risk"] for row in lowest] == risks[:8]
    assert [row["risk"] for row in highest] == risks[::-1][:8]


def test_a_group_without_occupations_is_reported(site: Site) -> None:
    with pytest.raises(UnknownOccupationError, match="'99' has no occupations"):
        site.group("99")


@pytest.mark.parametrize("typed", ["art therapist", "art terapist", "Art Therapsts", "29-1129"])
def test_search_tolerates_typos(site: Site, typed: str) -> None:
    assert site.found(site.overview(), typed)[0]["soc_code"] == ART


def test_search_for_nothing_or_nonsense_finds_nothing(site: Site) -> None:
    assert site.found(site.overview(), "  ") == site.found(site.overview(), "xqzwv kjhgq") == []


def test_superseded_codes_lead_to_their_successor(site: Site) -> None:
    assert site.code(ART_BEFORE_2019) == ART
    assert site.occupation(ART_BEFORE_2019) == site.occupation(ART)


def test_an_unknown_occupation_or_run_is_reported(site: Site) -> None:
    with pytest.raises(UnknownOccupationError, match="is not among"):
        site.occupation("55-1011")
    with pytest.raises(UnknownRunError, match="no complete run 99"):
        site.occupation(ART, 99)


@pytest.mark.parametrize("codes", [[ART], [ART, ART, ART_BEFORE_2019]])
def test_one_occupation_cannot_be_compared(site: Site, codes: list[str]) -> None:
    with pytest.raises(InputError, match="got 1 different occupations to compare; give 2 to 5"):
        site.compared(codes)


def test_a_job_of_a_user_is_scored_as_by_the_engine(site: Site, engine: RiskEngine) -> None:
    job = Occupation("Odd jobs", ["Write reports for the board.", "Paint the walls of rooms."])
    scored = site.submitted.scored_with_careers(job)
    assert scored.record == site.submitted.scored(job)
    assert scored.record["run_id"] is None
    assert scored.record["risk"] == engine.score_occupation(job).risk


def test_a_job_looks_like_the_occupation_of_the_most_similar_tasks(
    site: Site, engine: RiskEngine
) -> None:
    job = Occupation("Odd jobs", ["Write reports for the board.", "Paint the walls of rooms."])
    scored = site.submitted.scored_with_careers(job)
    nearest = engine.similar_careers(job, 1, **UNFILTERED)[0]
    assert scored.own == OwnOccupation(
        soc_code=nearest.soc_code, title=nearest.title, by_title=False
    )


def test_a_job_looks_like_the_occupation_that_its_title_names(
    site: Site, engine: RiskEngine
) -> None:
    tasks = engine.find(CHIEF).tasks  # tasks of another occupation: the title decides
    scored = site.submitted.scored_with_careers(Occupation("Art Therapist", tasks))
    assert scored.own == OwnOccupation(soc_code=ART, title="Art Therapists", by_title=True)


def test_the_own_occupation_is_no_other_career(site: Site, engine: RiskEngine) -> None:
    """The careers are those of the same tasks in the occupation that the job looks like."""
    tasks = engine.find(ART).tasks
    scored = site.submitted.scored_with_careers(Occupation("Art Therapist", tasks))
    careers = scored.matches + scored.nearly
    assert len(careers) == 5
    assert ART not in {match["soc_code"] for match in careers}
    assert {match["of"] for match in careers} == {len(engine.corpus.rows_of) - 1}
    start = replace(engine.score_occupation(Occupation("Art Therapist", tasks)), soc_code=ART)
    start = replace(start, job_zone=engine.find(ART).job_zone)
    own = explain(engine.similar_careers(start), own_job=True)
    assert scored.matches == serialize.as_plain(own)
    assert scored.nearly == serialize.as_plain(own.next)
    zone = engine.find(ART).job_zone
    for match in careers:
        other = engine.find(match["soc_code"]).job_zone
        assert other is not None
        assert zone is not None
        assert match["job_zone_step"] == other - zone


def test_an_occupation_at_other_time_shares_keeps_its_code(site: Site) -> None:
    shares = [1.0] + [0.0] * (len(site.engine.find(CHIEF).tasks) - 1)
    record = site.at_shares(CHIEF, shares)
    assert record["soc_code"] == CHIEF
    assert record["risk"] == pytest.approx(record["tasks"][0]["risk"])
