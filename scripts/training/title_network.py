"""Tune the title encoder: a bag of words, n-grams and pairs, and a small network on it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from engine.intake.title_features import (
    NGRAM_ROWS,
    PAIR_ROWS,
    compound_parts,
    ngrams,
    pairs,
)

DIMENSIONS = 160
HIDDEN = 768
OUTPUT = 256
WORD_DROPOUT = 0.25
PAIR_DROPOUT = 0.3
RATE = 2e-3

_ONE = np.ones(1, dtype=np.float32)
_NONE = np.zeros(0, dtype=np.int64)
_MAX_WORDS = 200_000


@dataclass(frozen=True)
class Bag:
    """Features of a batch of titles, for ``EmbeddingBag``."""

    rows: torch.Tensor
    weights: torch.Tensor
    offsets: torch.Tensor


class TitleNetwork(nn.Module):
    """The encoder and the proxies of all concepts.

    Args:
        prior: vectors of the words by other encoders, shape (n_words, n_prior).
        n_soc, n_esco, n_isco: numbers of concepts.
        n_senses: dimensions of the vectors of titles by multilingual USE.
    """

    def __init__(
        self, prior: np.ndarray, n_soc: int, n_esco: int, n_isco: int, n_senses: int
    ) -> None:
        super().__init__()
        self.words = len(prior)
        rows = self.words + NGRAM_ROWS + PAIR_ROWS
        self.table = nn.EmbeddingBag(rows, DIMENSIONS, mode="sum")
        nn.init.normal_(self.table.weight, std=0.02)
        self.prior = nn.EmbeddingBag.from_pretrained(torch.tensor(prior), mode="sum", freeze=True)
        self.from_prior = nn.Linear(prior.shape[1], DIMENSIONS, bias=False)
        self.department = nn.Linear(DIMENSIONS, DIMENSIONS, bias=False)
        self.inner = nn.Linear(DIMENSIONS, HIDDEN)
        self.outer = nn.Linear(HIDDEN, OUTPUT, bias=False)
        self.direct = nn.Linear(DIMENSIONS, OUTPUT, bias=False)
        self.sense = nn.Linear(OUTPUT, n_senses)
        self.soc = nn.Parameter(torch.randn(n_soc, OUTPUT) * 0.05)
        self.esco = nn.Parameter(torch.randn(n_esco, OUTPUT) * 0.05)
        self.isco = nn.Parameter(torch.randn(n_isco, OUTPUT) * 0.05)
        self.soc_bias = nn.Parameter(torch.zeros(n_soc))
        self.scale = nn.Parameter(torch.tensor([16.0, 16.0, 12.0]))

    def bag(self, bag: Bag) -> torch.Tensor:
        total = self.table(bag.rows, bag.offsets, per_sample_weights=bag.weights)
        known = bag.rows < self.words
        prior = self.prior(
            torch.where(known, bag.rows, 0),
            bag.offsets,
            per_sample_weights=torch.where(known, bag.weights, 0.0),
        )
        return total + self.from_prior(prior)

    def forward(self, titles: Bag, departments: Bag) -> torch.Tensor:
        return self.project(self.bag(titles) + self.department(self.bag(departments)))

    def project(self, bags: torch.Tensor) -> torch.Tensor:
        bags = functional.normalize(bags, dim=1) * DIMENSIONS**0.5 / 4
        hidden = functional.dropout(torch.relu(self.inner(bags)), 0.2, self.training)
        return functional.normalize(self.outer(hidden) + self.direct(bags), dim=1)

    def sense_cosines(self, vectors: torch.Tensor, senses: np.ndarray) -> torch.Tensor:
        """Return how near the estimated senses are to the senses of a batch."""
        return functional.cosine_similarity(self.sense(vectors), torch.from_numpy(senses))

    def soc_scores(self, vectors: torch.Tensor) -> torch.Tensor:
        return self.scale[0] * vectors @ functional.normalize(self.soc, dim=1).T + self.soc_bias

    def esco_scores(self, vectors: torch.Tensor) -> torch.Tensor:
        return self.scale[1] * vectors @ functional.normalize(self.esco, dim=1).T

    def isco_scores(self, vectors: torch.Tensor) -> torch.Tensor:
        return self.scale[2] * vectors @ functional.normalize(self.isco, dim=1).T


class Featurizer:
    """Turn words into features; at random without some of the words and pairs while tuning.

    Args:
        words: the words that have vectors.
        parts: those of them that may be parts of compounds.
        seed: of what is left out.
    """

    def __init__(self, words: Sequence[str], parts: Set[str], seed: int = 0) -> None:
        self.row = {word: row for row, word in enumerate(words)}
        self._parts = parts
        self._parts_of: dict[str, tuple[str, ...]] = {}
        self._row_arrays = {word: np.array([row]) for word, row in self.row.items()}
        self._first_pair = len(self.row) + NGRAM_ROWS
        self._ngrams: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self.random = np.random.default_rng(seed)

    def __call__(self, titles: Sequence[Sequence[str]], *, dropout: bool) -> Bag:
        rows: list[np.ndarray] = []
        weights: list[np.ndarray] = []
        counts = np.zeros(len(titles), dtype=np.int64)
        chance = self.random.random
        for place, words in enumerate(titles):
            first = len(rows)
            for word in words:
                ngram_rows, ngram_weights = self._ngrams_of(word)
                rows.append(ngram_rows)
                weights.append(ngram_weights)
                for known in (word, *self.parts_of(word)):
                    row = self._row_arrays.get(known)
                    if row is not None and not (dropout and chance() < WORD_DROPOUT):
                        rows.append(row)
                        weights.append(_ONE)
            if len(words) > 1 and not (dropout and chance() < PAIR_DROPOUT):
                found = np.array(pairs(words), dtype=np.int64) + self._first_pair
                rows.append(found)
                weights.append(np.full(len(found), len(found) ** -0.5, dtype=np.float32))
            counts[place] = sum(map(len, rows[first:]))
        offsets = np.concatenate([[0], np.cumsum(counts)[:-1]])
        return Bag(
            torch.from_numpy(np.concatenate([_NONE, *rows])),
            torch.from_numpy(np.concatenate([_NONE.astype(np.float32), *weights])),
            torch.from_numpy(offsets.astype(np.int64)),
        )

    def _ngrams_of(self, word: str) -> tuple[np.ndarray, np.ndarray]:
        found = self._ngrams.get(word)
        if found is None:
            rows = np.array(ngrams(word), dtype=np.int64) + len(self.row)
            found = rows, np.full(len(rows), len(rows) ** -0.5, dtype=np.float32)
            if len(self._ngrams) < _MAX_WORDS:
                self._ngrams[word] = found
        return found

    def parts_of(self, word: str) -> tuple[str, ...]:
        """Return the parts of a compound; () for other words."""
        found = self._parts_of.get(word)
        if found is None:
            found = self._parts_of[word] = compound_parts(word, self._parts.__contains__)
        return found


def soft_cross_entropy(scores: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy over the rows whose shares are known."""
    known = shares.sum(1) > 0
    if not known.any():
        return scores.sum() * 0
    found = -(shares[known] * scores[known].log_softmax(1)).sum(1)
    return found.sum() / len(scores)


def embed(
    network: TitleNetwork,
    featurizer: Featurizer,
    titles: Sequence[Sequence[str]],
    departments: Sequence[Sequence[str]] | None = None,
) -> np.ndarray:
    """Return unit vectors, shape (n_titles, OUTPUT)."""
    network.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(titles), 2048):
            part = titles[start : start + 2048]
            other = departments[start : start + 2048] if departments else [()] * len(part)
            found.append(
                network(featurizer(part, dropout=False), featurizer(other, dropout=False)).numpy()
            )
    return np.vstack(found)
