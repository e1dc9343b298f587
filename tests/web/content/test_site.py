from __future__ import annotations

from collections import Counter

import pytest

from engine import Occupation, RiskEngine
from engine.errors import InputError, UnknownOccupationError, UnknownRunError
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
    record, careers = site.scored_with_careers(job)
    assert record == site.scored(job)
    assert record["run_id"] is None
    assert record["risk"] == engine.score_occupation(job).risk
    nearest = engine.similar_careers(job, 10, safer_only=False, max_job_zone_gap=None)
    assert [career["soc_code"] for career in careers] == [match.soc_code for match in nearest]
    assert {career["of"] for career in careers} == {len(engine.corpus.rows_of)}


def test_an_occupation_at_other_time_shares_keeps_its_code(site: Site) -> None:
    shares = [1.0] + [0.0] * (len(site.engine.find(CHIEF).tasks) - 1)
    record = site.at_shares(CHIEF, shares)
    assert record["soc_code"] == CHIEF
    assert record["risk"] == pytest.approx(record["tasks"][0]["risk"])
