#!/usr/bin/env python
"""Tune the work encoder: low-rank adapters of MiniLM on the published outcomes.

    python scripts/training/tune_encoder.py [--data-dir DIR] [--output models/work] [--device cuda]

The final adapter is tuned on all rated occupations. One adapter per fold is tuned on the
occupations outside that fold, so that heads can be fitted as if every task were new. Each adapter
learns several targets at once: the level of each outcome, the work-activity group, and the
intermediate work activity. The last target only shapes the vector space, so its head is not saved.
The rewrites of the starter reference teach it that other words for a task mean the same; no outcome
of the starter reference is used.

The same seed gives the same adapters on the same machine and device. All adapters take three
minutes on an accelerator, or 50 minutes on two cores with bfloat16.

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
import pandas as pd
import torch

from engine import Corpus, EngineError
from engine.corpus.memberships import category_memberships
from engine.corpus.references import PUBLISHED, read_reference, read_starter
from engine.corpus.sources import onet
from engine.encoders.minilm_files import minilm_folder
from engine.encoders.tuned import FINAL, TuningFolds, fold_name, hashed
from engine.model.folds import cross_folds
from engine.records import rubric
from engine.retrieval.reference import evidence_rows
from engine.utils import resources
from engine.utils.text import text_key
from scripts.training.adapter import Examples, tune_adapter
from scripts.training.examples import read_rewrites

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
    from sentence_transformers import SentenceTransformer

    base = SentenceTransformer(str(minilm_folder()), device="cpu")
    examples, texts = _examples(corpus, activities, base.tokenizer)
    examples = examples.to(device)
    has_outcome = texts["outcome"].to_numpy()
    splits = list(cross_folds(texts["soc_code"].to_numpy(), texts["key"].to_numpy(), seed, n_folds))
    folds = {
        str(code): number
        for number, (_, held_out) in enumerate(splits)
        for code in texts["soc_code"].to_numpy()[held_out][has_outcome[held_out]]
    }
    TuningFolds(
        count=n_folds,
        fold_of=folds,
        corpus=corpus.fingerprint,
        seed=seed,
        texts=hashed(texts["key"][has_outcome]),
    ).write(output)
    everything = np.arange(len(texts))
    for name, rows in [
        *((fold_name(number), train) for number, (train, _) in enumerate(splits)),
        (FINAL, everything),
    ]:
        # A rewrite whose original is held out would bring it back.
        original = examples.original[rows]
        kept = rows[(original < 0) | np.isin(original, rows)]
        tune_adapter(examples, kept, output / name, seed=seed, epochs=epochs, device=device)


def _examples(
    corpus: Corpus, activities: dict[str, list[str]], tokenizer: object
) -> tuple[Examples, pd.DataFrame]:
    """Return what to tune on, and a table of the same rows: ``soc_code``, ``key``, ``outcome``.

    These are the tasks of all occupations with rated tasks, then the tasks of the starter reference
    and their rewrites in English, which have no outcome.
    """
    codes = corpus.tasks["soc_code"]
    rated = corpus.tasks[codes.isin(codes.iloc[evidence_rows(corpus)])]
    starter = read_starter().tasks
    rewrites = read_rewrites()
    rewrites = rewrites[rewrites["language"] == "en"]
    positions = {task: len(rated) + row for row, task in enumerate(starter["task_id"])}
    original = np.full(len(rated) + len(starter) + len(rewrites), -1)
    original[len(rated) + len(starter) :] = [positions[task] for task in rewrites["task_id"]]
    soc_codes = dict(zip(starter["task_id"], starter["soc_code"], strict=True))
    texts = pd.DataFrame(
        {
            "text": [*rated["task"], *starter["task"], *rewrites["text"]],
            "soc_code": [
                *rated["soc_code"],
                *starter["soc_code"],
                *(soc_codes[task] for task in rewrites["task_id"]),
            ],
        }
    )
    texts["key"] = texts["text"].map(text_key)
    texts["outcome"] = np.arange(len(texts)) < len(rated)

    measures = tuple(name for name in corpus.measures if name != rubric.CAPABILITY_MEASURE)
    outcomes = np.full((len(texts), len(measures)), np.nan, dtype=np.float32)
    outcomes[: len(rated)] = rated[list(measures)].to_numpy(dtype=np.float32)
    known = [activities.get(task, []) for task in rated["task_id"]]
    column = {name: number for number, name in enumerate(sorted({a for k in known for a in k}))}
    parts = torch.zeros(len(texts), len(column))
    for row, names in enumerate(known):
        for name in names:
            parts[row, column[name]] = 1 / len(names)
    categories = np.zeros((len(texts), len(rubric.CATEGORIES)), dtype=np.float32)
    categories[: len(rated)] = category_memberships(rated["category"].tolist())
    examples = Examples(
        tokens=tokenizer(texts["text"].tolist(), truncation=True, max_length=MAX_TOKENS)[  # type: ignore[operator]
            "input_ids"
        ],
        measures=measures,
        outcomes=torch.tensor(outcomes),
        categories=torch.tensor(categories),
        activities=parts,
        original=original,
    )
    return examples, texts


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
