#!/usr/bin/env python
"""Distill the student that reads German, Spanish, French and more, for the work encoder.

    python scripts/training/distill_multilingual.py [--data-dir DIR] [--output models/multilingual]
        [--without-fold FOLD] [--figures docs/figures/languages.json] [--keep-weights]

The student starts as the multilingual Universal Sentence Encoder, with the word pieces of the
languages that it shall read. It learns to give each translation in ``reference_tasks/rewrites.csv``
the vectors that the work encoder and plain MiniLM give the English task. It also learns the English
tasks themselves, and tasks of O*NET.

With --without-fold, it sees no task of that fold's occupations, and learns from the work encoder
that was tuned without them. ``benchmark.py languages`` judges such a student, and finds by how much
the expected errors of translations grow. The final student takes these factors from --figures,
also with --keep-weights, which trains nothing. Further languages get the largest factor.

Install the packages of ``scripts/training/muse.py`` first. A student takes about 15 minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine import EngineError
from engine.corpus.references import PUBLISHED, STARTER, read_reference
from engine.encoders.cache import EmbeddingCache
from engine.encoders.multilingual import END, FOLDER, MAX_PIECES, START, Projection, Student
from engine.encoders.work import WorkEncoder
from engine.errors import InputError
from engine.utils import resources
from engine.utils.text import is_among
from scripts.benchmarks.common import FIGURES
from scripts.training import muse
from scripts.training.examples import read_rewrites
from scripts.training.translator import EPOCHS, Lessons, teach

TAUGHT = ("de", "es", "fr")
"""Languages of the translations."""

FURTHER = ("it", "nl", "pl", "pt")
"""Languages of the first network that the student shall keep."""

PIECES = 34_000
"""Word pieces that are kept."""

ONET_TASKS = 4_000
"""Number of O*NET tasks that it learns in English."""

WORK, CONTENT = "work", "content"
"""Names of the teachers."""


@dataclass(frozen=True)
class Sentences:
    """Sentences to learn, and the English text whose vectors they shall have; n of each."""

    texts: list[str]
    english: list[str]


def main() -> int:
    options = _options()
    start = time.perf_counter()
    try:
        fold = options.without_fold
        known = _error_factors(options.figures) if fold is None else dict.fromkeys(TAUGHT, 1.0)
        factors = known | dict.fromkeys(FURTHER, max(known.values()))
        if options.keep_weights:
            student = replace(Student.read(options.output), error_factors=factors)
        else:
            teacher = WorkEncoder()
            sentences = collect(teacher, options.data_dir, without_fold=fold, seed=options.seed)
            view = teacher if fold is None else teacher.without(fold)
            student = distill(sentences, view, factors, epochs=options.epochs, seed=options.seed)
        student.write(options.output)
    except EngineError as error:
        print(f"distill_multilingual: {error}", file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in options.output.iterdir())
    minutes = (time.perf_counter() - start) / 60
    print(f"wrote {options.output}, {size / 1e6:.1f} MB, in {minutes:.0f} minutes")
    return 0


def collect(
    teacher: WorkEncoder, data_dir: Path, *, without_fold: int | None, seed: int
) -> Sentences:
    """Collect translations, English tasks and O*NET tasks, without those of a fold.

    Args:
        teacher: brings the folds of the occupations.
        data_dir: folder of the published data.
        without_fold: leave out the tasks of this fold's occupations, and their copies.
        seed: chooses the O*NET tasks.
    """
    starter, published = (read_reference(name, data_dir) for name in (STARTER, PUBLISHED))
    shown = []
    for corpus in (starter, published):
        folds = teacher.folds.of(corpus.tasks["soc_code"].tolist())
        hidden = folds == (-1 if without_fold is None else without_fold)
        shown.append(~(hidden | is_among(corpus.text_keys, corpus.text_keys[hidden])))
    tasks = starter.tasks[shown[0]].set_index("task_id")["task"]
    rewrites = read_rewrites()
    rewrites = rewrites[rewrites["language"].isin(TAUGHT) & rewrites["task_id"].isin(tasks.index)]
    onet = published.tasks["task"][shown[1]].drop_duplicates()
    onet = onet.sample(min(ONET_TASKS, len(onet)), random_state=seed)
    same = [*tasks, *onet]
    return Sentences([*rewrites["text"], *same], [*tasks.loc[rewrites["task_id"]], *same])


def distill(
    sentences: Sentences,
    teacher: WorkEncoder,
    error_factors: dict[str, float],
    *,
    epochs: float = EPOCHS,
    seed: int = 0,
) -> Student:
    """Return a student of a teacher.

    Args:
        sentences: what to learn.
        teacher: the work encoder; plain MiniLM teaches too.
        error_factors: see ``Student``.
        epochs: times that it sees each sentence.
        seed: seed of the training.
    """
    words, scores = muse.pieces()
    complete = muse.tokenizer(words, scores.tolist())
    ids = [np.array(one.ids[:MAX_PIECES]) for one in complete.encode_batch(sentences.texts)]
    kept = _kept_pieces(complete, ids)
    used = np.union1d(kept, np.concatenate(ids))
    used = np.concatenate([kept, np.setdiff1d(used, kept)])  # so that the kept ones come first
    row = np.zeros(len(words), dtype=np.int64)
    row[used] = np.arange(len(used))
    cache = EmbeddingCache()
    distinct = list(dict.fromkeys(sentences.english))
    place = {text: number for number, text in enumerate(distinct)}
    rows = [place[text] for text in sentences.english]
    teachers = {WORK: teacher, CONTENT: teacher.content}
    lessons = Lessons(
        tokens=[np.concatenate([[START], row[one], [END]]) for one in ids],
        vectors={name: cache.encode(one, distinct)[rows] for name, one in teachers.items()},
        probe=teacher.probe,
    )
    print(f"{len(ids):,} sentences, {len(used):,} pieces, {len(kept):,} kept", flush=True)
    taught = teach(lessons, muse.weights(used), epochs=epochs, seed=seed)
    pieces = taught.weights["pieces"][: len(kept)]
    return Student(
        weights={**taught.weights, "pieces": pieces},
        tokenizer=muse.tokenizer([words[piece] for piece in kept], scores[kept].tolist()),
        projections={
            name: Projection(weight=matrix, bias=bias, fingerprint=teachers[name].fingerprint)
            for name, (matrix, bias) in taught.projections.items()
        },
        error_factors=error_factors,
    )


def _kept_pieces(complete: object, ids: Sequence[np.ndarray]) -> np.ndarray:
    """Return the pieces of the languages that the student reads, shape (n_kept,).

    Those of the translations, and the most frequent of the others.
    """
    translated = set(read_pieces(complete, TAUGHT))
    frequencies = muse.piece_frequencies(complete, (*TAUGHT, *FURTHER))
    first = [*range(muse.SPECIAL), *sorted(translated - set(range(muse.SPECIAL)))]
    others = sorted(frequencies.keys() - set(first), key=lambda piece: -frequencies[piece])
    return np.array([*first, *others][: max(PIECES, len(first))])


def read_pieces(complete: object, languages: Sequence[str]) -> set[int]:
    """Return the pieces of the translations into some languages."""
    rewrites = read_rewrites()
    texts = rewrites["text"][rewrites["language"].isin(languages)].tolist()
    encoded = complete.encode_batch(texts)  # type: ignore[attr-defined]
    return {piece for one in encoded for piece in one.ids}


def _error_factors(figures: Path) -> dict[str, float]:
    """Return the factor that the benchmark found for each language."""
    try:
        measured = json.loads(figures.read_text(encoding="utf-8"))
        return {name: float(measured[name]["error factor"]) for name in TAUGHT}
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{figures} has no error factors ({error!r}); run 'benchmark.py languages --output "
            f"{figures}' first"
        ) from error


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--data-dir", type=Path, default=resources.data_dir(), help="folder of the published data"
    )
    parser.add_argument(
        "--output", type=Path, default=resources.shipped("models") / FOLDER, help="folder to write"
    )
    parser.add_argument("--without-fold", type=int, help="fold of the occupations to leave out")
    parser.add_argument(
        "--figures", type=Path, default=FIGURES / "languages.json", help="for the error factors"
    )
    parser.add_argument(
        "--keep-weights", action="store_true", help="change only the error factors of --output"
    )
    parser.add_argument("--epochs", type=float, default=EPOCHS, help="times to see each sentence")
    parser.add_argument("--seed", type=int, default=0, help="seed of sentences and student")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
