#!/usr/bin/env python
"""Distill the static encoder: token vectors and a small network that imitate the one for work.

    python scripts/distill_encoder.py [--data-dir DIR] [--teacher models/work]
        [--output models/static]

Each version of the encoder for work, the final one and one for each fold, teaches a version of its
own. On whole sentences, the tasks and work activities of O*NET, what can be recombined from the
tasks, and the texts by which work is told from what is no work, it imitates the teacher's vectors
and readings, and on rated tasks it is taught the outcomes too. The version for a fold meets no
sentence of the fold's occupations, nor one made from them. Run it again whenever the encoder for
work has been tuned again; vectors of the teacher come from the embedding cache, without which they
take some 25 minutes on two cores, half of it where OCCUPATION_RISK_BFLOAT16=1 is heeded.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from recombine import joined, parts
from safetensors import safe_open
from scipy.sparse import csr_array
from tokenizers import Tokenizer
from torch.nn import functional

from engine import Corpus, EngineError
from engine.corpus.sources import onet, published
from engine.encoders.cache import EmbeddingCache
from engine.encoders.probe import LEVELS, SCALE, Readout
from engine.encoders.sentence_transformer import minilm_folder
from engine.encoders.static import mark_first_words, write_static
from engine.encoders.token_pooling import Layers
from engine.encoders.tuned import FINAL, AdapterSet, fold_name
from engine.encoders.work import WorkEncoder
from engine.model import out_of_scope
from engine.utils import resources
from engine.utils.text import is_among, text_key

PARTS, JOINED = 48_000, 96_000
"""Sentences recombined from the tasks, as many from each fold."""

EXAMPLES_TIMES = 4
"""How often an epoch has the texts by which work is told from what is no work."""

PLAIN, TUNED = 48, 80
"""Dimensions that imitate the plain and the tuned half: their directions of most variance."""
MIX = (0.3, 0.7)
"""Parts of a similarity that content and outcome make up."""

TOKEN_DIMENSIONS = 64
HIDDEN = 256
"""Units of the network beside those that hand the mean of the token vectors on."""

EPOCHS = 5
BATCH = 256
RATE, HEAD_RATE, NETWORK_RATE = 1e-2, 5e-3, 1e-3
TOKEN_DROPOUT = 0.3
READING_WEIGHT = 2.0
"""Of cross-entropy with the teacher's levels, beside the distance from its vectors."""
CATEGORY_WEIGHT = 0.6
ERROR_WEIGHT = 3.0
"""Of the squared error of an expected outcome, beside the same weights."""
PENALTY = 1e-2
"""Of the ridge regression that token vectors begin with."""


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """What there is to teach; one row a sentence.

    Attributes:
        texts: the tasks of a corpus, what is recombined from them, and further sentences.
        keys: text key of each.
        folds: fold of the occupation that each is of, -1 for none, shape (n,).
        outcomes: of the measures in ``LEVELS``, shape (n, 3), NaN where not rated.
    """

    texts: list[str]
    keys: np.ndarray
    folds: np.ndarray
    outcomes: np.ndarray

    @classmethod
    def of(
        cls, corpus: Corpus, adapters: AdapterSet, further: Sequence[str], seed: int
    ) -> Sentences:
        """Of a corpus, and further sentences of no occupation."""
        tasks = corpus.tasks["task"].tolist()
        fold_of_task = adapters.folds_of(corpus.tasks["soc_code"].tolist())
        texts, folds = [*tasks, *further], [*fold_of_task, *(-1 for _ in further)]
        folds_of_key = defaultdict(set)
        for task, fold in zip(tasks, fold_of_task, strict=True):
            folds_of_key[text_key(task)].add(fold)
        generator = np.random.default_rng(seed)
        for fold in range(adapters.folds):
            alone = [task for task in tasks if folds_of_key[text_key(task)] == {fold}]
            some, more = PARTS // adapters.folds, JOINED // adapters.folds
            made = parts(alone, some, generator) + joined(alone, more, generator)
            texts += made
            folds += [fold] * len(made)
        outcomes = np.full((len(texts), len(LEVELS)), np.nan, dtype=np.float32)
        outcomes[: len(tasks)] = corpus.tasks[list(LEVELS)].to_numpy(dtype=np.float32)
        keys = np.array([text_key(text) for text in texts], dtype=object)
        return cls(texts=texts, keys=keys, folds=np.array(folds), outcomes=outcomes)


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """What one version is taught; one row a sentence.

    Attributes:
        tokens: ids of the words of each; then that of the first once more, as many numbers higher
            as there are ids.
        vectors: the teacher's, in the directions kept, of length 1, shape (n, PLAIN + TUNED).
        scores: the teacher's, before softmax, shape (n, n_scores).
        outcomes: of the measures in ``LEVELS``, shape (n, 3), NaN where not rated.
    """

    tokens: list[np.ndarray]
    vectors: torch.Tensor
    scores: torch.Tensor
    outcomes: torch.Tensor


def main() -> int:
    options = _options()
    begun = time.perf_counter()
    try:
        corpus, _ = published.read(options.data_dir)
        teacher = WorkEncoder(options.teacher)
        beside = out_of_scope.examples()
        further = [
            *onet.activity_titles(options.data_dir),
            *EXAMPLES_TIMES * [*beside.plain, *beside.strange],
        ]
        sentences = Sentences.of(corpus, teacher.adapters, further, options.seed)
        distill(sentences, teacher, options.output, options.seed)
    except EngineError as error:
        print(f"distill_encoder: {error}", file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in options.output.rglob("*") if path.is_file())
    minutes = (time.perf_counter() - begun) / 60
    print(f"distilled {options.output} in {minutes:.0f} minutes; it takes {size / 1e6:.1f} MB")
    return 0


def distill(sentences: Sentences, teacher: WorkEncoder, output: Path, seed: int) -> None:
    """Teach all versions and write them to ``output``."""
    keys = sentences.keys
    tokenizer = _tokenizer(sentences.texts)
    count = tokenizer.get_vocab_size()
    tokens = [
        np.array([*found.ids, *(count + first for first in found.ids[:1])], dtype=np.int64)
        for found in tokenizer.encode_batch(sentences.texts)
    ]
    adapters = teacher.adapters
    adapters.write(output)
    views = [(FINAL, teacher, np.zeros(len(keys), dtype=bool))]
    for fold in range(adapters.folds):
        held_out = sentences.folds == fold
        seen = held_out | is_among(keys, keys[held_out])
        views.append((fold_name(fold), teacher.without(fold), seen))
    for name, view, left_out in views:
        rows = np.flatnonzero(~left_out & np.array([len(ids) > 0 for ids in tokens]))
        student = _teach(_lessons(sentences, view, tokens, rows), tokenizer, seed)
        table = student.table.weight.detach().numpy()
        write_static(
            output / name,
            *mark_first_words(tokenizer, table[:count], table[count:]),
            student.layers(),
            student.readout(),
        )
        print(f"{name}: taught {len(rows):,} sentences", flush=True)


def _tokenizer(texts: Sequence[str]) -> Any:
    """MiniLM's tokenizer without the words that no text has; they fall into their pieces."""
    full = Tokenizer.from_file(str(minilm_folder() / "tokenizer.json"))
    full.no_padding()
    full.no_truncation()
    used = {token for found in full.encode_batch(list(texts)) for token in found.tokens}
    pieces = {token for token in full.get_vocab() if len(token.removeprefix("##")) == 1}
    state = json.loads(full.to_str())
    special = {token["content"] for token in state["added_tokens"]}
    kept = sorted(used | pieces | special, key=full.get_vocab().__getitem__)
    number = {token: row for row, token in enumerate(kept)}
    state["model"]["vocab"] = number
    state["post_processor"] = None  # the mean is over words alone
    state["added_tokens"] = []  # a text that has "[SEP]" in it means nothing by it
    return Tokenizer.from_str(json.dumps(state))


def _lessons(
    sentences: Sentences, view: WorkEncoder, tokens: list[np.ndarray], rows: np.ndarray
) -> Lessons:
    texts = [sentences.texts[row] for row in rows]
    cache = EmbeddingCache()
    halves = [cache.encode(encoder, texts) for encoder in (view.content, view)]
    scores = halves[1] @ view.readout.weight.T + view.readout.bias
    kept = [
        weight * half @ _directions(half, count)
        for weight, half, count in zip(np.sqrt(MIX), halves, (PLAIN, TUNED), strict=True)
    ]
    vectors = np.hstack(kept)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Lessons(
        tokens=[tokens[row] for row in rows],
        vectors=torch.tensor(vectors, dtype=torch.float32),
        scores=torch.tensor(scores, dtype=torch.float32),
        outcomes=torch.tensor(sentences.outcomes[rows]),
    )


def _directions(vectors: np.ndarray, count: int) -> np.ndarray:
    """The ``count`` directions that keep most of the vectors, shape (n_dimensions, count)."""
    _, basis = np.linalg.eigh(vectors.T @ vectors)
    return basis[:, ::-1][:, :count]


class Student(torch.nn.Module):
    """Mean of token vectors, at length 1, through two layers; heads on the tuned columns.

    The layers begin by turning the mean into the nearest to the teacher's vector that it can be
    turned into: of units in pairs, one hands a number on where it is above 0 and one below. The
    other units begin without a say.
    """

    def __init__(self, first: np.ndarray, n_scores: int) -> None:
        super().__init__()
        turn = torch.tensor(_directions(first, TOKEN_DIMENSIONS).copy(), dtype=torch.float32)
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
        self.heads = torch.nn.Linear(TUNED, n_scores)

    def forward(self, tokens: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
        """Unit vectors, and scores before softmax, of sentences of tokens."""
        offsets = np.cumsum([0, *map(len, tokens[:-1])])
        means = self.table(torch.tensor(np.concatenate(tokens)), torch.tensor(offsets))
        hidden = functional.relu(self.inner(functional.normalize(means, dim=1) * SCALE))
        vectors = functional.normalize(self.outer(hidden), dim=1)
        return vectors, self.heads(vectors[:, PLAIN:] * SCALE)

    def layers(self) -> Layers:
        """The network, for a mean at length 1."""
        inner, bias, outer = (
            part.detach().numpy()
            for part in (self.inner.weight * SCALE, self.inner.bias, self.outer.weight)
        )
        return Layers(inner, bias, outer)

    def readout(self) -> Readout:
        """The heads, for whole vectors."""
        weight = self.heads.weight.detach().numpy() * SCALE
        plain = np.zeros((len(weight), PLAIN), dtype=weight.dtype)
        return Readout(np.hstack([plain, weight]), self.heads.bias.detach().numpy())


def _teach(lessons: Lessons, tokenizer: Any, seed: int) -> Student:
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    student = Student(_first_vectors(lessons, tokenizer), lessons.scores.shape[1])
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
            vectors, scores = student(_leave_out([lessons.tokens[row] for row in batch], generator))
            loss = _loss(lessons, batch, vectors, scores)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return student


def _first_vectors(lessons: Lessons, tokenizer: Any) -> np.ndarray:
    """MiniLM's own word vectors, turned so that means of them come nearest to the teacher's.

    Then as many rows of zeros, for what a word adds by being the first.
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
    turned = words @ np.linalg.solve(square, means.T @ lessons.vectors.numpy())
    return np.vstack([turned, np.zeros_like(turned)])


def _leave_out(tokens: Sequence[np.ndarray], generator: np.random.Generator) -> list[np.ndarray]:
    """Sentences some of whose tokens are left out, never all."""
    kept = []
    for ids in tokens:
        stays = generator.random(len(ids)) >= TOKEN_DROPOUT
        kept.append(ids[stays] if stays.any() else ids)
    return kept


def _loss(
    lessons: Lessons, batch: np.ndarray, vectors: torch.Tensor, scores: torch.Tensor
) -> torch.Tensor:
    """Distance from the teacher's vectors and readings, and error of the rated outcomes."""
    loss = (1 - (vectors * lessons.vectors[batch]).sum(1)).mean()
    outcomes, start = lessons.outcomes[batch], 0
    rated = ~outcomes.isnan().any(1)
    for column, levels in enumerate(LEVELS.values()):
        part = scores[:, start : start + len(levels)]
        taught = lessons.scores[batch, start : start + len(levels)].softmax(1)
        start += len(levels)
        values = torch.tensor(levels)
        expected, reading = part.softmax(1) @ values, taught @ values
        loss = loss + READING_WEIGHT * _cross_entropy(part, taught)
        loss = loss + READING_WEIGHT * ERROR_WEIGHT * functional.mse_loss(expected, reading)
        if rated.any():
            error = functional.mse_loss(expected[rated], outcomes[rated, column])
            loss = loss + ERROR_WEIGHT * error
    taught = lessons.scores[batch, start:].softmax(1)
    return loss + CATEGORY_WEIGHT * _cross_entropy(scores[:, start:], taught)


def _cross_entropy(scores: torch.Tensor, parts: torch.Tensor) -> torch.Tensor:
    return -(parts * scores.log_softmax(1)).sum(1).mean()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=resources.data_dir())
    parser.add_argument("--teacher", type=Path, default=resources.shipped("models") / "work")
    parser.add_argument("--output", type=Path, default=resources.shipped("models") / "static")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
