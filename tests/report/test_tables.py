from __future__ import annotations

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest

from engine import CareerMatch, OccupationRisk
from engine.careers.results import CareerMatches, CareerPath, CareerPaths
from engine.report import tables
from engine.report.move_reasons import explain


def test_the_task_table_has_a_row_for_each_task(result: OccupationRisk) -> None:
    table = tables.task_table([result, replace(result, title="Clerk", soc_code=None)])
    assert table["title"].tolist() == ["Porter", "Porter", "Clerk", "Clerk"]
    assert table["soc_code"].tolist() == ["43-6014.00", "43-6014.00", "", ""]
    assert table["risk"].tolist() == [0.25, 0.85] * 2
    assert table[["risk_low", "risk_high"]].to_numpy().tolist() == [[0.1, 0.9]] * 4
    assert table["measure_exposure"].tolist() == [0.62] * 4
    assert table["nearest_task"].tolist() == ["Draft letters."] * 4
    assert table["nearest_similarity"].tolist() == [0.81] * 4


COLUMNS = [
    *("soc_code", "title", "task", "category", "ai_capability", "ai_capability_level", "risk"),
    *("risk_low", "risk_high", "time_share", "time_share_source", "novelty", "out_of_scope"),
    *("in_reference", "measure_automation", "measure_exposure", "nearest_task"),
    *("nearest_similarity", "can_take_over", "can_help", "stays_human", "rated_risk", "barriers"),
    "unlike_reference",
]


def test_new_columns_of_the_task_table_come_last(result: OccupationRisk) -> None:
    assert tables.task_table([result]).columns.tolist() == COLUMNS


def test_the_task_table_has_parts_rating_and_barriers(
    rated: OccupationRisk, result: OccupationRisk
) -> None:
    table = tables.task_table([rated, result])
    parts = table[["can_take_over", "can_help", "stays_human"]]
    assert parts.sum(axis=1).tolist() == pytest.approx([1.0] * 4)
    assert parts.iloc[0].tolist() == pytest.approx([0.25, 0.37, 0.38])
    assert table["rated_risk"].tolist()[:2] == [0.4, 1.0]
    assert table["rated_risk"].isna().tolist() == [False, False, True, True]
    assert table["barriers"].tolist() == [
        "hands and presence, license and law",
        "little",
        "",
        "",
    ]


def test_a_measure_that_the_first_task_lacks_stays_among_the_measures(
    rated: OccupationRisk,
) -> None:
    backward = replace(rated, tasks=rated.tasks[::-1])
    table = tables.task_table([backward])
    names = table.columns.tolist()
    assert names.index("measure_genai_potential") < names.index("nearest_task")
    assert table["measure_genai_potential"].isna().tolist() == [True, False]
    assert table["measure_genai_potential"].tolist()[1] == 0.6


def test_the_scenario_table_has_each_task_before_and_after(rated: OccupationRisk) -> None:
    changed = rated.what_if({"Lift crates.": 0.5}, frontier="routine screen work")
    table = tables.scenario_table([changed])
    assert table.columns.tolist() == [
        *("soc_code", "title", "task", "time_share_before", "time_share_after"),
        *("risk_before", "risk_after", "reached"),
    ]
    assert table["task"].tolist() == ["Lift crates.", "=Write letters."]
    assert table["time_share_before"].tolist() == [0.8, 0.2]
    assert table["time_share_after"].tolist() == pytest.approx([0.5, 0.5])
    assert table["risk_before"].tolist() == [0.25, 0.85]
    assert table["risk_after"].tolist() == pytest.approx([0.25, 1.0], abs=1e-6)
    assert table["reached"].tolist() == [False, True]
    shares_only = tables.scenario_table([rated.what_if({"Lift crates.": 0.5})])
    assert shares_only["reached"].isna().all()


def test_the_match_and_path_tables(match: CareerMatch) -> None:
    table = CareerMatches([match]).to_frame()
    assert table["shared_tasks"].tolist() == [
        "Lift crates from the dock onto trucks. ~ Carry boxes."
    ]
    assert table["new_tasks"].tolist() == ["Mix concrete."]
    paths = CareerPaths([CareerPath((match, match), 1.5, -0.27)]).to_frame()
    assert paths[["path", "step", "path_cost"]].to_numpy().tolist() == [[1, 1, 1.5], [1, 2, 1.5]]
    pd.testing.assert_frame_equal(
        paths.iloc[:1].drop(columns=["path", "step", "path_cost"]), table, check_dtype=False
    )


def test_formulas_become_text_in_csv(result: OccupationRisk) -> None:
    table = pd.read_csv(io.StringIO(tables.csv_text(tables.task_table([result]))))
    assert table["task"].tolist() == ["Lift crates.", "'=Write letters."]
    assert table["risk"].tolist() == [0.25, 0.85]


@pytest.mark.parametrize("opening", [*"=+-@\t\r\n", "＝", "＋", "－", "＠"])
def test_no_csv_cell_starts_like_a_formula(
    result: OccupationRisk, match: CareerMatch, opening: str
) -> None:
    hostile = f'{opening}HYPERLINK("http://127.0.0.1/"&A1;"x"),\n{opening}1'
    task = replace(result.tasks[0], task=hostile, category=hostile)
    written = [
        tables.task_table([replace(result, title=hostile, soc_code=hostile, tasks=(task,))]),
        CareerMatches([replace(match, title=hostile)]).to_frame(),
    ]
    for table in written:
        cells = [c for row in csv.reader(io.StringIO(tables.csv_text(table))) for c in row]
        assert f"'{hostile}" in cells
        assert not [cell for cell in cells if cell.startswith(opening) and cell != "-0.27"]


def test_tables_of_moves_end_with_place_level_and_reasons(match: CareerMatch) -> None:
    (explained,) = explain(CareerMatches([replace(match, rank=3, of=922)]))
    for table in (
        CareerMatches([explained]).to_frame(),
        CareerPaths([CareerPath((explained,), 0.8, -0.27)]).to_frame(),
    ):
        assert table.columns[-4:].tolist() == ["rank", "of", "similarity_level", "reasons"]
        reasons = explained.reasons
        parts = (reasons.carries_over, reasons.new, reasons.takes, reasons.gives, reasons.unknown)
        text = " ".join(sentence for part in parts for sentence in part)
        assert table.iloc[0, -4:].tolist() == [3, 922, "very similar", text]
