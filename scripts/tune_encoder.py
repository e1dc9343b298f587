#!/usr/bin/env python
"""Tune the encoder for work: low-rank adapters of MiniLM on the published outcomes.

    python scripts/tune_encoder.py [--data-dir DIR] [--output models/work] [--device cuda]

One adapter is tuned on all rated occupations and one on the occupations outside each fold, so that
whatever is fitted after the encoder can meet every task as that encoder would meet a new one. Each
is tuned for several things at once: the level of each outcome, the work-activity group, and the
intermediate work activity (which only shapes the space and is not kept). Same seed, same adapters
on the same machine and device; an accelerator needs two minutes, two cores with bfloat16 a quarter
of an hour, without it some 20 minutes a version.

Three folds ship. Each of more, by ``--folds N``, is tuned on more of the occupations, nearer to
what the final adapter has seen: ``benchmark.py accuracy --adapters`` tells what that is worth.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from engine import Corpus, EngineError
from engine.corpus.memberships import category_memberships
from engine.corpus.sources import onet, published
from engine.encoders.probe import LEVELS, SCALE
from engine.encoders.sentence_transformer import minilm_folder
from engine.encoders.tuned import FINAL, AdapterSet, fold_name
from engine.encoders.work import write_adapter
from engine.model.folds import cross_folds
from engine.records.rubric import WORK_ACTIVITY_GROUPS
from engine.utils import resources

FOLDS = 3
RANK = 13
TARGETS = ("query", "value", "dense")
"""Layers that are adapted. Keys are not: what they could say of a token, queries can ask."""
EPOCHS = 3
BATCH = 32
RATE, HEAD_RATE = 2e-3, 3e-3
WARM_UP = 0.06
ERROR_WEIGHT = 10.0
"""Of the squared error of the expected outcome, beside cross-entropy over its levels."""
LEVEL_WEIGHT = CATEGORY_WEIGHT = ACTIVITY_WEIGHT = 0.3
SMOOTHING = 0.05
"""Of the levels, against noise of raters."""
MAX_TOKENS = 64
CPU = torch.device("cpu")


@dataclass(frozen=True, kw_only=True)
class Examples:
    """What adapters are tuned on; all arrays have one row a rated task.

    Attributes:
        tokens: token ids of each task.
        outcomes: of the measures in ``LEVELS``, shape (n, 3), in [0, 1].
        categories: parts in the nine work-activity groups, shape (n, 9).
        activities: parts in the intermediate work activities, shape (n, n_activities).
    """

    tokens: list[list[int]]
    outcomes: torch.Tensor
    categories: torch.Tensor
    activities: torch.Tensor

    def to(self, device: torch.device) -> Examples:
        """The same with its arrays on a device."""
        arrays = self.outcomes, self.categories, self.activities
        return Examples(self.tokens, *(array.to(device) for array in arrays))


def main() -> int:
    options = _options()
    begun = time.perf_counter()
    try:
        corpus, _ = published.read(options.data_dir)
        activities = onet.intermediate_activities(options.data_dir)
        tune(
            corpus,
            activities,
            options.output,
            options.seed,
            options.epochs,
            options.device,
            options.folds,
        )
    except EngineError as error:
        print(f"tune_encoder: {error}", file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in options.output.rglob("*") if path.is_file())
    minutes = (time.perf_counter() - begun) / 60
    print(f"tuned {options.output} in {minutes:.0f} minutes; it takes {size / 1e6:.1f} MB")
    return 0


def tune(
    corpus: Corpus,
    activities: dict[str, list[str]],
    output: Path,
    seed: int,
    epochs: float,
    device: torch.device = CPU,
    n_folds: int = FOLDS,
) -> None:
    """Tune all adapters on the rated tasks of ``corpus`` and write them to ``output``."""
    names = list(LEVELS)
    rated = np.flatnonzero(corpus.tasks[names].notna().all(axis=1).to_numpy())
    groups = corpus.tasks["soc_code"].to_numpy()[rated]
    keys = corpus.text_keys[rated]
    base = SentenceTransformer(str(minilm_folder()), device="cpu")
    examples = _examples(corpus, rated, activities, base.tokenizer).to(device)
    splits = list(cross_folds(groups, keys, seed, n_folds))
    folds = {
        str(code): number
        for number, (_, held_out) in enumerate(splits)
        for code in np.unique(groups[held_out])
    }
    AdapterSet(folds=n_folds, fold_of=folds, corpus=corpus.fingerprint, seed=seed).write(output)
    everything = np.arange(len(rated))
    for name, rows in [
        (FINAL, everything),
        *((fold_name(number), train) for number, (train, _) in enumerate(splits)),
    ]:
        _tune_one(examples, rows, output / name, seed, epochs, device)


def _examples(
    corpus: Corpus, rated: np.ndarray, activities: dict[str, list[str]], tokenizer: object
) -> Examples:
    tasks = corpus.tasks.iloc[rated]
    texts = tasks["task"].tolist()
    known = [activities.get(task, []) for task in tasks["task_id"]]
    column = {name: number for number, name in enumerate(sorted({a for k in known for a in k}))}
    parts = torch.zeros(len(texts), len(column))
    for row, names in enumerate(known):
        for name in names:
            parts[row, column[name]] = 1 / len(names)
    return Examples(
        tokens=tokenizer(texts, truncation=True, max_length=MAX_TOKENS)["input_ids"],  # type: ignore[operator]
        outcomes=torch.tensor(tasks[list(LEVELS)].to_numpy(dtype=np.float32)),
        categories=torch.tensor(
            category_memberships(tasks["category"].tolist()), dtype=torch.float32
        ),
        activities=parts,
    )


def _tune_one(
    examples: Examples,
    rows: np.ndarray,
    output: Path,
    seed: int,
    epochs: float,
    device: torch.device,
) -> None:
    torch.manual_seed(seed)
    base = SentenceTransformer(str(minilm_folder()), device="cpu")[0].auto_model
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
    readout = torch.nn.Linear(size, width).to(device)
    activity = torch.nn.Linear(size, examples.activities.shape[1]).to(device)
    adapted = [weights for weights in network.parameters() if weights.requires_grad]
    heads = [*readout.parameters(), *activity.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": adapted, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01
    )
    steps = max(1, int(epochs * len(rows) / BATCH))

    def rate(step: int) -> float:
        return min(1.0, step / (WARM_UP * steps + 1)) * max(0.02, 1 - step / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    fast = device.type != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    begun = time.perf_counter()
    for step, batch in zip(range(steps), _batches(examples, rows, seed), strict=False):
        with torch.autocast(device.type, torch.bfloat16, enabled=fast):
            vectors = _embed(network, [examples.tokens[row] for row in batch], device)
        loss = _loss(examples, batch, readout(vectors * SCALE))
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
            seconds = time.perf_counter() - begun
            print(f"{output.name}: step {step} of {steps}, {seconds:.0f} s", flush=True)
    write_adapter(output, network.cpu(), readout.weight.cpu(), readout.bias.cpu())


def _loss(examples: Examples, batch: np.ndarray, scores: torch.Tensor) -> torch.Tensor:
    """Error of each expected outcome, cross-entropy of its level and of the category."""
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
    """Unit vectors, shape (n, n_dimensions): the mean over tokens, as MiniLM pools."""
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
    """Batches without end, of tasks of like length so that little is padded."""
    generator = np.random.default_rng(seed)
    lengths = np.array([len(task) for task in examples.tokens])
    while True:
        order = generator.permutation(rows)
        for start in range(0, len(order), BATCH * 16):
            pool = order[start : start + BATCH * 16]
            pool = pool[np.argsort(lengths[pool], kind="stable")]
            batches = [pool[first : first + BATCH] for first in range(0, len(pool), BATCH)]
            yield from (batches[number] for number in generator.permutation(len(batches)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=resources.data_dir())
    parser.add_argument("--output", type=Path, default=resources.shipped("models") / "work")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=float, default=EPOCHS)
    parser.add_argument("--folds", type=int, choices=range(2, 21), default=FOLDS, metavar="N")
    parser.add_argument("--device", type=torch.device, default=CPU)
    return parser.parse_args()


if __name__ == "__main__":
    logging.getLogger("peft").setLevel(logging.ERROR)
    sys.exit(main())
