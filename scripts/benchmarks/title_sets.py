"""Published sets of titles to rank: TalentCLEF 2025 task A, and MELO."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

TALENTCLEF = ("english", "german", "spanish")
"""Folders of the languages of TalentCLEF 2025 task A."""


@dataclass(frozen=True, kw_only=True)
class RankingSet:
    """Titles to rank for each of several titles.

    Attributes:
        queries: titles to rank for.
        elements: titles to rank.
        relevant: for each query, positions of the elements that belong to it.
        without_itself: whether an element with the text of the query does not answer it.
    """

    queries: list[str]
    elements: list[str]
    relevant: list[np.ndarray]
    without_itself: bool = False


def read_talentclef(data_dir: Path, language: str) -> RankingSet:
    """Read the validation set of a language of TalentCLEF 2025 task A."""
    folder = data_dir / "talentclef_2025" / language
    queries, elements = (
        pd.read_csv(folder / name, sep="\t", dtype=str, keep_default_na=False, quoting=3)
        for name in ("queries", "corpus_elements")
    )
    answers = pd.read_csv(folder / "qrels.tsv", sep=r"\s+", dtype=str, header=None)
    return _ranking_set(
        dict(zip(queries["q_id"], queries["jobtitle"], strict=True)),
        dict(zip(elements["c_id"], elements["jobtitle"], strict=True)),
        answers,
        without_itself=True,
    )


def melo_folders(data_dir: Path) -> list[Path]:
    """Return the folders of the sets of MELO that are at hand."""
    return sorted(path.parent for path in (data_dir / "melo").glob("*/annotations.tsv"))


def read_melo(folder: Path) -> RankingSet:
    """Read a set of MELO: national job titles, and the titles of ESCO."""
    queries, elements, answers = (
        pd.read_csv(
            folder / name, sep="\t", dtype=str, header=None, keep_default_na=False, quoting=3
        )
        for name in ("queries.tsv", "corpus_elements.tsv", "annotations.tsv")
    )
    return _ranking_set(
        dict(zip(queries[0], queries[1], strict=True)),
        dict(zip(elements[0], elements[1], strict=True)),
        answers,
    )


def _ranking_set(
    queries: dict[str, str],
    elements: dict[str, str],
    answers: pd.DataFrame,
    *,
    without_itself: bool = False,
) -> RankingSet:
    place = {name: number for number, name in enumerate(elements)}
    relevant = answers.groupby(0, sort=False)[2].agg(list)
    asked = [name for name in queries if name in relevant.index]
    return RankingSet(
        queries=[queries[name] for name in asked],
        elements=list(elements.values()),
        relevant=[np.array([place[name] for name in relevant[asked_name]]) for asked_name in asked],
        without_itself=without_itself,
    )
