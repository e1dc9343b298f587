"""The model of moves: it finds the coefficients that made the moves, and measures by hand."""

from pathlib import Path

import numpy as np
import pytest

from engine.careers.moves import FEATURES
from engine.errors import InputError
from scripts.training.move_fit import (
    GROUPS,
    Pairs,
    explained_log_odds,
    fit,
    rank_correlation,
    read_flows,
    size_shares,
)

COEFFICIENTS = np.array([0.4, -0.3, -0.6, -0.8, 0.5])
SIZE = 0.7


def _pairs() -> Pairs:
    """Three occupations of each group with random features."""
    generator = np.random.default_rng(0)
    count = 3 * len(GROUPS)
    return Pairs(
        group=np.repeat(np.arange(len(GROUPS)), 3),
        employment=generator.uniform(0.1, 3.0, count),
        features=generator.normal(size=(len(FEATURES), count, count)),
    )


def _flows(pairs: Pairs) -> np.ndarray:
    """Moves by the formula of the module, with loops over pairs of occupations."""
    flows = np.zeros((len(GROUPS), len(GROUPS)))
    for a, start in enumerate(pairs.group):
        for b, end in enumerate(pairs.group):
            if start != end:
                odds = np.exp(COEFFICIENTS @ pairs.features[:, a, b])
                flows[start, end] += pairs.employment[a] * pairs.employment[b] ** SIZE * odds
    return flows / flows.sum(axis=1, keepdims=True)


def test_the_fit_finds_what_made_the_moves() -> None:
    pairs = _pairs()
    flows = _flows(pairs)
    found = fit(pairs, flows, penalty=None)
    np.testing.assert_allclose(found.coefficients, COEFFICIENTS, atol=0.01)
    assert found.size == pytest.approx(SIZE, abs=0.01)
    np.testing.assert_allclose(found.shares, flows, atol=1e-4)


def test_factors_learn_what_the_features_cannot_say_and_shrink() -> None:
    pairs = _pairs()
    flows = _flows(pairs)
    flows[3, 7] *= 5
    shares = flows / flows.sum(axis=1, keepdims=True)
    loose, tight = (fit(pairs, flows, penalty=penalty) for penalty in (0.01, 1e6))
    assert loose.factors[3, 7] > 1
    assert np.abs(loose.shares - shares).max() < 0.01
    assert np.abs(tight.factors).max() < 1e-3


def test_shares_of_size_by_hand() -> None:
    pairs = _pairs()
    size = np.array([pairs.employment[pairs.group == group].sum() for group in range(len(GROUPS))])
    shares = size_shares(pairs)
    assert shares[2, 5] == pytest.approx(size[5] / (size.sum() - size[2]))
    assert shares[2, 2] == 0


def test_figures_by_hand() -> None:
    observed = np.array([[0, 3, 1, 2], [1, 0, 2, 3], [3, 2, 0, 1], [1, 2, 3, 0]], dtype=float)
    reverse = np.where(observed > 0, 4 - observed, 0)
    np.testing.assert_allclose(rank_correlation(observed, observed), 1)
    np.testing.assert_allclose(rank_correlation(reverse, observed), -1)
    assert explained_log_odds(10 * observed, observed) == pytest.approx(1)
    uniform = np.ones((4, 4)) - np.eye(4)
    truth = np.log(np.array([1, 2, 3]) / np.array([5, 4, 3]))
    error = ((truth - np.log(0.5)) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()
    assert explained_log_odds(uniform, observed) == pytest.approx(1 - error)


def test_flows_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "cps_moves"
    folder.mkdir()
    header = "month,origin_state,destination_state,weighted_transition_count\n"
    (folder / "transition_counts.csv").write_text(
        header + "2020-01,occ22_01,occ22_03,5\n2020-02,occ22_01,occ22_03,7.5\n"
        "2020-02,nilf,occ22_03,9\n2020-02,occ22_01,occ22_01,99\n"
    )
    flows = read_flows(tmp_path)
    assert list(flows.months) == ["2020-01", "2020-02"]
    assert (
        flows.total("2020-01", "2020-02").sum() == flows.total("2020-01", "2020-02")[0, 2] == 12.5
    )
    assert flows.total("2020-02", "2020-02")[0, 2] == 7.5
    (folder / "transition_counts.csv").write_text(header + "2020-01,occ22_01,occ22_99,5\n")
    with pytest.raises(InputError, match="not a table of monthly moves"):
        read_flows(tmp_path)
    with pytest.raises(InputError, match="is missing; download it"):
        read_flows(tmp_path / "nowhere")
