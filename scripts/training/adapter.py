"""Tune a low-rank adapter of MiniLM to the outcomes and the kinds of work of tasks.

Each source of outcomes has its own linear head, so that sources are not mixed. Texts that say the
same in other words get vectors and predictions that are alike.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from engine.encoders.minilm_files import minilm_folder
from engine.encoders.probe import RATED, SCALE, LinearProbe, levels
from engine.encoders.work import write_adapter
from engine.records.measures import COMPLEXITY, PHYSICALITY, POTENTIAL, REGULATION
from engine.records.rubric import WORK_ACTIVITY_GROUPS

RANK = 13
TARGETS = ("query", "value", "dense")
"""Layers to adapt. Keys are not adapted, because adapted queries have the same effect."""
BATCH = 32
RATE, HEAD_RATE = 2e-3, 3e-3
WARM_UP = 0.06
ERROR_WEIGHT = 10 / 3
"""Weight of the squared error of an expected outcome."""
LEVEL_WEIGHT = CATEGORY_WEIGHT = ACTIVITY_WEIGHT = 0.3
"""Weights of the cross-entropies."""
SMOOTHING = 0.05
"""Label smoothing of the levels, because ratings are noisy."""
WEIGHTS = {
    **dict.fromkeys(RATED, 1.0),
    **dict.fromkeys((COMPLEXITY, PHYSICALITY, REGULATION), 0.8),
    POTENTIAL: 0.5,
}
OTHER_WEIGHT = 0.3
"""Weight of each measure in the loss; counts of use are noisier than ratings."""
PAIRS = 0.5
"""Rewritten texts in an epoch, per text that has rewrites."""
NEAR_WEIGHT, NEAR_TEMPERATURE = 0.3, 0.05
"""Of the contrastive loss that brings a rewrite near its original (InfoNCE, van den Oord 2018)."""
SAME_WEIGHT = 0.1
"""Of the cross-entropy of a rewrite's predictions with those of its original."""


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Texts to tune on; all arrays have one row per text.

    Attributes:
        tokens: token IDs of each text.
        measures: names of the outcomes.
        outcomes: shape (n, n_measures), in [0, 1], NaN where unknown.
        categories: memberships in the nine work-activity groups, shape (n, 9), in [0, 1].
        activities: memberships in the intermediate work activities, shape (n, n_activities); a row
            sums to 1, or to 0 where none is known.
        original: row of the text that a rewrite says in other words, shape (n,); -1 for others.
    """

    tokens: list[list[int]]
    measures: tuple[str, ...]
    outcomes: torch.Tensor
    categories: torch.Tensor
    activities: torch.Tensor
    original: np.ndarray

    def to(self, device: torch.device) -> Examples:
        """Return the examples with their tensors on a device."""
        return replace(
            self,
            outcomes=self.outcomes.to(device),
            categories=self.categories.to(device),
            activities=self.activities.to(device),
        )


def tune_adapter(
    examples: Examples,
    rows: np.ndarray,
    output: Path,
    *,
    seed: int,
    epochs: float,
    device: torch.device,
) -> None:
    """Tune an adapter on some of the examples, and write it to a folder.

    Args:
        examples: on ``device``.
        rows: rows of the examples to tune on; with a rewrite, its original.
        output: folder to write.
        seed: seed of the batches and of torch.
        epochs: passes over the examples.
        device: device to compute on.
    """
    from peft import LoraConfig, get_peft_model
    from sentence_transformers import SentenceTransformer

    torch.manual_seed(seed)
    transformer: Any = SentenceTransformer(str(minilm_folder()), device="cpu")[0]
    base = transformer.auto_model
    config = LoraConfig(
        r=RANK,
        lora_alpha=2 * RANK,
        lora_dropout=0.1,
        target_modules=list(TARGETS),
        exclude_modules=["pooler.dense"],
        bias="none",
    )
    network = get_peft_model(base, config).to(device)
    network.train()
    size = base.config.hidden_size
    width = sum(len(levels(name)) for name in examples.measures) + len(WORK_ACTIVITY_GROUPS)
    probe = torch.nn.Linear(size, width).to(device)
    activity = torch.nn.Linear(size, examples.activities.shape[1]).to(device)
    adapted = [weights for weights in network.parameters() if weights.requires_grad]
    heads = [*probe.parameters(), *activity.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": adapted, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01
    )
    batches = Batches(examples, rows, seed)
    steps = max(1, int(epochs * batches.per_epoch))

    def rate(step: int) -> float:
        return min(1.0, step / (WARM_UP * steps + 1)) * max(0.02, 1 - step / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    fast = device.type != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    start = time.perf_counter()
    for step, batch in zip(range(steps), batches, strict=False):
        rewrites = np.flatnonzero(examples.original[batch] >= 0)
        originals = examples.original[batch][rewrites]
        texts = np.concatenate([batch, originals])
        with torch.autocast(device.type, torch.bfloat16, enabled=fast):
            vectors = _embed(network, [examples.tokens[row] for row in texts], device)
        own = len(batch)
        scores = probe(vectors * SCALE)
        loss = _loss(examples, batch, scores[:own], activity(vectors[:own] * SCALE))
        if len(rewrites) > 1:
            loss = loss + len(rewrites) / own * (
                NEAR_WEIGHT * _distance(vectors[rewrites], vectors[own:])
                + SAME_WEIGHT * _difference(examples.measures, scores[rewrites], scores[own:])
            )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            seconds = time.perf_counter() - start
            print(f"{output.name}: step {step} of {steps}, {seconds:.0f} s", flush=True)
    weight, bias = (part.detach().cpu().numpy() for part in (probe.weight, probe.bias))
    write_adapter(output, network.cpu(), LinearProbe(examples.measures, weight * SCALE, bias))


def _loss(
    examples: Examples, batch: np.ndarray, scores: torch.Tensor, activities: torch.Tensor
) -> torch.Tensor:
    """Return the mean loss of a batch: squared errors and cross-entropies of what is known."""
    loss, start = torch.zeros((), device=scores.device), 0
    for column, name in enumerate(examples.measures):
        values = torch.tensor(levels(name), device=scores.device)
        part = scores[:, start : start + len(values)]
        start += len(values)
        outcome = examples.outcomes[batch, column]
        known = ~outcome.isnan()
        if not known.any():
            continue
        part, outcome = part[known], outcome[known]
        error = (part.softmax(1) @ values - outcome).square().sum()
        # A value between two levels is partly each of them.
        distance = (outcome[:, None] - values).abs() / (values[1] - values[0])
        shares = (1 - distance).clamp(min=0) * (1 - SMOOTHING) + SMOOTHING / len(values)
        entropy = _cross_entropy(part, shares)
        loss = loss + WEIGHTS.get(name, OTHER_WEIGHT) * (
            ERROR_WEIGHT * error + LEVEL_WEIGHT * entropy
        )
    parts = [
        (CATEGORY_WEIGHT, examples.categories[batch], scores[:, start:]),
        (ACTIVITY_WEIGHT, examples.activities[batch], activities),
    ]
    for weight, memberships, part in parts:
        known = memberships.sum(1) > 0
        shares = memberships[known] / memberships[known].sum(1, keepdim=True)
        loss = loss + weight * _cross_entropy(part[known], shares)
    return loss / len(batch)


def _cross_entropy(scores: torch.Tensor, parts: torch.Tensor) -> torch.Tensor:
    return -(parts * scores.log_softmax(1)).sum()


def _distance(rewrites: torch.Tensor, originals: torch.Tensor) -> torch.Tensor:
    """Return how hard it is to find the original of each rewrite among the others, and back."""
    similarity = rewrites @ originals.T / NEAR_TEMPERATURE
    pairs = torch.arange(len(rewrites), device=rewrites.device)
    return (
        functional.cross_entropy(similarity, pairs) + functional.cross_entropy(similarity.T, pairs)
    ) / 2


def _difference(
    measures: tuple[str, ...], rewrites: torch.Tensor, originals: torch.Tensor
) -> torch.Tensor:
    """Return the cross-entropy of the predictions for rewrites with those for their originals."""
    loss, start = torch.zeros((), device=rewrites.device), 0
    for name in measures:
        part = slice(start, start + len(levels(name)))
        start = part.stop
        taught = originals[:, part].detach().softmax(1)
        loss = loss + _cross_entropy(rewrites[:, part], taught) / len(rewrites)
    return loss


def _embed(network: torch.nn.Module, tokens: list[list[int]], device: torch.device) -> torch.Tensor:
    """Return unit vectors, shape (n, n_dimensions): the mean over tokens, as in MiniLM."""
    longest = max(map(len, tokens))
    ids = torch.zeros(len(tokens), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, task in enumerate(tokens):
        ids[row, : len(task)] = torch.tensor(task)
        mask[row, : len(task)] = 1
    ids, mask = ids.to(device), mask.to(device)
    hidden = network(input_ids=ids, attention_mask=mask).last_hidden_state.float()
    weight = mask[:, :, None].float()
    return functional.normalize((hidden * weight).sum(1) / weight.sum(1), dim=1)


class Batches:
    """An endless stream of batches, each of texts of similar length to limit padding.

    An epoch has every text with an outcome once, and a random rewrite of some of the others.

    Args:
        examples: the texts.
        rows: rows to tune on.
        seed: of the order and of the choice.
    """

    def __init__(self, examples: Examples, rows: np.ndarray, seed: int) -> None:
        self._original = examples.original
        rewrites = rows[self._original[rows] >= 0]
        self._rewrites = [
            rewrites[self._original[rewrites] == row] for row in np.unique(self._original[rewrites])
        ]
        self._rows = rows[~examples.outcomes[rows].isnan().all(1).cpu().numpy()]
        self._chosen = int(PAIRS * len(self._rewrites))
        self._lengths = np.array([len(task) for task in examples.tokens])
        self._generator = np.random.default_rng(seed)

    @property
    def per_epoch(self) -> float:
        """Number of batches in an epoch."""
        return (len(self._rows) + self._chosen) / BATCH

    def __iter__(self) -> Iterator[np.ndarray]:
        generator = self._generator
        while True:
            tasks = generator.permutation(len(self._rewrites))[: self._chosen]
            rewrites = [generator.choice(self._rewrites[task]) for task in tasks]
            order = generator.permutation(np.concatenate([self._rows, rewrites]).astype(int))
            for start in range(0, len(order), BATCH * 16):
                pool = order[start : start + BATCH * 16]
                pool = pool[np.argsort(self._length(pool), kind="stable")]
                batches = [pool[first : first + BATCH] for first in range(0, len(pool), BATCH)]
                yield from (batches[number] for number in generator.permutation(len(batches)))

    def _length(self, rows: np.ndarray) -> np.ndarray:
        """Return the length of the longer of each text and its original."""
        originals = self._original[rows]
        return np.maximum(
            self._lengths[rows],
            np.where(originals >= 0, self._lengths[np.maximum(originals, 0)], 0),
        )
