from __future__ import annotations

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest

from engine import CareerMatch, OccupationRisk
from engine.careers.results import CareerPath
from engine.report import tables


def test_the_task_table_has_a_row_for_each_task(result: OccupationRisk) -> None:
    table = tables.task_table([result, replace(result, title="Clerk", soc_code=None)])
    assert table["title"].tolist() == ["Porter", "Porter", "Clerk", "Clerk"]
    assert table["soc_code"].tolist() == ["43-6014.00", "43-6014.00", "", ""]
    assert table["risk"].tolist() == [0.25, 0.85] * 2
    assert table[["risk_low", "risk_high"]].to_numpy().tolist() == [[0.1, 0.9]] * 4
    assert table["measure_exposure"].tolist() == [0.62] * 4
    assert table["nearest_task"].tolist() == ["Draft letters."] * 4
    assert table["nearest_similarity"].tolist() == [0.81] * 4


def test_the_match_and_path_tables(match: CareerMatch) -> None:
    table = tables.match_table([match])
    assert table["shared_tasks"].tolist() == [
        "Lift crates from the dock onto trucks. ~ Carry boxes."
    ]
    assert table["new_tasks"].tolist() == ["Mix concrete."]
    paths = tables.path_table([CareerPath((match, match), 1.5, -0.27)])
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
        tables.match_table([replace(match, title=hostile)]),
    ]
    for table in written:
        cells = [c for row in csv.reader(io.StringIO(tables.csv_text(table))) for c in row]
        assert f"'{hostile}" in cells
        assert not [cell for cell in cells if cell.startswith(opening) and cell != "-0.27"]
