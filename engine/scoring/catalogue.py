"""The scored catalog as tables: one row per occupation, or one per task.

The scores are those that the engine keeps: nothing is scored again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.careers.licenses import license_of
from engine.corpus.columns import CATEGORY_SEPARATOR, OUTLOOK_COLUMNS
from engine.model.occupation_estimates import error_models, occupation_estimates
from engine.persistence.engine_parts import EngineParts
from engine.records import codes, rubric
from engine.records.estimates import Estimate
from engine.records.results import MIN_RATED_TIME
from engine.scoring.table import measure_name

if TYPE_CHECKING:
    import pandas as pd


def catalogue_estimates(parts: EngineParts) -> dict[str, dict[str, Estimate]]:
    """Return code -> measure -> its estimate, for every occupation of the catalog."""
    corpus, scores = parts.reference.corpus, parts.scores
    errors = lru_cache(lambda group: error_models(parts.model, parts.confidence, group))
    return {
        code: occupation_estimates(
            errors(code[:2]),
            scores.predictions[rows],
            shares=scores.shares[rows],
            share_errors=scores.share_errors[rows],
            keys=corpus.text_keys[rows].tolist(),
        )
        for code, rows in corpus.rows_of.items()
    }


def catalogue_frame(parts: EngineParts) -> pd.DataFrame:
    """Return one row per occupation of the catalog; ``RiskEngine.catalogue`` lists the columns."""
    import pandas as pd

    corpus, estimates = parts.reference.corpus, catalogue_estimates(parts)
    listed = list(corpus.rows_of)
    facts = corpus.occupations.iloc[[corpus.occupation_rows[code] for code in listed]]
    groups = [codes.major_group(code) for code in listed]
    columns: dict[str, object] = {
        "soc_code": listed,
        "title": facts["title"].to_numpy(),
        "major_group": groups,
        "major_group_title": [codes.major_group_name(group) for group in groups],
        "job_zone": facts["job_zone"].astype("Int64").mask(facts["job_zone"] == 0).array,
        "description": facts["description"].to_numpy(),
    }
    columns |= {name: facts[name].to_numpy() for name in OUTLOOK_COLUMNS if name in facts}
    if "outlook_group" in facts:
        columns["outlook_is_wider"] = (facts["outlook_group"] != "").to_numpy()
    columns["license"] = [license_of(code) for code in listed]
    columns |= _sums(parts)
    columns["tier"] = [rubric.tier(one[rubric.RISK_MEASURE].value) for one in estimates.values()]
    known = _rated_occupations(parts)
    for measure in _measures(parts):
        name = measure_name(measure)
        found = [one.get(measure) for one in estimates.values()]
        for end, field in (("", "value"), ("_low", "low"), ("_high", "high")):
            values = [np.nan if one is None else getattr(one, field) for one in found]
            columns[f"{name}{end}"] = values
        columns |= _known_columns(parts, measure, known[measure])
    return pd.DataFrame(columns)


def task_frame(parts: EngineParts) -> pd.DataFrame:
    """Return one row per task of the catalog; ``RiskEngine.catalogue_tasks`` lists the columns."""
    import pandas as pd

    corpus, scores = parts.reference.corpus, parts.scores
    rows = np.concatenate(list(corpus.rows_of.values()))
    found, tasks = scores.predictions[rows], corpus.tasks.iloc[rows]
    _, sources = parts.reference.time_shares_and_sources(scores.shown.similar_time)
    own = [category.split(CATEGORY_SEPARATOR)[0] for category in tasks["category"]]
    columns: dict[str, object] = {
        **{name: tasks[name].to_numpy() for name in ("task_id", "soc_code", "task")},
        "category": [one or other for one, other in zip(own, found.categories, strict=True)],
        "time_share": scores.shares[rows],
        "time_share_source": np.asarray(sources, dtype=object)[rows],
        "ai_capability_level": found.levels,
        "novelty": found.novelty,
        "unlike_reference": found.unlike_reference,
        "out_of_scope": found.out_of_scope,
    }
    known = _rated_tasks(parts)
    for measure in _measures(parts):
        name = measure_name(measure)
        for end, table in (("", found.values), ("_low", found.low), ("_high", found.high)):
            columns[f"{name}{end}"] = table[measure]
        columns |= _known_columns(parts, measure, known[measure][rows])
    return pd.DataFrame(columns)


def _measures(parts: EngineParts) -> list[str]:
    """Return the measures, risk and AI capability first."""
    first = (rubric.RISK_MEASURE, rubric.CAPABILITY_MEASURE)
    return [*first, *(name for name in parts.model.measures if name not in first)]


def _known_columns(parts: EngineParts, measure: str, rated: np.ndarray) -> dict[str, object]:
    name = measure_name(measure)
    date = parts.model.sources[measure].date
    return {f"rated_{name}": rated, f"as_of_{name}": np.full(len(rated), date, dtype=object)}


def _sums(parts: EngineParts) -> dict[str, object]:
    """Return the number of tasks, and sums over the time of each occupation."""
    corpus, scores = parts.reference.corpus, parts.scores
    risk = scores.predictions.values[rubric.RISK_MEASURE]
    capability = scores.predictions.values[rubric.CAPABILITY_MEASURE]
    tables = {
        "high_risk_time_share": risk >= rubric.HIGH_RISK,
        "can_help": np.maximum(capability - risk, 0.0),
    }
    listed = corpus.rows_of.values()
    sums = {
        name: [min(float(scores.shares[rows] @ table[rows]), 1.0) for rows in listed]
        for name, table in tables.items()
    }
    return {"task_count": [len(rows) for rows in listed], **sums}


def _rated_tasks(parts: EngineParts) -> Mapping[str, np.ndarray]:
    """Measure -> mean known outcome of the text of each task, shape (n_tasks,); NaN if unknown."""
    import pandas as pd

    corpus = parts.reference.corpus
    outcomes = pd.DataFrame(corpus.outcomes, columns=list(corpus.measures))
    means = outcomes.groupby(corpus.text_keys).transform("mean")
    unknown = np.full(len(outcomes), np.nan)
    return {
        measure: means[measure].to_numpy() if measure in means else unknown
        for measure in parts.model.measures
    }


def _rated_occupations(parts: EngineParts) -> Mapping[str, np.ndarray]:
    """Measure -> ``OccupationRisk.known_outcomes`` of each occupation; NaN where there is none."""
    shares, listed = parts.scores.shares, parts.reference.corpus.rows_of.values()
    rated = {}
    for measure, outcomes in _rated_tasks(parts).items():
        time = np.where(np.isnan(outcomes), 0.0, shares)
        total = np.array([time[rows].sum() for rows in listed])
        weighted = np.array([time[rows] @ np.nan_to_num(outcomes[rows]) for rows in listed])
        enough = total >= MIN_RATED_TIME
        means = np.minimum(weighted / np.where(enough, total, 1.0), 1.0)
        rated[measure] = np.where(enough, means, np.nan)
    return rated
