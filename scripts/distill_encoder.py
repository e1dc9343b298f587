#!/usr/bin/env python
"""Distill the static encoder: token vectors that imitate the encoder for work.

    python scripts/distill_encoder.py [--data-dir DIR] [--teacher models/work]
        [--output models/static]

Each version of the encoder for work, the final one and one for each fold, teaches a version of its
own. On whole sentences, the tasks and work activities of O*NET, it imitates the teacher's vectors
and readings, and on rated tasks it is taught the outcomes too. The version for a fold meets no
sentence of the fold's occupations. Run it again whenever the encoder for work has been tuned again;
vectors of the teacher come from the embedding cache.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from scipy.sparse import csr_array
from tokenizers import Tokenizer
from torch.nn import functional

from engine import Corpus, EngineError, places
from engine.encoder import EmbeddingCache, minilm_folder
from engine.readout import LEVELS, SCALE
from engine.sources import onet, published
from engine.static_encoder import write_static
from engine.text import text_key
from engine.tuned_encoder import FINAL, fold_name
from engine.work_encoder import WorkEncoder

PLAIN, TUNED = 48, 80
MIX = (0.3, 0.7)
"""Parts of a similarity that content and outcome make up."""
"""Dimensions that imitate the plain and the tuned half: their directions of most variance."""

EPOCHS = 10
BATCH = 256
RATE, HEAD_RATE = 1e-2, 5e-3
TOKEN_DROPOUT = 0.3
READING_WEIGHT = 2.0
"""Of cross-entropy with the teacher's levels, beside the distance from its vectors."""
CATEGORY_WEIGHT = 0.6
ERROR_WEIGHT = 3.0
"""Of the squared error of an expected outcome, beside the same weights."""
PENALTY = 1e-2
"""Of the ridge regression that token vectors begin with."""


@dataclass(frozen=True)
class Sentences:
    """What there is to teach; one row a sentence.

    Attributes:
        texts: the tasks of a corpus, then further ones that belong to no occupation.
        keys: text key of each.
        soc_codes: occupation of each task; shorter than ``texts``.
        outcomes: of the measures in ``LEVELS``, shape (n, 3), NaN where not rated.
    """

    texts: list[str]
    keys: np.ndarray
    soc_codes: list[str]
    outcomes: np.ndarray

    @classmethod
    def of(cls, corpus: Corpus, further: Sequence[str]) -> Sentences:
        """Of a corpus, and further sentences without an outcome."""
        texts = [*corpus.tasks["task"], *further]
        outcomes = np.full((len(texts), len(LEVELS)), np.nan, dtype=np.float32)
        outcomes[: len(corpus.tasks)] = corpus.tasks[list(LEVELS)].to_numpy(dtype=np.float32)
        keys = np.array([text_key(text) for text in texts], dtype=object)
        return cls(texts, keys, corpus.tasks["soc_code"].tolist(), outcomes)


@dataclass(frozen=True)
class Lessons:
    """What one version is taught; one row a sentence.

    Attributes:
        tokens: token ids of each.
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
        sentences = Sentences.of(corpus, onet.activity_titles(options.data_dir))
        distill(sentences, WorkEncoder(options.teacher), options.output, options.seed)
    except EngineError as error:
        print(f"distill_encoder: {error}", file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in options.output.rglob("*") if path.is_file())
    minutes = (time.perf_counter() - begun) / 60
    print(f"distilled {options.output} in {minutes:.0f} minutes; it takes {size / 1e6:.1f} MB")
    return 0


def distill(sentences: Sentences, teacher: WorkEncoder, output: Path, seed: int) -> None:
    """Teach all versions and write them to ``output``."""
    texts, keys = sentences.texts, sentences.keys
    tokenizer = _tokenizer(texts[: len(sentences.soc_codes)])
    tokens = [np.array(found.ids) for found in tokenizer.encode_batch(texts)]
    adapters = teacher.adapters
    adapters.write(output)
    folds = np.full(len(texts), -1)  # of no fold, unless it belongs to an occupation
    folds[: len(sentences.soc_codes)] = adapters.folds_of(sentences.soc_codes)
    views = [(FINAL, teacher, np.zeros(len(texts), dtype=bool))]
    for fold in range(adapters.folds):
        held_out = folds == fold
        seen = held_out | np.isin(keys, keys[held_out])
        views.append((fold_name(fold), teacher.without(fold), seen))
    for name, view, left_out in views:
        rows = np.flatnonzero(~left_out & np.array([len(ids) > 0 for ids in tokens]))
        vectors, weight, bias = _teach(_lessons(sentences, view, tokens, rows), tokenizer, seed)
        write_static(output / name, tokenizer, vectors, weight, bias)
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
    for token in state["added_tokens"]:
        token["id"] = number[token["content"]]
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
        [tokens[row] for row in rows],
        torch.tensor(vectors, dtype=torch.float32),
        torch.tensor(scores, dtype=torch.float32),
        torch.tensor(sentences.outcomes[rows]),
    )


def _directions(vectors: np.ndarray, count: int) -> np.ndarray:
    """The ``count`` directions that keep most of the vectors, shape (n_dimensions, count)."""
    _, basis = np.linalg.eigh(vectors.T @ vectors)
    return basis[:, ::-1][:, :count]


def _teach(
    lessons: Lessons, tokenizer: Any, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Token vectors, and weight and bias of the heads on sentence vectors."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    table = torch.nn.EmbeddingBag.from_pretrained(
        torch.tensor(_first_vectors(lessons, tokenizer), dtype=torch.float32), freeze=False
    )
    head = torch.nn.Linear(TUNED, lessons.scores.shape[1])
    optimizer = torch.optim.Adam(
        [{"params": table.parameters(), "lr": RATE}, {"params": head.parameters(), "lr": HEAD_RATE}]
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
            vectors = _embed(table, [lessons.tokens[row] for row in batch], generator)
            loss = _loss(lessons, batch, vectors, head(vectors[:, PLAIN:] * SCALE))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    weight = head.weight.detach().numpy() * SCALE
    plain = np.zeros((len(weight), PLAIN), dtype=weight.dtype)
    return (table.weight.detach().numpy(), np.hstack([plain, weight]), head.bias.detach().numpy())


def _first_vectors(lessons: Lessons, tokenizer: Any) -> np.ndarray:
    """MiniLM's own word vectors, turned so that means of them come nearest to the teacher's."""
    path = minilm_folder() / "model.safetensors"
    with safe_open(str(path), framework="numpy") as stream:
        (name,) = (key for key in stream.keys() if "word_embeddings" in key)  # noqa: SIM118
        words = stream.get_tensor(name)
    ids = Tokenizer.from_file(str(path.with_name("tokenizer.json"))).get_vocab()
    vocabulary = tokenizer.get_vocab()
    words = words[[ids[token] for token in sorted(vocabulary, key=vocabulary.__getitem__)]]
    lengths = np.array([len(tokens) for tokens in lessons.tokens])
    mixing = csr_array(
        (
            np.repeat(1 / lengths, lengths),
            (np.repeat(np.arange(len(lengths)), lengths), np.concatenate(lessons.tokens)),
        ),
        shape=(len(lengths), len(words)),
    )
    means = mixing @ words
    square = means.T @ means + PENALTY * np.eye(words.shape[1])
    return words @ np.linalg.solve(square, means.T @ lessons.vectors.numpy())


def _embed(
    table: torch.nn.EmbeddingBag, tokens: list[np.ndarray], generator: np.random.Generator
) -> torch.Tensor:
    """Unit vectors of sentences some of whose tokens are left out, never all."""
    kept = []
    for ids in tokens:
        stays = generator.random(len(ids)) >= TOKEN_DROPOUT
        kept.append(ids[stays] if stays.any() else ids)
    offsets = np.cumsum([0, *map(len, kept[:-1])])
    bags = table(torch.tensor(np.concatenate(kept)), torch.tensor(offsets))
    return functional.normalize(bags, dim=1)


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
    parser.add_argument("--data-dir", type=Path, default=places.data_dir())
    parser.add_argument("--teacher", type=Path, default=places.shipped("models") / "work")
    parser.add_argument("--output", type=Path, default=places.shipped("models") / "static")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
