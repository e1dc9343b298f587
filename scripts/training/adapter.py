"""Tune a low-rank adapter of MiniLM to the outcomes and the kinds of work of tasks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from engine.encoders.probe import LEVELS, SCALE
from engine.encoders.sentence_transformer import minilm_folder
from engine.encoders.work import write_adapter
from engine.records.rubric import WORK_ACTIVITY_GROUPS

RANK = 13
TARGETS = ("query", "value", "dense")
"""Layers to adapt. Keys are not adapted, because adapted queries have the same effect."""
BATCH = 32
RATE, HEAD_RATE = 2e-3, 3e-3
WARM_UP = 0.06
ERROR_WEIGHT = 10.0
"""Weight of the squared error of the expected outcomes."""
LEVEL_WEIGHT = CATEGORY_WEIGHT = ACTIVITY_WEIGHT = 0.3
"""Weights of the cross-entropies."""
SMOOTHING = 0.05
"""Label smoothing of the levels, because ratings are noisy."""


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Rated tasks to tune on; all arrays have one row per task.

    Attributes:
        tokens: token IDs of each task.
        outcomes: outcomes of the measures in ``LEVELS``, shape (n, 3), in [0, 1].
        categories: memberships in the nine work-activity groups, shape (n, 9), in [0, 1].
        activities: memberships in the intermediate work activities, shape (n, n_activities); a row
            sums to 1, or to 0 where none is known.
    """

    tokens: list[list[int]]
    outcomes: torch.Tensor
    categories: torch.Tensor
    activities: torch.Tensor

    def to(self, device: torch.device) -> Examples:
        """Return the examples with their arrays on a device."""
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
        rows: rows of the examples to tune on.
        output: folder to write.
        seed: seed of the batches and of torch.
        epochs: passes over the examples.
        device: device to compute on.
    """
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
    width = sum(map(len, LEVELS.values())) + len(WORK_ACTIVITY_GROUPS)
    probe = torch.nn.Linear(size, width).to(device)
    activity = torch.nn.Linear(size, examples.activities.shape[1]).to(device)
    adapted = [weights for weights in network.parameters() if weights.requires_grad]
    heads = [*probe.parameters(), *activity.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": adapted, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01
    )
    steps = max(1, int(epochs * len(rows) / BATCH))

    def rate(step: int) -> float:
        return min(1.0, step / (WARM_UP * steps + 1)) * max(0.02, 1 - step / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    fast = device.type != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    start = time.perf_counter()
    for step, batch in zip(range(steps), _batches(examples, rows, seed), strict=False):
        with torch.autocast(device.type, torch.bfloat16, enabled=fast):
            vectors = _embed(network, [examples.tokens[row] for row in batch], device)
        loss = _loss(examples, batch, probe(vectors * SCALE))
        known = examples.activities[batch].sum(1) > 0
        if known.any():
            scores = activity(vectors[known] * SCALE)
            parts = examples.activities[batch][known]
            loss = loss + ACTIVITY_WEIGHT * _cross_entropy(scores, parts)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            seconds = time.perf_counter() - start
            print(f"{output.name}: step {step} of {steps}, {seconds:.0f} s", flush=True)
    write_adapter(output, network.cpu(), probe.weight.cpu(), probe.bias.cpu())


def _loss(examples: Examples, batch: np.ndarray, scores: torch.Tensor) -> torch.Tensor:
    """Return the loss of the outcomes and of the category: squared error and cross-entropy."""
    loss, start = torch.zeros((), device=scores.device), 0
    for column, levels in enumerate(LEVELS.values()):
        part = scores[:, start : start + len(levels)]
        start += len(levels)
        values = torch.tensor(levels, device=scores.device)
        outcome = examples.outcomes[batch, column]
        nearest = (outcome[:, None] - values).abs().argmin(1)
        error = functional.mse_loss(part.softmax(1) @ values, outcome)
        entropy = functional.cross_entropy(part, nearest, label_smoothing=SMOOTHING)
        loss = loss + ERROR_WEIGHT / len(LEVELS) * error + LEVEL_WEIGHT * entropy
    memberships = examples.categories[batch]
    known = memberships.sum(1) > 0
    if known.any():
        parts = memberships[known] / memberships[known].sum(1, keepdim=True)
        loss = loss + CATEGORY_WEIGHT * _cross_entropy(scores[known, start:], parts)
    return loss


def _cross_entropy(scores: torch.Tensor, parts: torch.Tensor) -> torch.Tensor:
    return -(parts * scores.log_softmax(1)).sum(1).mean()


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


def _batches(examples: Examples, rows: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """Yield an endless stream of batches, each of tasks of similar length to limit padding."""
    generator = np.random.default_rng(seed)
    lengths = np.array([len(task) for task in examples.tokens])
    while True:
        order = generator.permutation(rows)
        for start in range(0, len(order), BATCH * 16):
            pool = order[start : start + BATCH * 16]
            pool = pool[np.argsort(lengths[pool], kind="stable")]
            batches = [pool[first : first + BATCH] for first in range(0, len(pool), BATCH)]
            yield from (batches[number] for number in generator.permutation(len(batches)))
