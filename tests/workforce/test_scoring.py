"""A staff list from its rows to its risk: weights, groups, unsure titles, and what is shared."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any, Unpack

import pandas as pd
import pytest

from engine import Occupation, RiskEngine
from engine.errors import InputError
from engine.intake.roster import read_roster
from engine.records.title_match import TitleCandidate, TitleMatch
from engine.workforce.matching import Tools
from engine.workforce.result import WorkforceRisk
from engine.workforce.scoring import WorkforceOptions, score_workforce

BOSS, ART = "11-1011.00", "29-1129.01"
TITLES = {"boss": (BOSS, 1.0), "art therapist": (ART, 0.95), "lead": (BOSS, 0.7)}
"""Title -> the occupation that the tests take it for, and how surely."""


class Staff:
    """Score lists with titles whose occupations are known here."""

    def __init__(self, engine: RiskEngine) -> None:
        self.engine = engine
        self.matched: list[tuple[str, str | None]] = []
        self.risk = {code: engine.score_occupation(code).risk for code in (BOSS, ART)}

    def match(self, titles: Sequence[str], departments: Sequence[str | None]) -> list[TitleMatch]:
        self.matched += zip(titles, departments, strict=True)
        found = []
        for title in titles:
            code, chance = TITLES.get(title.lower(), (None, 0.4))
            other = TitleCandidate(ART, "Art Therapists", 0.3)
            found.append(
                TitleMatch(query=title, soc_code=code, probability=chance, alternatives=(other,))
            )
        return found

    def __call__(self, staff: Any, **options: Unpack[WorkforceOptions]) -> WorkforceRisk:
        if isinstance(staff, str):
            staff = staff.encode()
        tools = Tools(match=self.match, find=self.engine.find, score=self.engine.score_occupation)
        return score_workforce(read_roster(staff), tools, self.engine._parts, **options)


@pytest.fixture
def staff(engine: RiskEngine) -> Staff:
    return Staff(engine)


LIST = (
    "Job title,Department,Headcount,Pay\n"
    "Boss,Office,6,100k\nArt therapist,Clinic,20,50k\nLead,Clinic,10,60k\nFloater,Clinic,4,30k\n"
)


def test_the_risk_is_that_of_the_occupations_weighted_by_headcount(staff: Staff) -> None:
    found = staff(LIST)
    assert found.risk == pytest.approx((16 * staff.risk[BOSS] + 20 * staff.risk[ART]) / 36)
    counted = [row for row in found.rows if row.counted]
    people = sum(row.headcount for row in counted)
    assert found.risk == pytest.approx(
        sum(row.headcount * (row.risk or 0) for row in counted) / people
    )
    assert found.risk_interval is not None
    assert found.risk_interval[0] < found.risk < found.risk_interval[1]
    parts = (found.can_take_over, found.can_help, found.stays_human)
    assert sum(part for part in parts if part is not None) == pytest.approx(1)


def test_the_risk_is_weighted_by_pay_if_asked(staff: Staff) -> None:
    found = staff(LIST, weight="pay")
    boss, art = 6 * 100 + 10 * 60, 20 * 50
    assert found.risk == pytest.approx(
        (boss * staff.risk[BOSS] + art * staff.risk[ART]) / (boss + art)
    )
    assert found.by_department[0].headcount == 30


def test_departments_and_jobs_add_up(staff: Staff) -> None:
    found = staff(LIST)
    assert [(one.name, one.headcount) for one in found.by_department] == [
        ("Clinic", 30),
        ("Office", 6),
    ]
    assert {one.soc_code: one.headcount for one in found.by_job} == {ART: 20, BOSS: 16}
    for groups in (found.by_department, found.by_job):
        assert sum(one.share for one in groups) == pytest.approx(1)
        assert sum(one.share * one.risk for one in groups) == pytest.approx(found.risk)
        assert sum(one.share * one.can_help for one in groups) == pytest.approx(found.can_help)


def test_one_sure_job_has_the_interval_of_its_occupation(staff: Staff) -> None:
    found = staff("Job title,HC\nBoss,7\n")
    assert found.risk_interval == pytest.approx(staff.engine.score_occupation(BOSS).risk_interval)


def test_unsure_titles_widen_the_interval_and_are_counted(staff: Staff) -> None:
    sure, unsure = staff("Job title,HC\nBoss,7\n"), staff("Job title,HC\nLead,7\n")
    assert sure.risk == unsure.risk
    assert sure.risk_interval
    assert unsure.risk_interval
    assert unsure.risk_interval[0] <= sure.risk_interval[0]
    assert unsure.risk_interval[1] >= sure.risk_interval[1]
    assert (sure.resting_on_unsure, unsure.resting_on_unsure) == (0, 1)
    assert staff(LIST).resting_on_unsure == pytest.approx(10 / 36)


def test_unresolved_titles_are_listed_with_suggestions_and_not_counted(staff: Staff) -> None:
    found = staff(LIST)
    assert found.coverage == pytest.approx(36 / 40)
    (floater,) = found.unresolved
    assert (floater.title, floater.department, floater.headcount) == ("Floater", "Clinic", 4)
    assert floater.lines == (5,)
    assert floater.suggestions[0].soc_code == ART
    assert [row.counted for row in found.rows] == [True, True, True, False]


def test_each_title_is_matched_once_with_its_department(staff: Staff) -> None:
    staff("Job title,Dept\n" + "Boss,Office\nBOSS,office\nBoss,Clinic\n" * 50)
    assert staff.matched == [("Boss", "Office"), ("Boss", "Clinic")]


def test_a_second_run_takes_what_was_confirmed(staff: Staff) -> None:
    first = staff(LIST)
    table = pd.read_csv(io.StringIO(first.confirmations()), dtype=str).fillna("")
    assert table["title"].tolist() == ["Lead", "Floater"]
    table["soc_code"] = [ART, BOSS]
    second = staff(LIST, confirmed=table.to_csv(index=False).encode())
    assert second.risk == pytest.approx((10 * staff.risk[BOSS] + 30 * staff.risk[ART]) / 40)
    assert second.unresolved == ()
    assert second.resting_on_unsure == 0
    assert [row.source for row in second.rows] == ["title", "title", "confirmed", "confirmed"]


def test_a_confirmation_of_a_department_is_for_that_department(staff: Staff) -> None:
    text = "Job title,Dept,HC\nFloater,A,1\nFloater,B,1\n"
    found = staff(text, confirmed={("Floater", "A"): BOSS})
    assert [row.soc_code for row in found.rows] == [BOSS, None]
    found = staff(text, confirmed={"floater": BOSS, ("Floater", "B"): ART, "Nobody": ART})
    assert [row.soc_code for row in found.rows] == [BOSS, ART]
    assert any("1 confirmed title is not in the list" in said for said in found.decisions)


def test_confirmed_codes_are_checked_all_at_once(staff: Staff) -> None:
    with pytest.raises(InputError, match=r"(?s)'a'.*not valid.*'b'.*11-9999"):
        staff(LIST, confirmed={"a": "x", "b": "11-9999.00"})


def test_codes_of_the_list_come_before_titles(staff: Staff) -> None:
    found = staff("Job title,SOC,HC\nFloater,29-1129.01,3\nBoss,11-9999,2\n")
    given, unknown = found.rows
    assert (given.soc_code, given.source, given.probability) == (ART, "given", 1.0)
    assert (unknown.soc_code, unknown.source) == (BOSS, "title")
    assert "the title was used instead" in unknown.faults[0]


def test_a_job_with_tasks_is_scored_by_them(staff: Staff) -> None:
    tasks = ["Key invoices into the accounting system.", "Greet visitors at the front desk."]
    text = f'Job title,Tasks,HC\nFloater,"{"; ".join(tasks)}",5\nBoss,,5\n'
    found = staff(text)
    own = staff.engine.score_occupation(Occupation("Floater", tasks))
    assert found.rows[0].source == "tasks"
    assert found.rows[0].risk == pytest.approx(own.risk)
    assert found.risk == pytest.approx((own.risk + staff.risk[BOSS]) / 2)
    assert {task.task for task in found.top_tasks} > set(tasks)
    assert [one.soc_code for one in found.by_job if one.name == "Floater"] == [None]


def test_tasks_that_cannot_be_scored_are_named_and_the_title_used(staff: Staff) -> None:
    found = staff(f"Job title,Tasks\nBoss,{'very ' * 2_000}long\n")
    assert found.rows[0].source == "title"
    assert "its tasks cannot be scored" in found.rows[0].faults[0]


def test_the_top_tasks_are_the_largest_parts_of_the_risk(staff: Staff) -> None:
    found = staff(LIST)
    expected = {}
    for code, people in ((BOSS, 16), (ART, 20)):
        for task in staff.engine.score_occupation(code).tasks:
            share = people / 36 * (task.time_share or 0)
            expected[task.task] = (share, share * task.risk)
    for task in found.top_tasks:
        assert (task.share, task.can_take_over) == pytest.approx(expected[task.task])
    moved = sorted((risk for _, risk in expected.values()), reverse=True)
    assert [task.can_take_over for task in found.top_tasks] == pytest.approx(moved[:20])


# What is shared ---------------------------------------------------------------------------------

SMALL = (
    "Job title,Department,HC\nBoss,Board,2\nArt therapist,Clinic,30\nArt therapist,Ward,6\n"
    "Floater,Ward,3\n"
)


def test_small_groups_are_shared_only_if_asked(staff: Staff) -> None:
    found = staff(SMALL)
    assert [one.name for one in found.by_department] == ["Clinic", "Ward", "Board"]
    for shared in (found.to_json(), found.to_csv(), found.to_html()):
        assert "Board" not in shared
        assert "Floater" not in shared
    plain = json.loads(found.to_json())
    assert [(one["name"], one["headcount"]) for one in plain["by_department"]] == [
        ("Clinic", 30),
        ("Other departments", 8),
    ]
    assert "rows" not in plain
    assert plain["risk"] == pytest.approx(found.risk)
    assert plain["hidden_titles"] == 1
    assert any("departments of fewer than 5 people" in said for said in plain["decisions"])
    small = staff(SMALL, show_small=True)
    plain = json.loads(small.to_json())
    assert [one["name"] for one in plain["by_department"]] == ["Clinic", "Ward", "Board"]
    assert len(plain["rows"]) == 4
    assert "Board" in small.to_html()


def test_tasks_of_small_jobs_are_not_shared(staff: Staff) -> None:
    found = staff(SMALL)
    own = {task.task for task in staff.engine.score_occupation(BOSS).tasks}
    assert own & {task.task for task in found.top_tasks}
    plain = json.loads(found.to_json())
    assert not own & {task["task"] for task in plain["top_tasks"]}


def test_a_list_of_few_people_shares_no_group_but_everyone(staff: Staff) -> None:
    plain = json.loads(staff("Job title,Dept\nBoss,A\nArt therapist,B\n").to_json())
    assert [one["name"] for one in plain["by_department"]] == ["All departments"]
    assert [one["name"] for one in plain["by_job"]] == ["All jobs"]
    assert plain["top_tasks"] == []


def test_the_csv_is_safe_to_open(staff: Staff) -> None:
    found = staff("Job title,Dept,HC\nBoss,=cmd|' /C calc'!A0,9\nBoss,@b,9\n")
    cells = pd.read_csv(io.StringIO(found.to_csv()))["name"]
    assert not any(str(cell).startswith(("=", "@", "+", "-")) for cell in cells)


def test_the_frame_has_every_row(staff: Staff) -> None:
    frame = staff(LIST).to_frame()
    assert frame["title"].tolist() == ["Boss", "Art therapist", "Lead", "Floater"]
    assert frame["soc_code"].tolist()[:3] == [BOSS, ART, BOSS]
    assert frame["risk"].isna().tolist() == [False, False, False, True]


def test_a_notebook_shows_the_shared_report(staff: Staff) -> None:
    """Notebooks are passed on, so they show no group of few people; and names are escaped."""
    hidden = staff("Job title,Dept\nBoss,Secret lab\nArt therapist,B\n")
    assert "Secret lab" not in hidden._repr_html_()
    assert repr(hidden).startswith("WorkforceRisk(headcount=2, risk=0.")
    found = staff("Job title,Dept,HC\nBoss,R&D <1,9\nBoss,B,9\n")
    html = found._repr_html_()
    assert "<td>R&amp;D &lt;1</td>" in html
    assert "18 people, 100% of them with a score" in html
    unresolved = staff("Job title,HC\nFloater,9\n")
    assert "No title is resolved; confirmations() lists them." in unresolved._repr_html_()


# Faults -----------------------------------------------------------------------------------------


def test_a_list_in_which_no_title_is_resolved_still_has_suggestions(staff: Staff) -> None:
    found = staff("Job title,HC\nFloater,9\n")
    assert (found.risk, found.tier, found.coverage) == (None, None, 0)
    assert found.unresolved[0].suggestions
    assert json.loads(found.to_json())["risk"] is None
    assert "nothing is scored" in found.to_html()
    assert "unresolved,Floater,,9.0" in found.to_csv()


@pytest.mark.parametrize(
    ("text", "options", "fault"),
    [
        ("Job title,HC\nBoss,-1\n", {}, "counts nobody, such as row 2: headcount -1 is negative"),
        ("Job title,HC\nBoss,0\n", {}, "counts nobody; correct"),
        ("Job title\nBoss\n", {"weight": "pay"}, "no pay to weight by"),
        ("Job title,Pay\nBoss,$50k\nBoss,€50k\n", {"weight": "pay"}, "several currencies"),
        ("Job title\nBoss\n", {"weight": "age"}, "choose from: headcount, pay"),
    ],
)
def test_lists_that_cannot_be_weighed(staff: Staff, text: str, options: Any, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        staff(text, **options)


def test_people_without_pay_are_said_to_be_left_out(staff: Staff) -> None:
    found = staff("Job title,HC,Pay\nBoss,5,50k\nArt therapist,3,\n", weight="pay")
    assert found.risk == pytest.approx(staff.risk[BOSS])
    assert any("3 people without pay" in said for said in found.decisions)
    assert [row.counted for row in found.rows] == [True, False]


def test_rows_without_a_title_are_named_and_not_scored(staff: Staff) -> None:
    found = staff("Job title,HC\nBoss,5\n,6\n")
    assert found.coverage == pytest.approx(5 / 11)
    assert found.unresolved[0].reason == "has no job title that can be read"
    assert "No title" in found.to_html()
