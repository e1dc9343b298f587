"""The catalog as tables has the numbers of the scored occupations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from engine import RiskEngine
from engine.retrieval.reference import Reference
from engine.scoring.catalogue import catalogue_frame, task_frame

NAMES = {"risk": "automation", "ai_capability": "exposure"}


@pytest.fixture(scope="module")
def catalogue(engine: RiskEngine) -> pd.DataFrame:
    return engine.catalogue().set_index("soc_code")


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def test_it_has_one_row_per_occupation_of_the_catalog(
    catalogue: pd.DataFrame, engine: RiskEngine
) -> None:
    assert catalogue.index.tolist() == list(engine.corpus.rows_of)


def test_its_numbers_are_those_of_the_scored_occupations(
    catalogue: pd.DataFrame, engine: RiskEngine
) -> None:
    for code in catalogue.index[::7]:
        row, scored = catalogue.loc[code], engine.score_occupation(code)
        assert (row["title"], row["tier"], row["task_count"]) == (
            *(scored.title, scored.tier, len(scored.tasks)),
        )
        assert row["can_help"] == pytest.approx(scored.can_help)
        assert row["high_risk_time_share"] == pytest.approx(scored.high_risk_time_share)
        known = scored.known_outcomes
        for measure in engine.measures:
            name = next((short for short, long in NAMES.items() if long == measure), measure)
            found = scored.estimates.get(measure)
            expected = (np.nan,) * 3 if found is None else (found.value, found.low, found.high)
            shown = row[[name, f"{name}_low", f"{name}_high"]].tolist()
            np.testing.assert_array_equal(shown, expected)
            np.testing.assert_allclose(
                row[f"rated_{name}"], _number(known.get(measure)), atol=1e-12
            )
            assert row[f"as_of_{name}"] == engine.sources[measure].date


def test_it_has_the_facts_of_the_corpus_and_says_whose_they_are(
    catalogue: pd.DataFrame, engine: RiskEngine
) -> None:
    facts = engine.corpus.occupations.set_index("soc_code").loc[catalogue.index]
    for column in ("title", "median_wage", "employment", "annual_openings", "outlook_group"):
        pd.testing.assert_series_equal(catalogue[column], facts[column])
    own = catalogue[~catalogue["outlook_is_wider"]]
    assert (own["outlook_code"] == own.index.str[:7])[own["outlook_code"] != ""].all()
    nurses = catalogue.loc["29-1129.01"]
    assert nurses["major_group_title"] == "Healthcare Practitioners and Technical"
    assert nurses["outlook_is_wider"]
    assert nurses["job_zone"] == 5


def test_an_unknown_job_zone_is_missing(engine: RiskEngine) -> None:
    corpus, parts = engine.corpus, engine._parts
    zones = corpus.occupations["job_zone"].where(corpus.occupations["job_zone"] != 5, 0)
    changed = replace(corpus, occupations=corpus.occupations.assign(job_zone=zones))
    reference = Reference(changed, parts.reference.vectors)
    frame = catalogue_frame(replace(parts, reference=reference))
    assert frame["job_zone"].isna().sum() == (zones == 0).sum() > 0
    assert frame["job_zone"].dtype == "Int64"


def test_the_tasks_are_those_of_the_scored_occupations(engine: RiskEngine) -> None:
    frame = task_frame(engine._parts)
    assert len(frame) == sum(map(len, engine.corpus.rows_of.values()))
    assert frame["task_id"].is_unique
    by_code = dict(list(frame.groupby("soc_code", sort=False)))
    assert list(by_code) == list(engine.corpus.rows_of)
    for code in list(by_code)[::9]:
        rows = by_code[code]
        for (_, row), task in zip(
            rows.iterrows(), engine.score_occupation(code).tasks, strict=True
        ):
            assert (row["task"], row["category"], row["ai_capability_level"]) == (
                *(task.task, task.category, task.ai_capability_level),
            )
            assert row["time_share"] == pytest.approx(task.time_share)
            assert row["time_share_source"] == task.time_share_source
            assert (row["risk"], row["risk_low"], row["risk_high"]) == (
                *(task.risk, *task.risk_interval),
            )
            known = task.known_outcomes.get("automation")
            np.testing.assert_allclose(row["rated_risk"], _number(known), atol=1e-12)


def test_an_engine_shows_its_facts(engine: RiskEngine) -> None:
    assert repr(engine) == (
        f"RiskEngine('starter', encoder='words', occupations={len(engine.corpus.rows_of)}, "
        f"tasks={len(engine.corpus.tasks)}, confidence=0.90)"
    )
    html = engine._repr_html_()
    assert all(measure in html for measure in engine.measures)
