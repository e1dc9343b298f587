"""Does the evidence convince? Shown neighbours of tasks left out, by content; see benchmark.py."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
from benchmark_accuracy import CACHE, Figures

from engine import Corpus
from engine.corpus.sources import onet, published
from engine.encoders.base import Encoder
from engine.encoders.registry import find_encoder
from engine.encoders.tuned import TunedEncoder
from engine.model.cross_fitting import make_reference
from engine.retrieval.index import NOBODY
from engine.scoring.assemble import EVIDENCE_SHOWN
from engine.utils import resources


def evidence(options: argparse.Namespace) -> Figures:
    """How often shown neighbours of tasks left out share their work activity or major group.

    Every rated task is looked up as a new one: the adapter has not seen its occupation, and
    nothing of its fold is among the evidence. Plain MiniLM searches the same tasks.
    """
    data_dir = options.data_dir or resources.data_dir()
    corpus, _ = published.read(data_dir)
    ids = corpus.tasks["task_id"].tolist()
    labels = {
        "detailed activity": _sets(onet.detailed_activities(data_dir), ids),
        "intermediate activity": _sets(onet.intermediate_activities(data_dir), ids),
        "major group": [{code[:2]} for code in corpus.tasks["soc_code"]],
    }
    figures: Figures = {}
    print(f"{'shown neighbours that share the':34s}" + "".join(f"{name:>24s}" for name in labels))
    work = find_encoder("work")
    for name, encoder in (("work", work), ("minilm", find_encoder("minilm"))):
        rows, shown = _shown(corpus, encoder, work)
        figures[name] = {label: _shared(sets, rows, shown) for label, sets in labels.items()}
        print(f"{name:34s}" + "".join(f"{share:24.3f}" for share in figures[name].values()))
        if options.cases and name == "work":
            _print_cases(corpus, rows, shown, options.cases)
    return figures


def _sets(activities: dict[str, list[str]], ids: list[str]) -> list[set[str]]:
    return [set(activities.get(task, ())) for task in ids]


def _shown(corpus: Corpus, encoder: Encoder, folds_of: Encoder) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the rated tasks, shape (n,), and of what would be shown, shape (n, 5)."""
    parts = list(_parts(corpus, encoder, folds_of))
    return np.concatenate([rows for rows, _ in parts]), np.vstack([shown for _, shown in parts])


def _parts(
    corpus: Corpus, encoder: Encoder, folds_of: Encoder
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    assert isinstance(folds_of, TunedEncoder)
    rated = np.flatnonzero(corpus.tasks["automation"].notna().to_numpy())
    codes = corpus.tasks["soc_code"].to_numpy()
    folds = folds_of.adapters.folds_of(codes.tolist())
    texts = corpus.tasks["task"].tolist()
    for fold in np.unique(folds[rated]):
        view = encoder.without(int(fold)) if isinstance(encoder, TunedEncoder) else encoder
        vectors = CACHE.encode(view, texts)
        rows, kept = rated[folds[rated] == fold], rated[folds[rated] != fold]
        reference = make_reference(corpus.take(kept), view, vectors[kept])
        found = reference.look_up(
            vectors[rows], codes[rows].tolist(), corpus.text_keys[rows].tolist()
        )
        near = found.neighbours.rows[:, :EVIDENCE_SHOWN]
        yield rows, np.where(near == NOBODY, NOBODY, kept[reference.rows[near]])


def _shared(sets: list[set[str]], rows: np.ndarray, shown: np.ndarray) -> float:
    """Mean share of the shown neighbours that share a label, over tasks that have one."""
    shares = [
        np.mean([bool(sets[row] & sets[other]) for other in near if other != NOBODY])
        for row, near in zip(rows, shown, strict=True)
        if sets[row]
    ]
    return float(np.mean(shares))


def _print_cases(corpus: Corpus, rows: np.ndarray, shown: np.ndarray, count: int) -> None:
    """Cases drawn at random, for a person to read."""
    titles = dict(zip(corpus.occupations["soc_code"], corpus.occupations["title"], strict=True))

    def told(row: int) -> str:
        task = corpus.tasks.iloc[row]
        measures = f"exposure {task['exposure']:.2f}, automation {task['automation']:.2f}"
        return f"{task['task']} ({titles[task['soc_code']]}; {measures})"

    drawn = np.random.default_rng(0).choice(len(rows), size=min(count, len(rows)), replace=False)
    for position in drawn:
        print(f"\n{told(rows[position])}")
        for other in shown[position]:
            print(f"    {told(other)}")
