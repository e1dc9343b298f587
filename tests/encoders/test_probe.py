from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.encoders.probe import RATED, LinearProbe, levels
from engine.records.measures import LABELS, OBSERVED_2025
from engine.records.rubric import WORK_ACTIVITY_GROUPS

LOG2, LOG3 = np.log(2.0), np.log(3.0)
MEASURES = (*RATED, OBSERVED_2025)
N_SCORES = 3 + 3 + 5 + 5 + 9


@pytest.fixture
def probe() -> LinearProbe:
    """Scores of levels depend on the first dimension, those of groups on the second."""
    weight = np.zeros((N_SCORES, 3))
    weight[1, 0] = LOG2  # exposure_human, second level
    weight[10, 0] = LOG3  # automation, highest level
    weight[12, 0] = LOG2  # observed_automation, second quarter
    weight[16, 1] = LOG3  # first work-activity group
    return LinearProbe(MEASURES, weight, np.zeros(N_SCORES))


def _named(probe: LinearProbe, vector: list[float]) -> dict[str, float]:
    (features,) = probe(np.array([vector]))
    return dict(zip(probe.names, features.tolist(), strict=True))


def test_hand_worked_features(probe: LinearProbe) -> None:
    """Odds 1:2:1 of 0, .5 and 1; equal odds; 1:1:1:1:3 of T0 to T4; equal odds of the groups."""
    named = _named(probe, [1.0, 0.0, 0.0])
    assert named["exposure_human_read"] == pytest.approx(0.5)
    assert named["exposure_human_at_0.5"] == pytest.approx(0.5)
    assert named["exposure_model_read"] == pytest.approx(0.5)
    assert named["automation_read"] == pytest.approx((0.25 + 0.5 + 0.75 + 3) / 7)
    assert named["automation_at_1"] == pytest.approx(3 / 7)
    assert named["4.A.1.a_read"] == pytest.approx(-np.log(9))


def test_hand_worked_deviations(probe: LinearProbe) -> None:
    """Each is the root of the mean square less the square of the mean."""
    named = _named(probe, [1.0, 0.0, 0.0])
    assert named["exposure_human_deviation"] == pytest.approx(np.sqrt(3 / 8 - 1 / 4))
    assert named["exposure_model_deviation"] == pytest.approx(np.sqrt(5 / 12 - 1 / 4))
    squares = (0.0625 + 0.25 + 0.5625 + 3) / 7
    assert named["automation_deviation"] == pytest.approx(np.sqrt(squares - (4.5 / 7) ** 2))
    certain = _named(probe, [1_000.0, 0.0, 0.0])
    assert certain["automation_read"] == pytest.approx(1.0)
    assert certain["automation_deviation"] == pytest.approx(0.0, abs=1e-6)


def test_a_measure_without_rubric_levels_has_quarters(probe: LinearProbe) -> None:
    """Odds 1:2:1:1:1 of 0, .25, .5, .75 and 1."""
    assert levels(OBSERVED_2025) == (0.0, 0.25, 0.5, 0.75, 1.0)
    named = _named(probe, [1.0, 0.0, 0.0])
    assert named[f"{OBSERVED_2025}_read"] == pytest.approx((0.5 + 0.5 + 0.75 + 1) / 6)
    mean_square = (2 * 0.0625 + 0.25 + 0.5625 + 1) / 6
    assert named[f"{OBSERVED_2025}_deviation"] == pytest.approx(
        np.sqrt(mean_square - (2.75 / 6) ** 2)
    )
    assert not any(name.startswith(f"{OBSERVED_2025}_at") for name in probe.names)


@pytest.mark.parametrize("measure", LABELS)
def test_levels_are_ascending_and_equally_spaced(measure: str) -> None:
    values = levels(measure)
    np.testing.assert_allclose(values, np.linspace(0, 1, len(values)))


def test_groups_are_log_probabilities(probe: LinearProbe) -> None:
    (features,) = probe(np.array([[0.0, 1.0, 0.0]]))
    assert np.exp(features[-9:]).sum() == pytest.approx(1.0)
    assert np.exp(features[-9]) == pytest.approx(3 / 11)
    assert probe.names[-9:] == tuple(f"{group}_read" for group in WORK_ACTIVITY_GROUPS)


def test_features_keep_their_names_when_the_measures_change_places() -> None:
    generator = np.random.default_rng(0)
    blocks = {name: generator.normal(size=(len(levels(name)), 3)) for name in MEASURES}
    groups, bias = generator.normal(size=(9, 3)), np.zeros(N_SCORES)
    first, second = (
        LinearProbe(order, np.vstack([*(blocks[name] for name in order), groups]), bias)
        for order in (MEASURES, MEASURES[::-1])
    )
    found = _named(second, [0.3, -0.2, 0.9])
    assert found == pytest.approx(_named(first, [0.3, -0.2, 0.9]))
    assert tuple(found) != first.names


def test_a_file_restores_a_probe_to_half_precision(probe: LinearProbe, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    weight, bias = generator.normal(size=(N_SCORES, 3)), generator.normal(size=N_SCORES)
    LinearProbe(MEASURES, weight, bias).write(tmp_path / "probe.safetensors")
    restored = LinearProbe.read(tmp_path / "probe.safetensors")
    assert restored.measures == MEASURES
    assert restored.weight.dtype == restored.bias.dtype == np.float64
    np.testing.assert_array_equal(restored.weight, weight.astype(np.float16))
    np.testing.assert_array_equal(restored.bias, bias.astype(np.float16))
    assert (tmp_path / "probe.safetensors").stat().st_size < 2 * (N_SCORES * 4) + 500


def test_arrays_restore_a_probe(probe: LinearProbe) -> None:
    arrays = probe.to_arrays()
    assert set(arrays) == {"readout.weight", "readout.bias"}  # names in engine folders
    restored = LinearProbe.from_arrays(arrays, list(MEASURES))
    assert restored is not None
    assert restored.measures == MEASURES
    vectors = np.random.default_rng(0).normal(size=(5, 3))
    np.testing.assert_array_equal(restored(vectors), probe(vectors))


def test_no_measures_give_no_probe() -> None:
    assert LinearProbe.from_arrays({}, ()) is None
