from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pandas as pd
import pytest

from engine import Estimate, Neighbour, OccupationRisk, TaskRisk
from engine.careers.results import CareerMatch, Outlook, SharedTask
from engine.records.results import FRAME_COLUMNS
from engine.report import careers, formatting, tables


def _task(text: str, risk: float, share: float, *, far: bool = False) -> TaskRisk:
    estimates = {
        "automation": Estimate(value=risk, low=0.1, high=0.9),
        "exposure": Estimate(value=0.62, low=0.5, high=0.7),
    }
    near = Neighbour(
        text="Draft letters.",
        similarity=0.81,
        outcomes={"automation": 0.75},
        occupation="Secretaries",
        soc_code="43-6014.00",
        task_id="R1",
    )
    return TaskRisk(
        task=text,
        estimates=estimates,
        ai_capability_level="E2",
        category="Administering",
        novelty=0.5,
        out_of_scope=far,
        neighbours=(near,),
        in_reference=False,
        known_outcomes={},
        time_share=share,
        time_share_source="given",
    )


@pytest.fixture
def result() -> OccupationRisk:
    risk = Estimate(value=0.37, low=0.2, high=0.55)
    tasks = (_task("Lift crates.", 0.25, 0.8), _task("=Write letters.", 0.85, 0.2, far=True))
    estimates = {"automation": risk, "exposure": Estimate(value=0.62, low=0.5, high=0.7)}
    return OccupationRisk(
        title="Porter",
        tasks=tasks,
        estimates=estimates,
        confidence=0.9,
        reference="starter",
        soc_code="43-6014.00",
        job_zone=2,
    )


def test_the_frame_is_the_table_of_the_page_in_percent(result: OccupationRisk) -> None:
    frame = result.to_frame()
    assert frame.to_numpy().tolist() == [
        ["Lift crates.", "Administering", 62.0, 25.0, 80.0],
        ["=Write letters.", "Administering", 62.0, 85.0, 20.0],
    ]
    assert list(frame.columns) == ["Task", "Category", "AI Capability", "Risk Score", "Time %"]
    sorted_frame = result.to_frame(by_contribution=True)
    assert sorted_frame["Task"].tolist() == ["Lift crates.", "=Write letters."]


def test_json_has_every_value_and_reads_back(result: OccupationRisk) -> None:
    read = json.loads(result.to_json())
    assert read["risk"] == 0.37
    assert read["risk_interval"] == [0.2, 0.55]
    assert read["tier"] == "Moderate"
    assert read["high_risk_time_share"] == pytest.approx(0.2)
    assert read["out_of_scope_time_share"] == pytest.approx(0.2)
    assert read["tasks"][0]["neighbours"][0]["outcomes"] == {"automation": 0.75}
    assert read["tasks"][0]["estimates"]["automation"] == {"value": 0.25, "low": 0.1, "high": 0.9}
    assert read["tasks"][1]["time_share_source"] == "given"


def test_json_by_contribution(result: OccupationRisk) -> None:
    lighter = OccupationRisk(
        title="Porter",
        tasks=tuple(reversed(result.tasks)),
        estimates=result.estimates,
        confidence=0.9,
        reference="starter",
    )
    read = json.loads(lighter.to_json(by_contribution=True))
    assert [task["task"] for task in read["tasks"]] == ["Lift crates.", "=Write letters."]
    assert lighter.to_frame(by_contribution=True)["Task"].tolist()[0] == "Lift crates."


def test_text_a_spreadsheet_would_run_is_made_inert(result: OccupationRisk) -> None:
    table = pd.read_csv(io.StringIO(tables.csv_text(tables.task_table([result]))))
    assert table["task"].tolist() == ["Lift crates.", "'=Write letters."]
    assert table["risk"].tolist() == [0.25, 0.85]
    assert table["nearest_task"].tolist() == ["Draft letters."] * 2


@pytest.mark.parametrize("opening", [*"=+-@\t\r\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_a_csv_begins_as_a_formula(result: OccupationRisk, opening: str) -> None:
    hostile = f'{opening}HYPERLINK("http://127.0.0.1/"&A1;"x"),\n{opening}1'
    task = replace(_task(hostile, 0.5, 1.0), category=hostile)
    match = CareerMatch(
        soc_code="47-2061.00",
        title=hostile,
        job_zone=2,
        similarity=0.5,
        risk=0.1,
        risk_interval=(0.0, 0.2),
        ai_capability=0.2,
        risk_difference=-0.27,
        shared_tasks=(),
    )
    written = [
        tables.task_table([replace(result, title=hostile, soc_code=hostile, tasks=(task,))]),
        tables.match_table([match]),
    ]
    for table in written:
        cells = [c for row in csv.reader(io.StringIO(tables.csv_text(table))) for c in row]
        assert f"'{hostile}" in cells
        assert not [cell for cell in cells if cell.startswith(opening) and cell != "-0.27"]


def test_the_text_says_what_the_numbers_are(result: OccupationRisk) -> None:
    text = result.to_text()
    flat = " ".join(text.split())
    assert "Porter · SOC 43-6014.00 · Job Zone 2" in text
    for column in FRAME_COLUMNS:
        assert column in text
    assert "25 % (10–90 %)" in text
    assert "62 % E2" in text
    assert "Risk 37 % (20–55 % at 90 % confidence) · Moderate · 20 % of time in tasks" in flat
    assert "Evidence for: =Write letters." in text
    assert "0.81 Draft letters. Secretaries · automation 75 %" in flat
    assert "20 % of time is in tasks unlike anything" in flat
    assert text.WHAT_RISK_IS in flat
    assert "\x1b[" not in text
    assert all(line == line.rstrip() and len(line) <= 120 for line in text.splitlines())


def test_matches_as_text_and_table() -> None:
    shared = (SharedTask("Lift crates.", "Carry boxes.", 0.7),)
    match = CareerMatch(
        soc_code="47-2061.00",
        title="Laborers",
        job_zone=2,
        similarity=0.5,
        risk=0.1,
        risk_interval=(0.0, 0.2),
        ai_capability=0.2,
        risk_difference=-0.27,
        shared_tasks=shared,
    )
    text = " ".join(careers.matches_to_text("Porter", [match], width=200).split())
    assert "Laborers (47-2061.00)" in text
    assert "10 % (-27)" in text
    assert "Lift crates. ~ Carry boxes." in text
    assert tables.match_table([match])["shared_tasks"].tolist() == ["Lift crates. ~ Carry boxes."]
    assert "None in the catalogue passes" in careers.matches_to_text("Porter", [])


@pytest.mark.parametrize("width", [80, 120])
def test_matches_fit_the_terminal_and_leave_out_what_is_unknown(width: int) -> None:
    shared = (SharedTask("Lift crates from the loading dock onto trucks. " * 3, "Carry.", 0.7),)
    match = CareerMatch(
        soc_code="47-2061.00",
        title="Laborers",
        job_zone=2,
        similarity=0.5,
        risk=0.1,
        risk_interval=(0.0, 0.2),
        ai_capability=0.2,
        risk_difference=-0.27,
        shared_tasks=shared,
    )
    text = careers.matches_to_text("Porter", [match], width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "Wage" not in text
    paid = replace(
        match, outlook=Outlook(median_wage=239_200, wage_is_minimum=True, employment_change=-0.03)
    )
    text = careers.matches_to_text("Porter", [match, paid], width=width)
    assert max(map(len, text.splitlines())) <= width
    first, second = (line.split() for line in text.splitlines() if " % (-27) " in line)
    assert first[-2:] == ["–", "–"]
    assert second[-3:] == ["$239,200+", "-3", "%"]


def test_half_a_percent_is_rounded_up_as_browsers_do() -> None:
    """Pages are made here and changed in the browser: one number must not read in two ways."""
    assert formatting.percent(0.625) == "63 %"
    assert formatting.percent(0.635) == "64 %"
    assert formatting.interval((0.125, 0.374)) == "13–37 %"
    assert (formatting.percent(0.0), formatting.percent(1.0)) == ("0 %", "100 %")
