#!/usr/bin/env python
"""Distill the static encoder: token vectors and a small network that imitate the work encoder.

    python scripts/training/distill_encoder.py [--data-dir DIR] [--teacher models/work]
        [--output models/static]

Each version of the work encoder, the final one and one per fold, teaches one student. The student
imitates the teacher's vectors and predictions for sentences: O*NET tasks and work activities,
sentences recombined from the tasks, and the texts in reference_tasks/scope.csv. It learns the known
outcomes of tasks too. The student of a fold sees no sentence of that fold's occupations, and none
recombined from them.

Run this after tuning the work encoder, and then run fit_heads.py. Vectors of the teacher come from
the embedding cache. Without it they take about 25 minutes on two cores, or half of that with
OCCUPATION_RISK_BFLOAT16=1 on a processor that supports it.
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
from tokenizers import Tokenizer

from engine import Corpus, EngineError
from engine.corpus.references import PUBLISHED, read_reference
from engine.corpus.sources import onet
from engine.encoders.cache import EmbeddingCache
from engine.encoders.minilm_files import minilm_folder
from engine.encoders.static import mark_first_words, write_static
from engine.encoders.tuned import FINAL, TuningFolds, fold_name
from engine.encoders.work import WorkEncoder
from engine.model import out_of_scope
from engine.utils import resources
from engine.utils.text import is_among, text_key
from engine.utils.vectors import unit
from scripts.training.recombine import joined, parts
from scripts.training.student import PLAIN, TUNED, Lessons, directions, teach

PARTS, JOINED = 48_000, 96_000
"""Sentences recombined from the tasks, the same number from each fold."""

EXAMPLES_TIMES = 4
"""Number of times that an epoch repeats the texts of the detector of texts that are not work."""

MIX = (0.3, 0.7)
"""Weights of content and outcome in a similarity."""


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """Sentences to teach; one row per sentence.

    Attributes:
        measures: names of the outcomes.
        texts: the tasks of a corpus, sentences recombined from them, and further ones.
        keys: text key of each.
        folds: fold of the occupation of each, -1 for none, shape (n,).
        outcomes: shape (n, n_measures), in [0, 1], float32, NaN where unknown.
    """

    measures: tuple[str, ...]
    texts: list[str]
    keys: np.ndarray
    folds: np.ndarray
    outcomes: np.ndarray

    @classmethod
    def collect(
        cls,
        corpus: Corpus,
        *,
        tuned_on: TuningFolds,
        measures: tuple[str, ...],
        further: Sequence[str],
        seed: int,
    ) -> Sentences:
        """Collect the tasks of a corpus, sentences recombined from them, and further ones.

        A sentence is recombined within one fold, from tasks that occur in no other fold.

        Args:
            corpus: tasks with outcomes.
            tuned_on: folds of the teacher.
            measures: measures of the teacher's probe. The outcomes of a measure that the corpus
                lacks are unknown.
            further: sentences of no occupation, without outcomes.
            seed: seed of the recombination.
        """
        tasks = corpus.tasks["task"].tolist()
        fold_of_task = tuned_on.of(corpus.tasks["soc_code"].tolist())
        texts, folds = [*tasks, *further], [*fold_of_task, *(-1 for _ in further)]
        folds_of_key = defaultdict(set)
        for task, fold in zip(tasks, fold_of_task, strict=True):
            folds_of_key[text_key(task)].add(fold)
        generator = np.random.default_rng(seed)
        n_parts, n_joined = PARTS // tuned_on.count, JOINED // tuned_on.count
        for fold in range(tuned_on.count):
            own = [task for task in tasks if folds_of_key[text_key(task)] == {fold}]
            recombined = parts(own, n_parts, generator) + joined(own, n_joined, generator)
            texts += recombined
            folds += [fold] * len(recombined)
        outcomes = np.full((len(texts), len(measures)), np.nan, dtype=np.float32)
        known = corpus.tasks.reindex(columns=list(measures))
        outcomes[: len(tasks)] = known.to_numpy(dtype=np.float32)
        keys = np.array([text_key(text) for text in texts], dtype=object)
        return cls(
            measures=measures,
            texts=texts,
            keys=keys,
            folds=np.array(folds),
            outcomes=outcomes,
        )


def main() -> int:
    options = _options()
    start = time.perf_counter()
    try:
        corpus = read_reference(PUBLISHED, options.data_dir)
        teacher = WorkEncoder(options.teacher)
        scope = out_of_scope.scope_texts()
        further = [
            *onet.activity_titles(options.data_dir),
            *EXAMPLES_TIMES * [*scope.work, *scope.not_work],
        ]
        sentences = Sentences.collect(
            corpus,
            tuned_on=teacher.folds,
            measures=teacher.probe.measures,
            further=further,
            seed=options.seed,
        )
        distill(sentences, teacher, options.output, options.seed)
    except EngineError as error:
        print(f"distill_encoder: {error}", file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in options.output.rglob("*") if path.is_file())
    minutes = (time.perf_counter() - start) / 60
    print(f"wrote {options.output}, {size / 1e6:.1f} MB, in {minutes:.0f} minutes")
    return 0


def distill(sentences: Sentences, teacher: WorkEncoder, output: Path, seed: int) -> None:
    """Teach all versions and write them to a folder.

    Args:
        sentences: what to teach.
        teacher: the work encoder; its probe predicts the measures of the sentences.
        output: folder to write.
        seed: seed of each student.
    """
    keys = sentences.keys
    tokenizer = _tokenizer(sentences.texts)
    count = tokenizer.get_vocab_size()
    tokens = [
        np.array([*found.ids, *(count + first for first in found.ids[:1])], dtype=np.int64)
        for found in tokenizer.encode_batch(sentences.texts)
    ]
    folds = teacher.folds
    folds.write(output)
    versions = [(FINAL, teacher, np.zeros(len(keys), dtype=bool))]
    for fold in range(folds.count):
        held_out = sentences.folds == fold
        hidden = held_out | is_among(keys, keys[held_out])
        versions.append((fold_name(fold), teacher.without(fold), hidden))
    for name, view, hidden in versions:
        rows = np.flatnonzero(~hidden & np.array([len(ids) > 0 for ids in tokens]))
        student = teach(_lessons(sentences, view, tokens, rows), tokenizer, seed)
        table = student.table.weight.detach().numpy()
        write_static(
            output / name,
            *mark_first_words(tokenizer, table[:count], table[count:]),
            student.layers(),
            student.probe(),
        )
        print(f"{name}: taught {len(rows):,} sentences", flush=True)


def _tokenizer(texts: Sequence[str]) -> Any:
    """Return MiniLM's tokenizer without words that no text has; they split into pieces."""
    full = Tokenizer.from_file(str(minilm_folder() / "tokenizer.json"))
    full.no_padding()
    full.no_truncation()
    used = {token for found in full.encode_batch(list(texts)) for token in found.tokens}
    pieces = {token for token in full.get_vocab() if len(token.removeprefix("##")) == 1}
    state = json.loads(full.to_str())
    special = {token["content"] for token in state["added_tokens"]}
    kept = sorted(used | pieces | special, key=full.get_vocab().__getitem__)
    state["model"]["vocab"] = {token: row for row, token in enumerate(kept)}
    state["post_processor"] = None  # the mean is over words alone
    state["added_tokens"] = []  # "[SEP]" in a text is plain text
    return Tokenizer.from_str(json.dumps(state))


def _lessons(
    sentences: Sentences, view: WorkEncoder, tokens: list[np.ndarray], rows: np.ndarray
) -> Lessons:
    texts = [sentences.texts[row] for row in rows]
    cache = EmbeddingCache()
    halves = [cache.encode(encoder, texts) for encoder in (view.content, view)]
    scores = halves[1] @ view.probe.weight.T + view.probe.bias
    kept = [
        weight * half @ directions(half, count)
        for weight, half, count in zip(np.sqrt(MIX), halves, (PLAIN, TUNED), strict=True)
    ]
    vectors = np.hstack(kept)
    vectors = unit(vectors)
    return Lessons(
        measures=sentences.measures,
        tokens=[tokens[row] for row in rows],
        vectors=torch.tensor(vectors, dtype=torch.float32),
        scores=torch.tensor(scores, dtype=torch.float32),
        outcomes=torch.tensor(sentences.outcomes[rows]),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    models = resources.shipped("models")
    parser.add_argument(
        "--data-dir", type=Path, default=resources.data_dir(), help="folder of the published data"
    )
    parser.add_argument(
        "--teacher", type=Path, default=models / "work", help="folder of the work encoder"
    )
    parser.add_argument(
        "--output", type=Path, default=models / "static", help="folder to write the encoder to"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of sentences and students")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
