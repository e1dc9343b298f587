#!/usr/bin/env python
"""Tune the work encoder: low-rank adapters of MiniLM on the published outcomes.

    python scripts/training/tune_encoder.py [--data-dir DIR] [--output models/work] [--device cuda]

The final adapter is tuned on all rated occupations. One adapter per fold is tuned on the
occupations outside that fold, so that heads can be fitted as if every task were new. Each adapter
learns several targets at once: the level of each outcome, the work-activity group, and the
intermediate work activity. The last target only shapes the vector space, so its head is not saved.

The same seed gives the same adapters on the same machine and device. All adapters take two minutes
on an accelerator, or 15 minutes on two cores with bfloat16; without it, one takes 20 minutes.

Three folds ship. With ``--folds N``, each adapter is tuned on more of the occupations;
``benchmark.py accuracy --adapters`` measures the effect.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from engine import Corpus, EngineError
from engine.corpus.memberships import category_memberships
from engine.corpus.references import PUBLISHED, read_reference
from engine.corpus.sources import onet
from engine.encoders.probe import LEVELS
from engine.encoders.sentence_transformer import minilm_folder
from engine.encoders.tuned import FINAL, TuningFolds, fold_name
from engine.model.folds import cross_folds
from engine.utils import resources
from scripts.training.adapter import Examples, tune_adapter

FOLDS = 3
EPOCHS = 3
MAX_TOKENS = 64
CPU = torch.device("cpu")


def main() -> int:
    options = _options()
    start = time.perf_counter()
    try:
        corpus = read_reference(PUBLISHED, options.data_dir)
        activities = onet.intermediate_activities(options.data_dir)
        tune(
            corpus,
            activities,
            options.output,
            seed=options.seed,
            epochs=options.epochs,
            device=options.device,
            n_folds=options.folds,
        )
    except EngineError as error:
        print(f"tune_encoder: {error}", file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in options.output.rglob("*") if path.is_file())
    minutes = (time.perf_counter() - start) / 60
    print(f"wrote {options.output}, {size / 1e6:.1f} MB, in {minutes:.0f} minutes")
    return 0


def tune(
    corpus: Corpus,
    activities: dict[str, list[str]],
    output: Path,
    *,
    seed: int = 0,
    epochs: float = EPOCHS,
    device: torch.device = CPU,
    n_folds: int = FOLDS,
) -> None:
    """Tune all adapters and write them to a folder.

    Args:
        corpus: tasks with published outcomes.
        activities: task ID -> IDs of its intermediate work activities.
        output: folder to write.
        seed: seed of the folds, the batches, and torch.
        epochs: passes over the tasks.
        device: device to compute on.
        n_folds: number of folds.
    """
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
    TuningFolds(count=n_folds, fold_of=folds, corpus=corpus.fingerprint, seed=seed).write(output)
    everything = np.arange(len(rated))
    for name, rows in [
        (FINAL, everything),
        *((fold_name(number), train) for number, (train, _) in enumerate(splits)),
    ]:
        tune_adapter(examples, rows, output / name, seed=seed, epochs=epochs, device=device)


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


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--data-dir", type=Path, default=resources.data_dir(), help="folder of the published data"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=resources.shipped("models") / "work",
        help="folder to write the adapters to",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of folds, batches, and torch")
    parser.add_argument("--epochs", type=float, default=EPOCHS, help="passes over the tasks")
    parser.add_argument(
        "--folds",
        type=int,
        choices=range(2, 21),
        default=FOLDS,
        metavar="N",
        help="number of folds, 2 to 20",
    )
    parser.add_argument("--device", type=torch.device, default=CPU, help="device of torch")
    return parser.parse_args()


if __name__ == "__main__":
    logging.getLogger("peft").setLevel(logging.ERROR)
    sys.exit(main())
