"""Similarity for strangers' texts: related occupations of rewritten and shortened tasks.

People do not bring O*NET's sentences. Here the tasks of a source are those of another author (the
starter reference), rewritten in four styles, cut short, or few. Title, description, other names,
work activities and job zone are unknown. The sources are those of ``benchmark.py careers`` that the
starter reference has, too, so their own lists are held out.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.careers.index import CANDIDATES
from engine.careers.occupation_index import OccupationIndex
from engine.careers.similarity import Profile
from engine.careers.similarity_levels import LEVELS, LITTLE, similarity_level
from engine.corpus.references import read_starter
from engine.encoders.cache import EmbeddingCache
from engine.encoders.minilm import MiniLMEncoder
from scripts.benchmarks.careers import (
    LIST_LENGTH,
    add_folds,
    held_out_folds,
    print_quality,
    quality,
)
from scripts.benchmarks.common import Figures, add_data_dir
from scripts.training import fit_careers
from scripts.training.examples import read_rewrites
from scripts.training.fit_careers import Catalog

CLEAN = "all parts, as O*NET has them"
OWN_TASKS = "O*NET's tasks alone"
STARTER = "tasks of another author"
STYLES = ("advert", "resume", "spoken", "short")

FIRST_WORDS = 5
FEW = (8, 3)
"""Words that are left of a task, and tasks that are left of an occupation."""


@dataclass(frozen=True, kw_only=True)
class Shortened:
    """A shorter way to tell an occupation.

    Attributes:
        told: name of the texts that are shortened.
        words: number of words at the beginning of each task that are left; None for all.
        tasks: number of tasks that are left, drawn at random; None for all.
    """

    told: str
    words: int | None = None
    tasks: int | None = None

    @property
    def name(self) -> str:
        """What is left, such as "rewritten, short, 3 tasks"."""
        words = [f"first {self.words} words"] if self.words else []
        tasks = [f"{self.tasks} tasks"] if self.tasks else []
        return ", ".join([self.told, *words, *tasks])

    def of(self, texts: Sequence[str]) -> list[str]:
        """Return what is left of the tasks of an occupation; the same each time."""
        chance = np.random.default_rng(len(texts))
        rows = sorted(chance.permutation(len(texts))[: self.tasks])
        return [" ".join(texts[row].split()[: self.words]) for row in rows]


SHORTENED = (
    Shortened(told=OWN_TASKS, words=FIRST_WORDS),
    *(
        Shortened(told=told, tasks=count)
        for told in (OWN_TASKS, "rewritten, spoken", "rewritten, short")
        for count in FEW
    ),
)


@dataclass(frozen=True)
class Judged:
    """How the related occupations of the sources were found.

    Attributes:
        ranked: row of a source -> rows of the nearest occupations, nearest first.
        pairs: level of similarity of a source and an occupation, and whether O*NET lists it.
    """

    ranked: dict[int, np.ndarray]
    pairs: list[tuple[str, bool]]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_data_dir(parser)
    add_folds(parser)


def run(options: argparse.Namespace) -> Figures:
    """Measure recall of O*NET's related occupations when their tasks are rewritten and shortened.

    It also measures which share of the occupations of each level of similarity O*NET lists.
    """
    catalog = fit_careers.read(options.data_dir)
    judged = judge(catalog, held_out_folds(catalog, options.folds))
    told = {name: quality(catalog.gains, found.ranked) for name, found in judged.items()}
    print_quality("held-out sources", told)
    levels = {name: level_figures(found.pairs) for name, found in judged.items()}
    print("\nshare of the occupations of a level of similarity that O*NET lists as related")
    for name, figures in levels.items():
        cells = (f"{level} {found['listed']:.2f}" for level, found in figures.items())
        print(f"{name:52s}{', '.join(cells)}")
    return {"told": told, "levels": levels}


def judge(catalog: Catalog, folds: Sequence[np.ndarray]) -> dict[str, Judged]:
    """Return how the tasks are told -> how the related occupations were found.

    Args:
        catalog: the occupations of O*NET.
        folds: rows of the sources to judge; the lists of a fold are held out together.
    """
    texts = told_texts(catalog, np.concatenate(folds))
    vectors = _embed(texts)
    judged: dict[str, Judged] = defaultdict(lambda: Judged({}, []))
    for number, held_out in enumerate(folds, start=1):
        model = fit_careers.fit(catalog, np.setdiff1d(catalog.sources, held_out))
        searched = OccupationIndex(catalog.profiles, model)
        for row in (int(row) for row in held_out if int(row) in texts[STARTER]):
            for name in (CLEAN, *texts):
                is_clean = name == CLEAN
                own = catalog.profiles[row] if is_clean else _profile(texts[name][row], vectors)
                near = searched.nearest(own, CANDIDATES, without=row)
                listed = catalog.gains[row][near.rows] > 0
                judged[name].ranked[row] = near.rows[:LIST_LENGTH]
                levels = [
                    similarity_level(rank, len(catalog.codes) - 1, carried)
                    for rank, carried in enumerate(near.carries_over.tolist(), start=1)
                ]
                judged[name].pairs.extend(zip(levels, listed.tolist(), strict=True))
        print(f"fold {number} of {len(folds)}", flush=True)
    return dict(judged)


def told_texts(catalog: Catalog, sources: np.ndarray) -> dict[str, dict[int, list[str]]]:
    """Return how the tasks are told -> row of the catalog -> tasks.

    Args:
        catalog: the occupations of O*NET.
        sources: rows to tell; those that the starter reference lacks are left out.
    """
    corpus, rewrites = read_starter(), read_rewrites()
    row_of = {catalog.codes[row]: int(row) for row in sources}
    rows = corpus.tasks["soc_code"].map(row_of)
    tasks = corpus.tasks[rows.notna()].assign(row=rows.dropna().astype(int))
    found = {STARTER: _by_row(tasks["row"], tasks["task"])}
    found[OWN_TASKS] = {row: list(catalog.profiles[row].texts) for row in found[STARTER]}
    row_of_task = dict(zip(tasks["task_id"], tasks["row"], strict=True))
    for style in STYLES:
        told = rewrites[(rewrites["style"] == style) & rewrites["task_id"].isin(list(row_of_task))]
        found[f"rewritten, {style}"] = _by_row(told["task_id"].map(row_of_task), told["text"])
    for less in SHORTENED:
        found[less.name] = {row: less.of(texts) for row, texts in found[less.told].items()}
    return found


def level_figures(pairs: Sequence[tuple[str, bool]]) -> dict[str, dict[str, float]]:
    """Return level of similarity -> number of pairs, and the share that O*NET lists as related."""
    figures = {}
    for level in (*(name for _, name in LEVELS), LITTLE):
        own = [listed for name, listed in pairs if name == level]
        if own:
            figures[level] = {"pairs": float(len(own)), "listed": float(np.mean(own))}
    return figures


def _by_row(rows: Iterable[int], texts: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for row, text in zip(rows, texts, strict=True):
        found[int(row)].append(str(text))
    return dict(found)


def _embed(told: Mapping[str, Mapping[int, Sequence[str]]]) -> dict[str, np.ndarray]:
    distinct = dict.fromkeys(
        text for by_row in told.values() for texts in by_row.values() for text in texts
    )
    vectors = EmbeddingCache().encode(MiniLMEncoder(), list(distinct))
    return dict(zip(distinct, vectors, strict=True))


def _profile(texts: Sequence[str], vectors: Mapping[str, np.ndarray]) -> Profile:
    """An occupation of which only the tasks are known, each with an equal share of the time."""
    return Profile(
        texts=texts,
        vectors=np.stack([vectors[text] for text in texts]),
        shares=np.full(len(texts), 1 / len(texts)),
    )
