from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise

import numpy as np
import pytest
import torch

from engine.records.measures import OBSERVED_2025
from scripts.training.adapter import (
    BATCH,
    ERROR_WEIGHT,
    LEVEL_WEIGHT,
    OTHER_WEIGHT,
    PAIRS,
    SMOOTHING,
    Batches,
    Examples,
    _difference,
    _distance,
    _loss,
)

MEASURES = ("exposure_model", OBSERVED_2025)
ODDS = torch.log(torch.tensor([4.0, 2.0, 1.0]))  # of 0, .5 and 1
NAN = float("nan")


def _examples(
    outcomes: list[list[float]],
    measures: tuple[str, ...] = MEASURES,
    *,
    categories: list[list[float]] | None = None,
    activities: list[list[float]] | None = None,
    original: np.ndarray | None = None,
    lengths: np.ndarray | None = None,
) -> Examples:
    count = len(outcomes)
    return Examples(
        tokens=[[1] * length for length in (np.ones(count, int) if lengths is None else lengths)],
        measures=measures,
        outcomes=torch.tensor(outcomes),
        categories=torch.tensor(categories or [[0.0] * 9] * count),
        activities=torch.tensor(activities or [[0.0] * 4] * count),
        original=np.full(count, -1) if original is None else original,
    )


def _scores(count: int) -> torch.Tensor:
    """Return scores of three levels with ``ODDS``, and equal ones of quarters and groups."""
    return torch.cat([ODDS, torch.zeros(5 + 9)]).repeat(count, 1).requires_grad_()


def test_the_hand_worked_loss_of_a_value_between_two_levels() -> None:
    """A value of .25 is half 0 and half .5; the expected value is (2 × .5 + 1) / 7."""
    examples = _examples([[0.25]], MEASURES[:1])
    scores = torch.cat([ODDS, torch.zeros(9)])[None]
    loss = _loss(examples, np.array([0]), scores, torch.zeros(1, 4))
    error = (2 / 7 - 0.25) ** 2
    shares = (1 - SMOOTHING) * np.array([0.5, 0.5, 0.0]) + SMOOTHING / 3
    entropy = -(shares * np.log([4 / 7, 2 / 7, 1 / 7])).sum()
    assert loss.item() == pytest.approx(ERROR_WEIGHT * error + LEVEL_WEIGHT * entropy, rel=1e-5)


def test_counts_of_use_have_a_small_weight() -> None:
    """Equal odds of quarters: an expected value of .5, and the entropy of five equal parts."""
    loss = _loss(_examples([[NAN, 1.0]]), np.array([0]), _scores(1), torch.zeros(1, 4))
    expected = OTHER_WEIGHT * (ERROR_WEIGHT * 0.25 + LEVEL_WEIGHT * np.log(5))
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_unknown_outcomes_do_not_count() -> None:
    examples = _examples([[0.5, NAN], [NAN, NAN]])
    scores = _scores(2)
    loss = _loss(examples, np.array([0, 1]), scores, torch.zeros(2, 4))
    alone = _loss(examples, np.array([0]), _scores(1), torch.zeros(1, 4))
    assert loss.item() == pytest.approx(alone.item() / 2)
    (slope,) = torch.autograd.grad(loss, scores)
    assert slope[0, :3].abs().min() > 0
    assert not slope[0, 3:].any()
    assert not slope[1].any()


def test_nothing_known_gives_no_loss() -> None:
    loss = _loss(_examples([[NAN, NAN]]), np.array([0]), _scores(1), torch.zeros(1, 4))
    assert loss.item() == 0.0


def test_kinds_of_work_count_where_they_are_known() -> None:
    """Equal odds of nine groups and of four activities."""
    two_groups = [1.0, 1.0, *[0.0] * 7]
    examples = _examples(
        [[NAN, NAN]] * 2,
        categories=[two_groups, [0.0] * 9],
        activities=[[0.0] * 4, [0.0, 1.0, 0.0, 0.0]],
    )
    for row, choices in ((0, 9), (1, 4)):
        loss = _loss(examples, np.array([row]), _scores(1), torch.zeros(1, 4))
        assert loss.item() == pytest.approx(0.3 * np.log(choices), rel=1e-5)


def test_originals_teach_rewrites_and_not_the_other_way() -> None:
    originals = _scores(2)
    rewrites = torch.zeros(2, 17).requires_grad_()
    loss = _difference(MEASURES, rewrites, originals)
    assert loss.item() == pytest.approx(np.log(3) + np.log(5), rel=1e-5)
    loss.backward()
    assert originals.grad is None
    assert rewrites.grad is not None
    # Toward the odds of the original; the groups are no prediction of outcomes.
    slope = (1 / 3 - np.array([4, 2, 1]) / 7) / 2
    np.testing.assert_allclose(rewrites.grad[0, :3], slope, atol=1e-6)
    assert not rewrites.grad[:, 8:].any()


def test_equal_predictions_are_at_the_minimum() -> None:
    rewrites = _scores(2)
    _difference(MEASURES, rewrites, _scores(2)).backward()
    assert rewrites.grad is not None
    np.testing.assert_allclose(rewrites.grad, 0.0, atol=1e-6)


def test_a_rewrite_is_nearest_to_its_own_original() -> None:
    """At temperature .05, a cosine of 1 is a score of 20."""
    originals = torch.eye(3)[:2]
    matched = _distance(originals, originals).item()
    swapped = _distance(originals.flip(0), originals).item()
    unrelated = _distance(torch.eye(3)[[2, 2]], originals).item()
    assert matched == pytest.approx(np.log1p(np.exp(-20)), abs=1e-6)
    assert swapped == pytest.approx(20, abs=1e-4)
    assert unrelated == pytest.approx(np.log(2), rel=1e-5)


class TestBatches:
    """70 texts with an outcome, 10 without, and three rewrites of each of those 10."""

    N_RATED, N_TASKS, N_REWRITES = 70, 10, 30
    COUNT = N_RATED + N_TASKS + N_REWRITES
    CHOSEN = int(PAIRS * N_TASKS)
    PER_EPOCH = N_RATED + CHOSEN

    @pytest.fixture
    def examples(self) -> Examples:
        original = np.full(self.COUNT, -1)
        original[self.N_RATED + self.N_TASKS :] = self.N_RATED + np.arange(30) // 3
        outcomes = [[0.5, NAN]] * self.N_RATED + [[NAN, NAN]] * (self.N_TASKS + self.N_REWRITES)
        lengths = np.random.default_rng(0).integers(1, 40, self.COUNT)
        return _examples(outcomes, original=original, lengths=lengths)

    def _epochs(
        self, examples: Examples, count: int, rows: np.ndarray | None = None
    ) -> list[list[np.ndarray]]:
        rows = np.arange(self.COUNT) if rows is None else rows
        per_epoch = -(-self.PER_EPOCH // BATCH)
        stream = iter(Batches(examples, rows, seed=0))
        return [list(islice(stream, per_epoch)) for _ in range(count)]

    def test_an_epoch_has_each_text_with_an_outcome_once(self, examples: Examples) -> None:
        for epoch in self._epochs(examples, 3):
            counts = Counter(np.concatenate(epoch).tolist())
            assert set(counts.values()) == {1}
            rewrites = set(counts) - set(range(self.N_RATED))
            assert len(rewrites) == self.CHOSEN
            originals = examples.original[sorted(rewrites)]
            assert len(set(originals.tolist())) == self.CHOSEN
            assert (originals >= self.N_RATED).all()
        assert Batches(examples, np.arange(self.COUNT), 0).per_epoch == self.PER_EPOCH / BATCH

    def test_epochs_differ_and_a_seed_repeats_them(self, examples: Examples) -> None:
        first, second = ([np.concatenate(e).tolist() for e in self._epochs(examples, 2)],) * 2
        again = [np.concatenate(epoch).tolist() for epoch in self._epochs(examples, 2)]
        assert first == again
        assert second[0] != second[1]

    def test_rows_that_are_held_out_do_not_occur(self, examples: Examples) -> None:
        held_out = [0, self.N_RATED, *range(80, 83)]  # a rated text, a task, and its rewrites
        rows = np.setdiff1d(np.arange(self.COUNT), held_out)
        stream = islice(Batches(examples, rows, seed=0), 40)
        assert np.isin(np.concatenate(list(stream)), rows).all()

    def test_texts_of_a_batch_are_of_similar_length(self, examples: Examples) -> None:
        lengths = np.array([len(tokens) for tokens in examples.tokens])
        original = examples.original
        longer = np.where(original < 0, lengths, np.maximum(lengths, lengths[original]))
        (epoch,) = self._epochs(examples, 1)
        ordered = sorted((longer[batch].min(), longer[batch].max()) for batch in epoch)
        assert all(before[1] <= after[0] for before, after in pairwise(ordered))
