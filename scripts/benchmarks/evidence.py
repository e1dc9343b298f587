"""Evidence: how often the neighbors shown for a held-out task are the same kind of work."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from engine import Corpus
from engine.corpus.references import PUBLISHED, read_reference
from engine.corpus.sources import onet
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import find_encoder
from engine.encoders.tuned import TunedEncoder
from engine.model.cross_fitting import make_reference
from engine.model.shown_evidence import NEAREST
from engine.retrieval.index import NO_NEIGHBOUR
from scripts.benchmarks.common import Figures, add_data_dir


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_data_dir(parser)
    parser.add_argument(
        "--cases", type=int, default=0, metavar="N", help="print N random cases to read"
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure how often shown neighbors share a work activity or a major group with their task.

    Every rated task is looked up as if it were new. Its adapter was tuned without the occupation,
    and no task of its fold is among the evidence. Plain MiniLM searches the same tasks.
    """
    corpus = read_reference(PUBLISHED, options.data_dir)
    ids = corpus.tasks["task_id"].tolist()
    labels = {
        "detailed activity": _sets(onet.detailed_activities(options.data_dir), ids),
        "intermediate activity": _sets(onet.intermediate_activities(options.data_dir), ids),
        "major group": [{code[:2]} for code in corpus.tasks["soc_code"]],
    }
    figures: Figures = {}
    print(f"{'shown neighbors that share the':34s}" + "".join(f"{name:>24s}" for name in labels))
    work = find_encoder("work")
    assert isinstance(work, TunedEncoder)
    for name, encoder in (("work", work), ("minilm", find_encoder("minilm"))):
        parts = list(_shown(corpus, encoder, work))
        rows = np.concatenate([rows for rows, _ in parts])
        shown = np.vstack([shown for _, shown in parts])
        figures[name] = {
            label: share_in_common(sets, rows, shown) for label, sets in labels.items()
        }
        print(f"{name:34s}" + "".join(f"{share:24.3f}" for share in figures[name].values()))
        if options.cases and name == "work":
            _print_cases(corpus, rows, shown, options.cases)
    return figures


def _sets(activities: Mapping[str, Sequence[str]], ids: Sequence[str]) -> list[set[str]]:
    return [set(activities.get(task, ())) for task in ids]


def _shown(
    corpus: Corpus, encoder: Encoder, folds_of: TunedEncoder
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield, fold by fold, rated rows of shape (n,) and the rows shown for them, shape (n, 5)."""
    rated = np.flatnonzero(corpus.tasks["automation"].notna().to_numpy())
    codes = corpus.tasks["soc_code"].to_numpy()
    folds = folds_of.folds.of(codes.tolist())
    texts = corpus.tasks["task"].tolist()
    for fold in np.unique(folds[rated]):
        view = encoder.without(int(fold)) if isinstance(encoder, TunedEncoder) else encoder
        vectors = EmbeddingCache().encode(view, texts)
        rows, kept = rated[folds[rated] == fold], rated[folds[rated] != fold]
        reference = make_reference(corpus.take_tasks(kept), view, vectors[kept])
        found = reference.look_up(
            vectors[rows], codes[rows].tolist(), corpus.text_keys[rows].tolist()
        )
        near = found.neighbours.rows[:, :NEAREST]
        yield rows, np.where(near == NO_NEIGHBOUR, NO_NEIGHBOUR, kept[reference.rows[near]])


def share_in_common(sets: Sequence[set[str]], rows: np.ndarray, shown: np.ndarray) -> float:
    """Return the mean share of shown neighbors with a label in common, over tasks with a label.

    Args:
        sets: labels of every task of the corpus.
        rows: rows of the tasks, shape (n,).
        shown: rows of their neighbors, shape (n, n_shown); ``NO_NEIGHBOUR`` where there is none.
    """
    shares = [
        np.mean([bool(sets[row] & sets[other]) for other in near if other != NO_NEIGHBOUR])
        for row, near in zip(rows, shown, strict=True)
        if sets[row]
    ]
    return float(np.mean(shares))


def _print_cases(corpus: Corpus, rows: np.ndarray, shown: np.ndarray, count: int) -> None:
    """Print random cases for a person to read."""
    titles = dict(zip(corpus.occupations["soc_code"], corpus.occupations["title"], strict=True))

    def text(row: int) -> str:
        task = corpus.tasks.iloc[row]
        measures = f"exposure {task['exposure']:.2f}, automation {task['automation']:.2f}"
        return f"{task['task']} ({titles[task['soc_code']]}; {measures})"

    drawn = np.random.default_rng(0).choice(len(rows), size=min(count, len(rows)), replace=False)
    for position in drawn:
        print(f"\n{text(rows[position])}")
        for other in shown[position]:
            print(f"    {text(other)}")
