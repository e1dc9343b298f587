"""Describe the starter reference: its size, coverage, levels, time shares, and examples."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from engine.corpus.corpus import Corpus
from engine.corpus.references import PUBLISHED, read_reference, read_starter
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import find_encoder
from engine.records import rubric, soc
from engine.records.posting import DUTY
from engine.utils.delimited import read_table
from scripts.benchmarks.common import Figures
from scripts.training.examples import (
    STARTER_FOLDER,
    read_postings,
    read_rewrites,
)

LEVEL_COLUMNS = ("exposure", "automation", "automation_2026", "human_agency")

LIKE_PUBLISHED = 0.85
"""Cosine similarity by MiniLM from which a task counts as a paraphrase of a published one."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--data-dir``, without a default: only comparisons need the published data."""
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        help="folder of the published data; adds comparisons with it",
    )


def run(options: argparse.Namespace) -> Figures:
    """Count and describe what the starter reference holds."""
    starter = read_starter()
    figures = contents(starter)
    for name, part in figures.items():
        print(f"{name}: {part}")
    if options.data_dir is not None:
        figures["published"] = published(starter, options.data_dir)
        print(f"published: {figures['published']}")
    return figures


def contents(starter: Corpus) -> Figures:
    """Return all figures that need no other data."""
    return counts(starter) | {
        "levels": levels(starter.tasks),
        "major groups": major_groups(starter.tasks),
        "time shares": time_shares(starter.tasks),
        "scope": scope(),
        "postings": postings(),
    }


def counts(starter: Corpus) -> Figures:
    """Return how much there is of everything."""
    titles = starter.alternate_titles.groupby("soc_code").size()
    zones = Counter(starter.occupations["job_zone"])
    return {
        "occupations": len(starter.rows_of),
        "own codes": int(starter.occupations["soc_code"].str.contains(r"\.9\d$").sum()),
        "tasks": len(starter.tasks),
        "last ID": max(starter.tasks["task_id"]),
        "alternate titles": {
            "all": int(titles.sum()),
            "fewest": int(titles.min()),
            "most": int(titles.max()),
        },
        "job zones": {str(zone): zones[zone] for zone in (1, 2, 3, 4, 5)},
        "rewrites": len(read_rewrites()),
    }


def levels(tasks: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the share of tasks at each level of each measure."""
    return {
        column: {
            level: float((tasks[column] == value).mean())
            for level, value in rubric.levels_of(column).items()
        }
        for column in LEVEL_COLUMNS
    }


def major_groups(tasks: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return, for each major group, its occupations and tasks and the mean of each measure."""
    table = {}
    for code, name in soc.MAJOR_GROUPS.items():
        part = tasks[tasks["soc_code"].str.startswith(code)]
        if len(part):
            means = {column: float(part[column].mean()) for column in LEVEL_COLUMNS}
            size = {"occupations": part["soc_code"].nunique(), "tasks": len(part)}
            table[f"{code} {name}"] = size | means
    return table


def time_shares(tasks: pd.DataFrame) -> dict[str, float]:
    """Return how concentrated the time of an occupation is, and that it ignores the row order."""
    groups = tasks.groupby("soc_code")["time_share"]
    top = groups.apply(lambda own: own.nlargest(3).sum())
    ranks = groups.rank()
    order = tasks.groupby("soc_code").cumcount()
    return {
        "median of the largest": float(groups.max().median()),
        "median of the largest three": float(top.median()),
        "rank correlation with the order of rows": float(
            np.corrcoef(ranks, order.groupby(tasks["soc_code"]).rank())[0, 1]
        ),
    }


def scope() -> dict[str, int]:
    """Return how many texts are work and how many are not."""
    rows = [row["work"] for _, row in read_table(STARTER_FOLDER / "scope.csv", ())]
    return dict(Counter(rows))


def postings() -> Figures:
    """Return the documents by form and language, and their rows by kind."""
    table = read_postings()
    documents = table.drop_duplicates("posting_id")
    return {
        "documents": len(documents),
        "forms": documents["form"].value_counts().to_dict(),
        "languages": documents["language"].value_counts().to_dict(),
        "rows": len(table),
        "kinds": table["kind"].value_counts().to_dict(),
        "share of duties": float((table["kind"] == DUTY).mean()),
    }


def published(starter: Corpus, data_dir: Path) -> Figures:
    """Return the closest likeness to a published task, and the means of the published groups."""
    tasks = read_reference(PUBLISHED, data_dir).tasks
    nearest = likeness(starter, tasks["task"].tolist(), EmbeddingCache())
    rated = tasks.dropna(subset=["exposure", "automation"])
    means = rated.groupby(rated["soc_code"].str[:2])[["exposure", "automation"]].mean()
    return {
        "highest cosine similarity": float(nearest.max()),
        f"tasks with a similarity of {LIKE_PUBLISHED} or more": int(
            (nearest >= LIKE_PUBLISHED).sum()
        ),
        "major groups": means.to_dict("index"),
    }


def likeness(starter: Corpus, texts: Sequence[str], cache: EmbeddingCache) -> np.ndarray:
    """Return the cosine similarity by MiniLM of each task to the nearest text, shape (n_tasks,)."""
    minilm = find_encoder("minilm")
    own = cache.encode(minilm, starter.tasks["task"].tolist())
    theirs = cache.encode(minilm, texts)
    parts = np.array_split(own, max(len(own) // 500, 1))  # to bound memory
    return np.concatenate([(part @ theirs.T).max(axis=1) for part in parts])
