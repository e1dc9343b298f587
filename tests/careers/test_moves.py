import math

import numpy as np
import pandas as pd
import pytest

from engine.careers.moves import ALIKE, FEATURES, MoveFeatures, MoveModel, Moves
from engine.careers.results import MoveFrequency
from engine.corpus.moves import no_moves
from engine.errors import EngineError
from engine.records import soc
from tests.careers.hand_worked import MOVES

MODEL = MOVES.model


def _features(
    similarity: float, *, zones: float = 0.0, wage: float = 1.0, license_: bool = False
) -> MoveFeatures:
    return MoveFeatures(
        similarity=np.array([similarity]),
        job_zone_step=np.array([zones]),
        wage_ratio=np.array([wage]),
        new_license=np.array([license_]),
    )


def test_effort_by_hand() -> None:
    def effort(similarity: float, **rest: float) -> float:
        return float(MODEL.effort(_features(similarity, **rest))[0])  # type: ignore[arg-type]

    # An all but equal job costs nothing, and one that is more alike costs no less.
    assert effort(ALIKE) == effort(0.999) == 0
    # The logit of .5 is 0, and that of .95 is log 19.
    assert effort(0.5) == pytest.approx(0.5 * math.log(19))
    assert effort(ALIKE, zones=2) == pytest.approx(0.25 * 2)
    assert effort(ALIKE, license_=True) == pytest.approx(0.5)
    assert effort(ALIKE, wage=0.5) == pytest.approx(math.log(2))
    assert effort(0.5, zones=1, wage=0.5, license_=True) == pytest.approx(
        0.5 * math.log(19) + 0.25 + 0.5 + math.log(2)
    )
    # Less preparation, more pay and what is unknown add nothing.
    assert effort(ALIKE, zones=-3, wage=2.0) == 0
    assert effort(ALIKE, zones=math.nan, wage=math.nan) == 0


def test_features_are_in_the_order_of_their_names() -> None:
    found = dict(zip(FEATURES, _features(0.5, zones=-1, wage=2.0).array()[:, 0], strict=True))
    assert found == pytest.approx(
        {
            "similarity": 0,
            "job_zones_up": 0,
            "new_license": 0,
            "pay_cut": 0,
            "pay_rise": math.log(2),
        }
    )


def test_the_frequency_between_groups() -> None:
    assert MODEL.frequency("11-1011.00", "13-2011.00") == MoveFrequency(ratio=3.0, source="survey")
    back = MODEL.frequency("13-2011.00", "11-1011.00")
    assert back is not None
    assert (back.ratio, back.is_often, back.is_rare, back.moves) == (0.5, False, True, None)
    # The survey does not see moves within a group, nor the armed forces, nor a job without a code.
    for pair in (("11-1011.00", "11-2021.00"), ("11-1011.00", "55-1011.00"), ("", "11-1011.00")):
        assert MODEL.frequency(*pair) is None


def test_recorded_moves_count_more_the_more_there_are() -> None:
    table = pd.DataFrame(
        [("11-1", "13-1", 60, "HR"), ("11-1", "13-2", 40, "HR"), ("13-1", "13-2", 100, "HR")],
        columns=["from_soc", "to_soc", "count", "source"],
    )
    moves = Moves(MODEL, table)
    # 200 moves lead to 13-1 (60) and 13-2 (140); 100 of them leave 11-1. Expected: 30 and 70. The
    # prior ratio of the groups, 3, counts as two expected moves.
    assert moves.frequency("11-1", "13-1") == MoveFrequency(
        ratio=pytest.approx((60 + 2 * 3) / (30 + 2)), moves=60, source="HR"
    )
    assert moves.frequency("11-1", "13-2") == MoveFrequency(
        ratio=pytest.approx((40 + 2 * 3) / (70 + 2)), moves=40, source="HR"
    )
    # Nobody moves to 13-1 from 13-1, so 140 moves are left to expect from; the group says nothing.
    assert moves.frequency("13-1", "13-2") == MoveFrequency(
        ratio=pytest.approx((100 + 2) / (100 * 140 / 140 + 2)), moves=100, source="HR"
    )
    # No move leaves 13-2, so its groups decide.
    assert moves.frequency("13-2", "11-1") == MODEL.frequency("13-2", "11-1")


def test_without_recorded_moves_the_groups_decide() -> None:
    moves = Moves(MODEL, no_moves())
    assert moves.frequency("11-1", "13-1") == MODEL.frequency("11-1", "13-1")


def test_a_model_is_restored_from_json() -> None:
    restored = MoveModel.from_json(MODEL.to_json())
    np.testing.assert_array_equal(restored.coefficients, MODEL.coefficients)
    np.testing.assert_array_equal(restored.ratios, MODEL.ratios)
    assert (restored.groups, restored.source) == (MODEL.groups, MODEL.source)
    with pytest.raises(EngineError, match="not a model of moves"):
        MoveModel.from_json("{}")
    with pytest.raises(EngineError, match=r"ratios of shape \(2, 2\) for 1 groups"):
        MoveModel.from_json(MODEL.to_json().replace('"11", ', "").replace('"11",', ""))


def test_what_ships_makes_each_barrier_cost() -> None:
    shipped = MoveModel.shipped()
    signs = dict(zip(FEATURES, np.sign(shipped.coefficients), strict=True))
    assert signs == {
        "similarity": 1, "job_zones_up": -1, "new_license": -1, "pay_cut": -1, "pay_rise": 1
    }  # fmt: skip
    assert shipped.groups == tuple(code for code in soc.MAJOR_GROUPS if code != "55")
    assert (shipped.ratios > 0).all()
    assert (np.diag(shipped.ratios) == 1).all()
