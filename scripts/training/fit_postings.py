#!/usr/bin/env python
"""Fit the reader of postings to the labeled documents of the starter reference.

    python scripts/training/fit_postings.py

This writes models/postings/reader.safetensors: weights, and the verbs of the starter reference.
``benchmark.py postings`` measures the method on documents that were left out of the fit.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.encoders.cache import EmbeddingCache
from engine.encoders.minilm import MiniLMEncoder
from engine.intake.segment_classifier import (
    FILE,
    VECTOR_SCALE,
    SegmentClassifier,
    second_input,
    shipped_folder,
)
from engine.intake.segment_features import HASHED
from engine.records.posting import KINDS
from engine.utils import checksums
from scripts.training.examples import read_postings
from scripts.training.posting_examples import (
    Document,
    documents,
    labeled_texts,
    synthetic_texts,
    work_verbs,
)

SYNTHETIC_WEIGHT = 0.2
"""Weight of a segment of a synthetic document in the first step."""

INNER_FOLDS = 5
"""Folds of documents whose first step the second step learns from, each left out of its fit."""

FIRST_RATE, FIRST_DECAY, FIRST_EPOCHS = 0.02, 0.1, 12
NETWORKS, HIDDEN, DROPOUT, RATE, DECAY, EPOCHS = 4, 64, 0.1, 0.003, 0.1, 12
BATCH = 128


def fit(originals: Sequence[Document], synthetic: Sequence[Document]) -> dict[str, np.ndarray]:
    """Return the weights of both steps by name, float32.

    Args:
        originals: documents as they are.
        synthetic: documents made from them and from tasks.
    """
    every = [*originals, *synthetic]
    weights = np.concatenate(
        [np.ones(len(d.segments)) for d in originals]
        + [np.full(len(d.segments), SYNTHETIC_WEIGHT) for d in synthetic]
    )
    arrays = _fit_first(every, weights)
    rows = np.repeat(np.arange(len(every)), [len(d.segments) for d in every])
    fold = np.array([d.group for d in every]) % INNER_FOLDS
    inputs: list[np.ndarray] = [np.empty(0)] * len(every)
    for number in range(INNER_FOLDS):
        seen = [d for d, own in zip(every, fold, strict=True) if own != number]
        inner = _fit_first(seen, weights[(fold != number)[rows]])
        look = SegmentClassifier(inner, frozenset(), "")
        for row in np.flatnonzero(fold == number):
            d = every[row]
            inputs[row] = second_input(d.segments, d.features, look.first_step(d.features))
    x, y = np.vstack(inputs), np.concatenate([d.kinds for d in every])
    for seed in range(NETWORKS):
        network = _fit_network(x, y, weights, seed)
        arrays |= {f"{name}_{seed}": array for name, array in network.items()}
    return {name: np.ascontiguousarray(value, np.float32) for name, value in arrays.items()}


def _fit_network(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray, seed: int
) -> dict[str, np.ndarray]:
    """Fit a network of the second step, with dropout of inputs and hidden units."""
    import torch

    torch.manual_seed(seed)
    inputs = torch.from_numpy(x.astype(np.float32))
    kinds = torch.from_numpy(y)
    of_row = torch.from_numpy(weights.astype(np.float32))
    hidden = torch.nn.Linear(x.shape[1], HIDDEN)
    output = torch.nn.Linear(HIDDEN, len(KINDS))
    network = torch.nn.Sequential(
        torch.nn.Dropout(DROPOUT), hidden, torch.nn.ReLU(), torch.nn.Dropout(DROPOUT), output
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS * -(-len(y) // BATCH))
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(y)).split(BATCH):
            losses = torch.nn.functional.cross_entropy(
                network(inputs[rows]), kinds[rows], reduction="none"
            )
            optimizer.zero_grad()
            (losses * of_row[rows]).mean().backward()
            optimizer.step()
            schedule.step()
    return {
        "hidden": hidden.weight.detach().numpy().T,
        "hidden_bias": hidden.bias.detach().numpy(),
        "output": output.weight.detach().numpy().T,
        "output_bias": output.bias.detach().numpy(),
    }


def _fit_first(every: Sequence[Document], weights: np.ndarray) -> dict[str, np.ndarray]:
    """Fit the logistic regression of the first step, with AdamW and a decaying rate."""
    import torch

    torch.manual_seed(0)
    words = [torch.from_numpy(columns) for d in every for columns in d.features.words]
    known = torch.from_numpy(
        np.hstack(
            [
                VECTOR_SCALE * np.vstack([d.features.vectors for d in every]),
                np.vstack([d.features.own for d in every]),
            ]
        ).astype(np.float32)
    )
    kinds = torch.from_numpy(np.concatenate([d.kinds for d in every]))
    of_row = torch.from_numpy(weights.astype(np.float32))
    linear = torch.nn.Linear(known.shape[1], len(KINDS))
    hashed = torch.nn.EmbeddingBag(HASHED, len(KINDS), mode="sum")
    for parameter in (linear.weight, linear.bias, hashed.weight):
        torch.nn.init.zeros_(parameter)
    parameters = [*linear.parameters(), *hashed.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=FIRST_RATE, weight_decay=FIRST_DECAY)
    steps = FIRST_EPOCHS * -(-len(words) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(FIRST_EPOCHS):
        for rows in torch.randperm(len(words)).split(BATCH):
            bags = [words[row] for row in rows.tolist()]
            sizes = torch.tensor([len(bag) for bag in bags])
            each = torch.repeat_interleave(sizes.float().rsqrt(), sizes)
            starts = torch.cumsum(sizes, 0) - sizes
            scores = linear(known[rows]) + hashed(torch.cat(bags), starts, per_sample_weights=each)
            losses = torch.nn.functional.cross_entropy(scores, kinds[rows], reduction="none")
            optimizer.zero_grad()
            (losses * of_row[rows]).mean().backward()
            optimizer.step()
            schedule.step()
    size = every[0].features.vectors.shape[1]
    of_known = linear.weight.detach().numpy().T
    return {
        "vectors": of_known[:size],
        "layout": of_known[size:],
        "words": hashed.weight.detach().numpy(),
        "bias": linear.bias.detach().numpy(),
    }


def write(folder: Path, arrays: dict[str, np.ndarray], encoder_fingerprint: str) -> None:
    """Write the weights in half precision, and their checksum."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    half = {name: np.ascontiguousarray(value, np.float16) for name, value in arrays.items()}
    facts = {
        "kinds": json.dumps(list(KINDS)),
        "verbs": " ".join(work_verbs()),
        "encoder": encoder_fingerprint,
    }
    save_file(half, str(folder / FILE), metadata=facts)
    (folder / FILE).chmod(0o644)
    checksums.write(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--output",
        type=Path,
        default=shipped_folder(),
        help="folder to write (default: %(default)s)",
    )
    options = parser.parse_args()
    encoder, cache = MiniLMEncoder(), EmbeddingCache()
    texts = labeled_texts(read_postings())
    originals = documents(texts, encoder, cache)
    synthetic = documents(synthetic_texts(texts), encoder, cache)
    write(options.output, fit(originals, synthetic), encoder.fingerprint)
    print(
        f"wrote {options.output / FILE}, fitted to {len(originals)} documents and "
        f"{len(synthetic)} synthetic ones"
    )


if __name__ == "__main__":
    main()
