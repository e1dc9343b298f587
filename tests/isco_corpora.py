"""Corpora with a crosswalk, and with unit groups of ISCO-08 in either role, from starter tasks."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from engine import Corpus
from engine.corpus.columns import CROSSWALK_COLUMNS, TITLE_COLUMNS

ONE, MIXED, BY_GROUP, LOST = (f"{digit * 8}-0000-0000-0000-000000000000" for digit in "1234")
"""ESCO occupations: with an exact pair, with two pairs, with those of its group, with none."""

EVIDENCE, ELSEWHERE = "ISCO-7411", "ISCO-7412"
"""A unit group whose tasks the corpus has as evidence, and one of which it has nothing."""


def with_crosswalk(corpus: Corpus) -> Corpus:
    """The corpus with a crosswalk to its first occupations; its last becomes a unit group.

    ISCO-2221 links to the first (exact); ISCO-3313 to the second and third, by half each; the unit
    group ``EVIDENCE`` has no link, but has tasks.
    """
    first, second, third, *_, last = corpus.rows_of
    rows = [
        (ONE, "ISCO-2221", "nurse", first, "exact"),
        (ONE, "ISCO-2221", "nurse", second, "close"),
        (MIXED, "ISCO-3313", "bookkeeper", second, "broad"),
        (MIXED, "ISCO-3313", "bookkeeper", third, "narrow"),
        (BY_GROUP, "ISCO-3313", "tax clerk", "", ""),
        (MIXED, "ISCO-3313", "bookkeeper", "55-9999.00", "close"),
        (LOST, ELSEWHERE, "fitter", "", ""),
    ]
    title = corpus.title_of(last)
    return replace(
        corpus,
        tasks=corpus.tasks.replace({"soc_code": {last: EVIDENCE}}),
        occupations=corpus.occupations[corpus.occupations["soc_code"] != last].reset_index(
            drop=True
        ),
        alternate_titles=corpus.alternate_titles[
            corpus.alternate_titles["soc_code"] != last
        ].reset_index(drop=True),
        other_occupations=pd.DataFrame([(EVIDENCE, title)], columns=list(TITLE_COLUMNS)),
        crosswalk=pd.DataFrame(rows, columns=list(CROSSWALK_COLUMNS)),
    )


def with_isco_catalog(corpus: Corpus) -> Corpus:
    """The corpus with every other occupation as a unit group of the catalog, ISCO-2000, 2001, …

    The other occupations are evidence alone. The first unit group has the ESCO occupation ``ONE``.
    """
    names = {code: f"ISCO-{2000 + number}" for number, code in enumerate(list(corpus.rows_of)[::2])}
    is_group = corpus.occupations["soc_code"].isin(names)
    titles = corpus.alternate_titles[corpus.alternate_titles["soc_code"].isin(names)]
    links = [(ONE, "ISCO-2000", "nurse", "", "")]
    return replace(
        corpus,
        name="isco",
        tasks=corpus.tasks.replace({"soc_code": names}),
        occupations=corpus.occupations[is_group]
        .replace({"soc_code": names})
        .assign(job_zone=0)
        .reset_index(drop=True),
        alternate_titles=titles.replace({"soc_code": names}).reset_index(drop=True),
        other_occupations=corpus.occupations.loc[~is_group, list(TITLE_COLUMNS)].reset_index(
            drop=True
        ),
        crosswalk=pd.DataFrame(links, columns=list(CROSSWALK_COLUMNS)),
    )
