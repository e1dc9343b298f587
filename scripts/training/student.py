"""The student of the distillation: a small network that imitates the work encoder.

A student embeds a sentence with two layers on the mean of its token vectors. It learns the
teacher's vectors and predictions for complete sentences, and the known outcomes of tasks. Each
measure has the weight that it had when the teacher was tuned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from scipy.sparse import csr_array
from tokenizers import Tokenizer
from torch.nn import functional

from engine.encoders.minilm_files import minilm_folder
from engine.encoders.probe import SCALE, LinearProbe, levels
from engine.encoders.token_pooling import Layers
from engine.records.rubric import WORK_ACTIVITY_GROUPS
from scripts.training.adapter import OTHER_WEIGHT, WEIGHTS

PLAIN, TUNED = 48, 80
"""Dimensions that imitate the plain and the tuned half, in the directions of largest variance."""

TOKEN_DIMENSIONS = 64
HIDDEN = 256
"""Number of hidden units besides those that pass on the mean of the token vectors."""

EPOCHS = 5
BATCH = 256
RATE, HEAD_RATE, NETWORK_RATE = 1e-2, 5e-3, 1e-3
TOKEN_DROPOUT = 0.3
READING_WEIGHT = 2.0
"""Weight of the cross-entropy with the teacher's levels; the distance of vectors has weight 1."""
CATEGORY_WEIGHT = 0.6
ERROR_WEIGHT = 3.0
"""Weight of the squared error of an expected outcome."""
PENALTY = 1e-2
"""Penalty of the ridge regression that gives the initial token vectors."""


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """What a student learns; one row per sentence.

    Attributes:
        measures: measures that the teacher predicts, in the order of its scores.
        tokens: token IDs of each sentence. The ID of the first token, plus the number of IDs, is
            repeated at the end, so that a first word can add a separate vector.
        vectors: vectors of the teacher in the kept directions, of length 1, shape
            (n, PLAIN + TUNED).
        scores: scores of the teacher before softmax, shape (n, n_scores).
        outcomes: outcomes of the measures, shape (n, n_measures), in [0, 1], NaN where unknown.
    """

    measures: tuple[str, ...]
    tokens: list[np.ndarray]
    vectors: torch.Tensor
    scores: torch.Tensor
    outcomes: torch.Tensor


class Student(torch.nn.Module):
    """Two layers on the mean of token vectors, and heads on the tuned columns.

    The layers start as the linear map of the mean that is nearest to the teacher's vector. Each
    number passes through a pair of units, one for positive and one for negative values. All other
    units start with zero weight.

    Args:
        first: token vectors to start from, shape (n_tokens, PLAIN + TUNED).
        measures: measures to predict; the nine work-activity groups follow them.
    """

    def __init__(self, first: np.ndarray, measures: Sequence[str]) -> None:
        super().__init__()
        self._measures = tuple(measures)
        turn = torch.tensor(directions(first, TOKEN_DIMENSIONS).copy(), dtype=torch.float32)
        table = torch.tensor(first, dtype=torch.float32) @ turn
        self.table = torch.nn.EmbeddingBag.from_pretrained(table, freeze=False, mode="mean")
        pairs = 2 * TOKEN_DIMENSIONS
        self.inner = torch.nn.Linear(TOKEN_DIMENSIONS, pairs + HIDDEN)
        self.outer = torch.nn.Linear(pairs + HIDDEN, PLAIN + TUNED, bias=False)
        with torch.no_grad():
            unit = torch.eye(TOKEN_DIMENSIONS) / SCALE
            self.inner.weight[:pairs] = torch.cat([unit, -unit])
            self.inner.bias[:pairs] = 0.0
            self.outer.weight[:] = 0.0
            self.outer.weight[:, :pairs] = torch.cat([turn, -turn], dim=1)
        n_scores = sum(len(levels(name)) for name in measures) + len(WORK_ACTIVITY_GROUPS)
        self.heads = torch.nn.Linear(TUNED, n_scores)

    def forward(self, tokens: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return unit vectors, and scores before softmax, of tokenized sentences."""
        offsets = np.cumsum([0, *map(len, tokens[:-1])])
        means = self.table(torch.tensor(np.concatenate(tokens)), torch.tensor(offsets))
        hidden = functional.relu(self.inner(functional.normalize(means, dim=1) * SCALE))
        vectors = functional.normalize(self.outer(hidden), dim=1)
        return vectors, self.heads(vectors[:, PLAIN:] * SCALE)

    def layers(self) -> Layers:
        """Return the two layers, for a mean of length 1."""
        inner, bias, outer = (
            part.detach().numpy()
            for part in (self.inner.weight * SCALE, self.inner.bias, self.outer.weight)
        )
        return Layers(inner, bias, outer)

    def probe(self) -> LinearProbe:
        """Return the heads, for the full vector."""
        weight = self.heads.weight.detach().numpy() * SCALE
        plain = np.zeros((len(weight), PLAIN), dtype=weight.dtype)
        bias = self.heads.bias.detach().numpy()
        return LinearProbe(self._measures, np.hstack([plain, weight]), bias)


def directions(vectors: np.ndarray, count: int) -> np.ndarray:
    """Return the ``count`` directions of largest variance, shape (n_dimensions, count)."""
    _, basis = np.linalg.eigh(vectors.T @ vectors)
    return basis[:, ::-1][:, :count]


def teach(lessons: Lessons, tokenizer: Any, seed: int) -> Student:
    """Return a student trained on the lessons.

    Args:
        lessons: what to learn.
        tokenizer: tokenizer of the sentences; its tokens are tokens of MiniLM.
        seed: seed of torch, of the batches, and of the dropout.
    """
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    student = Student(_first_vectors(lessons, tokenizer), lessons.measures)
    network = [*student.inner.parameters(), *student.outer.parameters()]
    optimizer = torch.optim.Adam(
        [
            {"params": student.table.parameters(), "lr": RATE},
            {"params": student.heads.parameters(), "lr": HEAD_RATE},
            {"params": network, "lr": NETWORK_RATE},
        ]
    )
    count = len(lessons.tokens)
    steps = max(1, EPOCHS * (count // BATCH))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: max(0.02, 1 - step / steps)
    )
    for _ in range(EPOCHS):
        order = generator.permutation(count)
        for start in range(0, count - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            vectors, scores = student(
                drop_tokens([lessons.tokens[row] for row in batch], generator)
            )
            loss = _loss(lessons, batch, vectors, scores)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return student


def _first_vectors(lessons: Lessons, tokenizer: Any) -> np.ndarray:
    """Return MiniLM's word vectors, mapped so that their means are nearest to the teacher's.

    As many rows of zeros follow, for what a word adds at the start of a sentence.
    """
    path = minilm_folder() / "model.safetensors"
    with safe_open(str(path), framework="numpy") as stream:
        (name,) = (key for key in stream.keys() if "word_embeddings" in key)  # noqa: SIM118
        words = stream.get_tensor(name)
    ids = Tokenizer.from_file(str(path.with_name("tokenizer.json"))).get_vocab()
    vocabulary = tokenizer.get_vocab()
    words = words[[ids[token] for token in sorted(vocabulary, key=vocabulary.__getitem__)]]
    tokens = [ids[ids < len(words)] for ids in lessons.tokens]
    lengths = np.array([len(ids) for ids in tokens])
    mixing = csr_array(
        (
            np.repeat(1 / lengths, lengths),
            (np.repeat(np.arange(len(lengths)), lengths), np.concatenate(tokens)),
        ),
        shape=(len(lengths), len(words)),
    )
    means = mixing @ words
    square = means.T @ means + PENALTY * np.eye(words.shape[1])
    mapped = words @ np.linalg.solve(square, means.T @ lessons.vectors.numpy())
    return np.vstack([mapped, np.zeros_like(mapped)])


def drop_tokens(tokens: Sequence[np.ndarray], generator: np.random.Generator) -> list[np.ndarray]:
    """Drop random tokens of each sentence, but never all of them."""
    kept = []
    for ids in tokens:
        stays = generator.random(len(ids)) >= TOKEN_DROPOUT
        kept.append(ids[stays] if stays.any() else ids)
    return kept


def _loss(
    lessons: Lessons, batch: np.ndarray, vectors: torch.Tensor, scores: torch.Tensor
) -> torch.Tensor:
    """Return the distance from the teacher's vectors and predictions, and the error of outcomes."""
    loss = (1 - (vectors * lessons.vectors[batch]).sum(1)).mean()
    outcomes, start = lessons.outcomes[batch], 0
    for column, name in enumerate(lessons.measures):
        values = torch.tensor(levels(name))
        part = scores[:, start : start + len(values)]
        taught = lessons.scores[batch, start : start + len(values)].softmax(1)
        start += len(values)
        weight = WEIGHTS.get(name, OTHER_WEIGHT)
        loss = loss + weight * _measure_loss(values, part, taught, outcomes[:, column])
    taught = lessons.scores[batch, start:].softmax(1)
    return loss + CATEGORY_WEIGHT * _cross_entropy(scores[:, start:], taught)


def _measure_loss(
    values: torch.Tensor, scores: torch.Tensor, taught: torch.Tensor, outcomes: torch.Tensor
) -> torch.Tensor:
    """Return the distance from the teacher's readings of a measure, and the error where known."""
    expected = scores.softmax(1) @ values
    difference = functional.mse_loss(expected, taught @ values)
    loss = READING_WEIGHT * (_cross_entropy(scores, taught) + ERROR_WEIGHT * difference)
    known = ~outcomes.isnan()
    if known.any():
        loss = loss + ERROR_WEIGHT * functional.mse_loss(expected[known], outcomes[known])
    return loss


def _cross_entropy(scores: torch.Tensor, parts: torch.Tensor) -> torch.Tensor:
    return -(parts * scores.log_softmax(1)).sum(1).mean()
