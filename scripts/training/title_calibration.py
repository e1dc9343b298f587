"""Fit the ranking of the occupations that a title may name, and the probability of the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from engine.intake.title_index import FEATURES, NameIndex, Shortlist
from engine.intake.title_ranking import CERTAINTY, Ranking
from engine.intake.title_text import title_words
from scripts.training.title_examples import Titles
from scripts.training.title_variants import Variants

PENALTY = 0.001
"""Of the squared weights of the ranking."""
CERTAINTY_PENALTY = 1.0
STAFF_WEIGHT, GENERAL_WEIGHT = 5.0, 2.0
"""Weights of titles of staff lists, and of general titles, relative to those of O*NET."""

GENERAL_TITLES = tuple(
    """
    aide|analyst|apprentice|assistant ii|associate i|associate iii|attendant|band 6|chief|clerk ii|
    colleague|contractor|controller|coordinator|crew|deputy|director ii|employee ft|engineer iii|
    expert|fellow|floating staff|floater|foreman|general|general worker|
    grade 3|group leader|head|helper|inspector ii|instructor|internship|junior associate|key person|
    laborer ii|lead associate|leader|level 2|manager|manager on duty|mentor|member|new hire|
    office|operations|operator ii|owner|part-time|part-time associate|partner ii|personnel|
    planner|position|pool|president|principal|professional|professional ii|project|reliever|
    relief|reserve|resource|senior associate|senior manager|senior specialist|service|
    shift leader|site staff|specialist i|specialist iii|staff member|student|substitute|
    supervisor ii|support|support staff|team|team leader|team supervisor|tech|technician|temp staff|
    tester|trainer|unit lead|unknown|vendor|volunteer|worker|worker ii|x|zone lead|
    angestellter|arbeiter|assistenz|aushilfskraft|auszubildender|bereichsleiter|
    fachkraft|gruppenleiter|hilfskraft|kollege|kraft|leitung|meister|mitarbeiterin|
    praktikantin|schichtleiter|spezialist|teamleiter|teilzeitkraft|vertretung|
    asistente|ayudante|colaborador|coordinador|director|encargado|especialista|gerente|jefe|
    jefe de equipo|operario|personal|tecnico|trabajador|
    agent|cadre|collaborateur|coordinateur|directeur|interimaire|ouvrier|
    responsable|salarie|technicien|apprenti
    """.replace("\n", "").split("|")
)
"""Titles that name no occupation, written for this purpose."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A title with the occupations that it may name; none if it names no occupation."""

    title: str | tuple[str, ...]
    department: str | tuple[str, ...] = ()
    codes: frozenset[str] = frozenset()
    weight: float = 1.0
    language: str = "en"


def read_staff_titles(path: Path, half: str) -> list[Example]:
    """Read one half of the titles of staff lists: ``fit`` or ``judged``."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return [
        Example(
            title=row["title"],
            department=row["department"],
            codes=frozenset(row["soc_codes"].split()),
            weight=STAFF_WEIGHT,
            language=row["language"],
        )
        for row in table[table["half"] == half].to_dict("records")
    ]


def onet_examples(titles: Titles, rows: Sequence[int], seed: int) -> list[Example]:
    """Return variants of titles of O*NET that the encoder was not tuned on."""
    vary = Variants([title_words(text) for text in titles.texts], titles.soc, seed)
    found = []
    for row in rows:
        title, department = vary(title_words(titles.texts[row]), titles.soc[row], "en")
        found.append(
            Example(
                title=tuple(title),
                department=tuple(department),
                codes=frozenset(titles.soc[row]),
            )
        )
    return found


def general_examples(judged: Sequence[Example]) -> list[Example]:
    """Return titles that name no occupation, without those that are judged."""
    left_out = {title_words(str(example.title)) for example in judged}
    return [
        Example(title=title.strip(), weight=GENERAL_WEIGHT)
        for title in GENERAL_TITLES
        if title_words(title.strip()) not in left_out
    ]


def _words(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return title_words(text) if isinstance(text, str) else text


def shortlists(index: NameIndex, examples: Sequence[Example]) -> tuple[Shortlist, np.ndarray]:
    """Return the shortlists of examples, and whether each came with a department."""
    departments = [_words(example.department) for example in examples]
    shortlist = index.shortlist([_words(example.title) for example in examples], departments)
    return shortlist, np.array([bool(words) for words in departments])


def is_right(index: NameIndex, shortlist: Shortlist, examples: Sequence[Example]) -> np.ndarray:
    """Return whether each occupation of each shortlist is right, shape (n, n_listed)."""
    return np.array(
        [
            [index.codes[column] in example.codes for column in columns]
            for columns, example in zip(shortlist.columns.tolist(), examples, strict=True)
        ]
    )


def fit_ranking(index: NameIndex, examples: Sequence[Example]) -> Ranking:
    """Fit the weights of the ranking, then those of the probability.

    Args:
        index: names of the catalog, by an encoder that was not tuned on the examples.
        examples: titles whose occupations are known.
    """
    shortlist, has_department = shortlists(index, examples)
    right = is_right(index, shortlist, examples)
    weight = np.array([example.weight for example in examples])
    known = right.any(axis=1)
    features, answers, weights = shortlist.features[known], right[known], weight[known]

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        scores = features @ values
        scores -= scores.max(axis=1, keepdims=True)
        share = np.exp(scores)
        share /= share.sum(axis=1, keepdims=True)
        of_right = share * answers
        total = of_right.sum(axis=1, keepdims=True)
        slope = ((share - of_right / total)[:, :, None] * features).sum(axis=1)
        penalty = PENALTY * values @ values
        return (
            float(-(weights * np.log(total[:, 0])).sum() / weights.sum() + penalty),
            (weights[:, None] * slope).sum(axis=0) / weights.sum() + 2 * PENALTY * values,
        )

    start = np.array([8.0, 1.0, *([0.0] * (len(FEATURES) - 2))])
    best = minimize(loss, start, jac=True, method="L-BFGS-B").x
    ranking = Ranking(
        weights=best, certainty=np.zeros(len(CERTAINTY)), intercept=0.0, threshold=0.5
    )
    return _with_certainty(ranking, shortlist, has_department, right, weight)


def _with_certainty(
    ranking: Ranking,
    shortlist: Shortlist,
    has_department: np.ndarray,
    right: np.ndarray,
    weight: np.ndarray,
) -> Ranking:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    order, _ = ranking.order(shortlist)
    first_right = right[np.arange(len(order)), order[:, 0]]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=CERTAINTY_PENALTY, max_iter=1000))
    values = ranking.certainty_features(shortlist, has_department)
    model.fit(values, first_right, logisticregression__sample_weight=weight)
    scaler, logistic = model[0], model[1]
    certainty = logistic.coef_[0] / scaler.scale_
    intercept = float(logistic.intercept_[0] - certainty @ scaler.mean_)
    return Ranking(weights=ranking.weights, certainty=certainty, intercept=intercept, threshold=0.5)


def with_threshold(ranking: Ranking, threshold: float) -> Ranking:
    """Return the ranking with another threshold."""
    return Ranking(
        weights=ranking.weights,
        certainty=ranking.certainty,
        intercept=ranking.intercept,
        threshold=threshold,
    )
