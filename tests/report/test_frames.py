from __future__ import annotations

import pytest

from engine import OccupationRisk
from engine.records.occupation_views import FRAME_COLUMNS


def test_details_follow_the_five_columns(rated: OccupationRisk) -> None:
    plain, frame = rated.to_frame(), rated.to_frame(details=True)
    assert plain.columns.tolist() == list(FRAME_COLUMNS)
    assert frame.columns.tolist()[:5] == list(FRAME_COLUMNS)
    assert frame[list(FRAME_COLUMNS)].equals(plain)
    ends = frame[["Risk Low", "Risk High", "AI Capability Low", "AI Capability High"]]
    assert ends.to_numpy().tolist() == [[10, 90, 50, 70]] * 2
    assert frame["Risk Rated"].tolist() == [40, 100]
    assert frame["AI Capability Rated"].iloc[0] == 50
    assert frame["AI Capability Rated"].isna().tolist() == [False, True]
    assert frame["Time Source"].tolist() == ["given", "given"]
    assert frame["Risk Source"].iloc[0] == (
        "GPTs are GPTs (Eloundou, Manning, Mishkin & Rock 2023) · GPT-4 · 2023-03"
    )


def test_details_have_every_measure_and_nan_where_a_task_lacks_it(
    rated: OccupationRisk,
) -> None:
    frame = rated.to_frame(details=True, by_contribution=True)
    assert frame["Task"].tolist() == ["Lift crates.", "=Write letters."]
    assert frame["Genai Potential"].iloc[0] == pytest.approx(60)
    assert frame["Genai Potential"].isna().tolist() == [False, True]
    assert frame["Genai Potential Source"].tolist()[1] == ""
    assert frame["Physicality"].tolist() == [100, 0]
