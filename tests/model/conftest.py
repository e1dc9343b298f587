"""A corpus that makes leaving out difficult: copies, gaps, and measures that few tasks have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine import Corpus, RiskEngine
from engine.encoders.cache import EmbeddingCache
from tests.conftest import WordEncoder


@pytest.fixture(scope="session")
def varied(small: Corpus) -> Corpus:
    """A few occupations, with copies, tasks without outcomes, and two further measures.

    Ten tasks of the last occupation are copies of tasks of others, in capital letters. Three tasks
    have no outcome at all. Delegated use is known for a quarter of the tasks, above all for those
    that software handles, and ``rare`` for nine tasks of each of seven occupations, which is too
    few where two of these are left out.
    """
    few = small.select_occupations(list(small.rows_of)[::3])
    last = few.tasks["soc_code"].iat[-1]
    copies = few.tasks.iloc[:100:10].copy()
    copies["task_id"] += "-copy"
    copies["soc_code"] = last
    copies["task"] = copies["task"].str.upper()
    copies["automation"] = 1 - copies["automation"]
    tasks = pd.concat([few.tasks, copies], ignore_index=True).assign(time_share=np.nan)
    tasks.loc[[5, 6, 7], list(few.measures)] = np.nan
    generator = np.random.default_rng(8)
    used = generator.random(len(tasks)) < np.where(tasks["automation_2026"] > 0.4, 0.6, 0.05)
    use = np.where(used, generator.choice([0.0, 0.4, 1.0], size=len(tasks)), np.nan)
    rare = np.full(len(tasks), np.nan)
    for rows in list(few.rows_of.values())[:7]:
        rare[rows[:9]] = generator.random(9)
    return Corpus(
        name="varied",
        tasks=tasks.assign(observed_automation=use, rare=rare),
        occupations=few.occupations,
        alternate_titles=few.alternate_titles,
    )


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> EmbeddingCache:
    """Vectors that the tests of this folder share."""
    return EmbeddingCache(tmp_path_factory.mktemp("vectors"))


@pytest.fixture(scope="session")
def catalogue(varied: Corpus, cache: EmbeddingCache) -> RiskEngine:
    """An engine of the varied corpus."""
    return RiskEngine.build(varied, WordEncoder(), cache=cache)
