from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.model.predictions import Predictions


def _numbered(numbers: list[int]) -> Predictions:
    """Predictions in which every value of a task shows its number."""
    array = np.array(numbers, dtype=float)
    return Predictions(
        values={"automation": array},
        low={"automation": array - 1},
        high={"automation": array + 1},
        scales={"automation": array / 10},
        categories=[f"category {number}" for number in numbers],
        levels=[f"level {number}" for number in numbers],
        novelty=array / 100,
        out_of_scope=array % 2 == 1,
        unlike_reference=array % 2 == 1,
        top_probability=array / 10,
    )


def _assert_equal(first: Predictions, second: Predictions) -> None:
    for name in ("values", "low", "high", "scales"):
        np.testing.assert_array_equal(
            getattr(first, name)["automation"], getattr(second, name)["automation"]
        )
    assert (first.categories, first.levels) == (second.categories, second.levels)
    np.testing.assert_array_equal(first.novelty, second.novelty)
    np.testing.assert_array_equal(first.out_of_scope, second.out_of_scope)
    np.testing.assert_array_equal(first.top_probability, second.top_probability)


def test_a_measure_that_a_part_lacks_is_unknown_there() -> None:
    first, second = _numbered([1, 2]), _numbered([3])
    tables = {
        name: {**getattr(second, name), "rare": np.array([9.0])}
        for name in ("values", "low", "high", "scales")
    }
    joined = Predictions.joined([first, replace(second, **tables)])
    for name in ("values", "low", "high", "scales"):
        np.testing.assert_array_equal(getattr(joined, name)["rare"], [np.nan, np.nan, 9.0])
        assert getattr(joined, name)["automation"].shape == (3,)


def test_measures_are_put_in_order_and_missing_ones_are_unknown() -> None:
    found = _numbered([1, 2]).of(["rare", "automation"])
    for name in ("values", "low", "high", "scales"):
        table = getattr(found, name)
        assert list(table) == ["rare", "automation"]
        assert np.isnan(table["rare"]).all()
    _assert_equal(found, _numbered([1, 2]))


def test_joined_and_selected_predictions_stay_aligned() -> None:
    _assert_equal(Predictions.joined([_numbered([1, 2]), _numbered([3])]), _numbered([1, 2, 3]))
    _assert_equal(_numbered([1, 2, 3, 4])[np.array([3, 0, 0])], _numbered([4, 1, 1]))
