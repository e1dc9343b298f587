"""Train the student that reads other languages.

The student gives a sentence and its translations the vectors that the teachers give the English
sentence. It learns three things of each teacher's vector: its direction, which English sentence of
a batch it belongs to, and what the linear probe of the tuned teacher predicts from it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from engine.encoders.convolution import EPSILON, MATRICES, ORDERS, VECTORS, WIDTH
from engine.encoders.probe import LinearProbe, levels

EPOCHS = 3
BATCH = 128
RATE, PIECE_RATE = 5e-4, 2e-3
WARM_UP = 50
"""Steps until the rate is full."""

PIECE_DROPOUT = 0.1
PROBE_WEIGHT, GROUP_WEIGHT, CONTRAST_WEIGHT = 0.3, 0.3, 0.1
TEMPERATURE = 20.0
"""Factor on cosines in the contrast with the other sentences of a batch."""

PENALTY = 3.0
"""Penalty of the ridge regression that gives the first projections."""


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """What a student learns; one row per sentence.

    Attributes:
        tokens: piece IDs of each sentence.
        vectors: name of a teacher -> its unit vector of the English sentence, shape
            (n_sentences, n_dimensions), float32.
        probe: of the first teacher.
    """

    tokens: Sequence[np.ndarray]
    vectors: Mapping[str, np.ndarray]
    probe: LinearProbe


class Network(torch.nn.Module):
    """``engine.encoders.convolution.ConvolutionNetwork``, to train.

    Args:
        weights: by the names of that module.
    """

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        super().__init__()
        self.weights = torch.nn.ParameterDict(
            {name: torch.nn.Parameter(torch.tensor(weights[name])) for name in MATRICES + VECTORS}
        )

    def forward(self, tokens: Sequence[np.ndarray]) -> torch.Tensor:
        """Return unit vectors; while training, some pieces are dropped."""
        w = self.weights
        lengths = torch.tensor([len(ids) for ids in tokens])
        count, starts = int(lengths.sum()), torch.cumsum(lengths, 0) - lengths
        text = torch.repeat_interleave(torch.arange(len(tokens)), lengths)
        pieces = functional.embedding(torch.tensor(np.concatenate(tokens)), w["pieces"])
        if self.training:
            pieces = pieces * (torch.rand(count, 1) > PIECE_DROPOUT)
        projected = functional.layer_norm(
            pieces @ w["project"] + w["project_bias"],
            w["project_gain"].shape,
            w["project_gain"],
            w["project_shift"],
            EPSILON,
        )
        position, first = torch.arange(count), starts[text]
        last = first + lengths[text]
        features = [pieces]
        for number, (width, before) in enumerate(ORDERS):
            around = position[:, None] + torch.arange(-before, width - before)
            outside = (around < first[:, None]) | (around >= last[:, None])
            window = around.masked_fill(outside, count)
            own = projected[:, number * WIDTH : (number + 1) * WIDTH]
            for name in (f"first{width}", f"second{width}"):
                padded = torch.cat([own, own.new_zeros(1, WIDTH)])
                convolved = padded[window].reshape(count, -1) @ w[name] + w[f"{name}_bias"]
                own = own + functional.relu(convolved)
            features.append(own)
        gain, shift = w["gain"], w["shift"]
        normal = functional.layer_norm(torch.cat(features, 1), gain.shape, gain, shift, EPSILON)
        total = torch.zeros(len(tokens), normal.shape[1]).index_add(0, text, normal) @ w["pool"]
        length = lengths[:, None].float()
        mean = (total + length * w["pool_bias"]) / length.sqrt()
        hidden = functional.relu(mean @ w["dense_0"])
        second = functional.relu(mean @ w["skip_1"] + hidden @ w["dense_1"])
        third = functional.relu(second @ w["dense_2"])
        embedded = torch.tanh(second @ w["skip_3"] + third @ w["dense_3"])
        return functional.normalize(embedded, dim=1)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the weights by name."""
        return {name: array.detach().numpy() for name, array in self.weights.items()}


@dataclass(frozen=True)
class Taught:
    """A trained student.

    Attributes:
        weights: of its network, by name.
        projections: name of a teacher -> matrix and bias of the map into its space.
    """

    weights: Mapping[str, np.ndarray]
    projections: Mapping[str, tuple[np.ndarray, np.ndarray]]


def teach(
    lessons: Lessons, weights: Mapping[str, np.ndarray], *, epochs: float = EPOCHS, seed: int = 0
) -> Taught:
    """Return a student trained on the lessons.

    Args:
        lessons: what to learn.
        weights: to start from.
        epochs: times that it sees each sentence.
        seed: seed of torch and of the batches.
    """
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    network = Network(weights)
    projections = _first_projections(network, lessons)
    linear = [one.parameters() for one in projections.values()]
    others = [one for name, one in network.weights.items() if name != "pieces"]
    optimizer = torch.optim.Adam(
        [
            {"params": [network.weights["pieces"]], "lr": PIECE_RATE},
            {"params": [*others, *(part for one in linear for part in one)], "lr": RATE},
        ],
        betas=(0.9, 0.98),
    )
    count = len(lessons.tokens)
    steps = max(1, int(epochs * count / BATCH))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
    )
    network.train()
    order, losses, started = generator.permutation(count), [], time.perf_counter()
    for step in range(steps):
        at = step * BATCH % (count - count % BATCH)
        if at == 0 and step:
            order = generator.permutation(count)
        batch = order[at : at + BATCH]
        own = network([lessons.tokens[row] for row in batch])
        loss = torch.zeros(())
        for name, projection in projections.items():
            taught = torch.tensor(lessons.vectors[name][batch])
            loss = loss + _loss(functional.normalize(projection(own), dim=1), taught)
        first = next(iter(lessons.vectors))
        learned = functional.normalize(projections[first](own), dim=1)
        loss = loss + _probe_loss(
            lessons.probe, learned, torch.tensor(lessons.vectors[first][batch])
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if len(losses) == 100:
            minutes = (time.perf_counter() - started) / 60
            print(f"step {step + 1} of {steps}: {np.mean(losses):.3f}, {minutes:.1f} minutes",
                  flush=True)  # fmt: skip
            losses.clear()
    return Taught(network.arrays(), {name: _arrays(one) for name, one in projections.items()})


def project(
    own: np.ndarray, taught: np.ndarray, penalty: float = PENALTY
) -> tuple[np.ndarray, np.ndarray]:
    """Return the matrix and the bias of a ridge regression.

    Args:
        own: shape (n, n_inputs).
        taught: shape (n, n_outputs).
        penalty: on the squared matrix.
    """
    center, target = own.mean(axis=0), taught.mean(axis=0)
    centered = own - center
    square = centered.T @ centered + penalty * np.eye(own.shape[1], dtype=own.dtype)
    matrix = np.linalg.solve(square, centered.T @ (taught - target))
    return matrix.astype(np.float32), (target - center @ matrix).astype(np.float32)


def _first_projections(network: Network, lessons: Lessons) -> dict[str, torch.nn.Linear]:
    network.eval()
    with torch.inference_mode():
        starts = range(0, len(lessons.tokens), BATCH)
        own = np.vstack([network(lessons.tokens[at : at + BATCH]).numpy() for at in starts])
    found = {}
    for name, vectors in lessons.vectors.items():
        matrix, bias = project(own, vectors)
        found[name] = torch.nn.Linear(*matrix.shape)
        with torch.no_grad():
            found[name].weight[:] = torch.tensor(matrix.T)
            found[name].bias[:] = torch.tensor(bias)
    return found


def _loss(learned: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """Return the distance of directions, and the contrast with the other sentences of a batch."""
    contrast = functional.cross_entropy(TEMPERATURE * learned @ taught.T, torch.arange(len(taught)))
    return (1 - (learned * taught).sum(1)).mean() + CONTRAST_WEIGHT * contrast


def _probe_loss(probe: LinearProbe, learned: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy of what the probe predicts, averaged over the measures."""
    weight = torch.tensor(probe.weight, dtype=torch.float32)
    bias = torch.tensor(probe.bias, dtype=torch.float32)
    found, expected = learned @ weight.T + bias, taught @ weight.T + bias
    loss, start = torch.zeros(()), 0
    for name in probe.measures:
        end = start + len(levels(name))
        loss = loss + _cross_entropy(found[:, start:end], expected[:, start:end])
        start = end
    groups = _cross_entropy(found[:, start:], expected[:, start:])
    return PROBE_WEIGHT * (loss / len(probe.measures) + GROUP_WEIGHT * groups)


def _cross_entropy(found: torch.Tensor, expected: torch.Tensor) -> torch.Tensor:
    return -(expected.softmax(1) * found.log_softmax(1)).sum(1).mean()


def _arrays(projection: torch.nn.Linear) -> tuple[np.ndarray, np.ndarray]:
    weight, bias = (part.detach().numpy() for part in projection.parameters())
    return np.ascontiguousarray(weight.T), bias
