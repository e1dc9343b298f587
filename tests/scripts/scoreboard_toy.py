"""A scored corpus of made-up occupations, for the scoreboard: 48 of the SOC and 40 of ISCO-08."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine import Corpus
from engine.model.catalogue_scores import CatalogueScores
from engine.model.predictions import Predictions
from engine.model.shown_evidence import ShownEvidence
from engine.records.measures import OBSERVED_2026, POTENTIAL
from engine.records.pooling import ErrorModel
from scripts.benchmarks.scoreboard_figures import figures
from scripts.benchmarks.scoreboard_sources import FurtherFigures

CODES = [
    *(f"11-{number}.00" for number in range(1011, 1031)),
    *(f"43-{number}.00" for number in range(4051, 4069)),
    *(f"29-{number}.00" for number in range(1141, 1151)),
]
"""20, 18 and 10 occupations of three major groups, with two tasks each."""

OTHERS = [f"ISCO-{number}" for number in range(1111, 1151)]
"""Unit groups with one task each, of which only the potential is known."""

OWN, ALL = 2 * len(CODES), 2 * len(CODES) + len(OTHERS)
ERROR = ErrorModel(correlation=0.5, edges=(), reaches=(1.5,), deviate=1.0)


def corpus() -> Corpus:
    """Tasks with risk T0 to T4 in turn; the first 40 are used, and ISCO's are rated by the ILO."""
    rows = np.arange(ALL)
    own, risk = rows < OWN, (rows % 5) / 4
    tasks = pd.DataFrame(
        {
            "task_id": [
                *map(str, range(OWN)),
                *(f"ILO-{code.removeprefix('ISCO-')}-1" for code in OTHERS),
            ],
            "soc_code": [*np.repeat(CODES, 2), *OTHERS],
            "task": [f"Do thing {row}." for row in rows],
            "exposure": np.where(own, risk, np.nan),
            "automation": np.where(own, risk, np.nan),
            "exposure_human": np.where(own, (rows % 3) / 2, np.nan),
            "exposure_model": np.where(own, (rows % 3) / 2, np.nan),
            OBSERVED_2026: np.where(rows < 40, risk, np.nan),
            POTENTIAL: np.where(own, np.nan, rows / ALL),
        }
    )
    own_titles = pd.DataFrame({"soc_code": CODES, "title": [f"Job {code}" for code in CODES]})
    return Corpus(
        name="published", tasks=tasks, occupations=own_titles, alternate_titles=own_titles[:0]
    )


def scores(reference: Corpus) -> CatalogueScores:
    """Estimates near the known outcomes; use is estimated for the first 60 tasks."""
    rows, random = np.arange(ALL), np.random.default_rng(7)
    values = {
        name: np.clip(
            np.nan_to_num(reference.tasks[name].to_numpy(dtype=float), nan=0.5)
            + random.normal(0, 0.1, ALL),
            0,
            1,
        )
        for name in reference.measures
    }
    values[OBSERVED_2026] = np.where(rows < 60, values[OBSERVED_2026], np.nan)
    return CatalogueScores(
        predictions=Predictions(
            values=values,
            scales={name: np.full(ALL, 0.1) for name in values},
            low={name: array - 0.15 for name, array in values.items()},
            high={name: array + 0.15 for name, array in values.items()},
            categories=[""] * ALL,
            levels=[("E0", "E2", "E1")[row % 3] if row % 2 else "E0" for row in rows],
            novelty=rows / ALL,
            out_of_scope=np.zeros(ALL, dtype=bool),
            unlike_reference=np.zeros(ALL, dtype=bool),
            top_probability=np.zeros(ALL),
        ),
        shown=ShownEvidence(
            rows=np.stack([(rows + step) % ALL for step in range(1, 7)], axis=1),
            similarity=np.full((ALL, 6), 0.5),
            means={},
            similar_time=np.full(ALL, np.nan),
        ),
        fold=np.where(rows < OWN, 1, 0),
        models=(),
        shares=np.where(rows < OWN, 0.5, 0.0),
        share_errors=np.where(rows < OWN, 0.1, 0.0),
    )


def further(reference: Corpus) -> FurtherFigures:
    """People differ from GPT-4 on every fourth of the first 40 tasks."""
    rows = np.arange(ALL)
    risk = reference.tasks["automation"].to_numpy(dtype=float)
    people = np.where(rows % 4 == 0, 1 - risk, risk)
    return FurtherFigures(
        people=np.where(rows < 40, people, np.nan),
        model=np.where(rows < 40, risk, np.nan),
        potential_2023=reference.tasks[POTENTIAL].to_numpy(dtype=float) ** 2,
        use=np.where(rows < 70, np.nan_to_num(risk) / 100, 0.0),
    )


def all_figures() -> dict[str, object]:
    reference = corpus()
    return figures(reference, scores(reference), further(reference), error=lambda _: ERROR)
