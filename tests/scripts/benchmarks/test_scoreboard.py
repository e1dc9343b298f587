from __future__ import annotations

import json

import numpy as np
import pytest

from engine import Corpus
from engine.evaluation import metrics, scoreboard
from engine.evaluation.group_coverage import CatalogueEstimates
from engine.model.catalogue_scores import CatalogueScores
from engine.records import rubric
from engine.records.measures import OBSERVED_2026, POTENTIAL
from scripts.benchmarks import scoreboard as script
from scripts.benchmarks import scoreboard_figures as figures
from tests.scripts import scoreboard_toy as toy


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return toy.corpus()


@pytest.fixture(scope="module")
def scores(corpus: Corpus) -> CatalogueScores:
    return toy.scores(corpus)


def test_outcomes_are_compared_with_the_scores(corpus: Corpus, scores: CatalogueScores) -> None:
    found = figures.outcome_figures(corpus, scores, toy.further(corpus))
    assert set(found) == set(corpus.measures)
    row, risk = found["automation"], scores.predictions.values["automation"][: toy.OWN]
    rated = corpus.tasks["automation"].to_numpy()[: toy.OWN]
    assert (row["rater"], row["date"]) == ("GPT-4", "2023-03")
    assert (row["tasks"], row["held_out"]) == (toy.OWN, 1.0)
    assert row["estimate"]["r"] == pytest.approx(metrics.correlation(risk, rated))
    assert row["estimate"] == row["risk"]
    observed = row["published"][OBSERVED_2026]
    assert observed["itself"] == {
        "count": 40,
        "r": pytest.approx(1.0),
        "rho": pytest.approx(1.0),
    }
    assert observed["engine"]["count"] == 40


def test_the_potential_is_compared_with_its_older_edition_alone(
    corpus: Corpus, scores: CatalogueScores
) -> None:
    row = figures.outcome_figures(corpus, scores, toy.further(corpus))[POTENTIAL]
    assert (row["tasks"], row["held_out"]) == (len(toy.OTHERS), 0.0)
    assert set(row["published"]) == {figures.POTENTIAL_2023}
    assert row["published"][figures.POTENTIAL_2023]["itself"]["rho"] == pytest.approx(1.0)


def test_exposure_levels_are_compared_with_those_of_the_model(
    corpus: Corpus, scores: CatalogueScores
) -> None:
    # The toy's levels E0, E2, E1 are 0, .5, 1 like the outcomes, but E0 on even rows.
    rows = np.arange(toy.OWN)
    right = (rows % 2 == 1) | (rows % 3 == 0)
    assert figures.level_figures(corpus, scores) == {"tasks": toy.OWN, "accuracy": right.mean()}


def test_people_agree_with_the_model_on_all_but_a_fourth(
    corpus: Corpus, scores: CatalogueScores
) -> None:
    found = figures.people_figures(scores, toy.further(corpus))
    # Rows 0, 4, …, 36 differ, unless the rating is .5.
    same = [row for row in range(40) if row % 4 or row % 5 == 2]
    assert found["GPT-4"]["same_level"] == len(same) / 40
    assert found["GPT-4"]["agreement"]["count"] == 40
    assert found["engine"]["agreement"]["count"] == 40


def test_occupations_are_ranked_by_use(corpus: Corpus, scores: CatalogueScores) -> None:
    further = toy.further(corpus)
    found = figures.use_figures(corpus, scores, further)
    risk = scores.predictions.values["automation"][: toy.OWN].reshape(-1, 2).mean(axis=1)
    use = further.use[: toy.OWN].reshape(-1, 2).sum(axis=1)
    expected = scoreboard.agreement(risk, use)
    assert found["all occupations"]["engine: automation"]["rho"] == pytest.approx(expected.rho)
    assert found["all occupations"]["automation"]["count"] == len(toy.CODES)
    assert found["in use"]["automation"]["count"] == np.sum(use > 0)
    assert found["in use"]["automation"]["rho"] == pytest.approx(1.0)
    assert OBSERVED_2026 not in found["all occupations"]  # known in 20 occupations only


def test_coverage_by_third_and_by_large_major_group(
    corpus: Corpus, scores: CatalogueScores
) -> None:
    estimates = CatalogueEstimates.of(corpus, scores, lambda _: toy.ERROR)
    alone = CatalogueEstimates.of(corpus, scores, lambda _: toy.ERROR, time_errors=False)
    found = figures.occupation_coverage(estimates, alone)
    assert {name: row["count"] for name, row in found.items()} == {
        "all": 48,
        "risk, third 1": 16,
        "risk, third 2": 16,
        "risk, third 3": 16,
        "11 Management": 20,
        "43 Office and Administrative Support": 18,
    }
    assert found["all"]["coverage"] == estimates.intervals.covered.mean()
    assert found["all"]["coverage_same_shares"] == alone.intervals.covered.mean()
    third = np.argsort(estimates.values, kind="stable")[:16]
    assert found["risk, third 1"]["coverage"] == estimates.intervals.covered[third].mean()


def test_coverage_of_tasks_where_it_is_hardest(corpus: Corpus, scores: CatalogueScores) -> None:
    found = figures.task_coverage(corpus, scores)
    risk = scores.predictions.values["automation"][: toy.OWN]
    rated = corpus.tasks["automation"].to_numpy()[: toy.OWN]
    covered = np.abs(risk - rated) <= 0.15
    assert found["all"]["count"] == toy.OWN
    assert found["all"]["coverage"] == pytest.approx(covered.mean())
    assert found["risk below 0.05"]["count"] == np.sum(risk < 0.05)
    assert found["risk below 0.05"]["coverage"] == pytest.approx(covered[risk < 0.05].mean())
    assert "novelty above 0.9" not in found  # only tasks that are not rated are so novel


def test_tiers_count_every_occupation(corpus: Corpus, scores: CatalogueScores) -> None:
    estimates = CatalogueEstimates.of(corpus, scores, lambda _: toy.ERROR)
    found = figures.tier_counts(estimates)
    assert list(found["by estimate"]) == ["Low", "Moderate", "High", "Very high"]
    assert sum(found["by estimate"].values()) == len(toy.CODES)
    means = (np.arange(toy.OWN).reshape(-1, 2) % 5 / 4).mean(axis=1)
    assert found["by rating"]["Very high"] == sum(
        rubric.tier(mean) == "Very high" for mean in means
    )


def test_evidence_is_compared_to_the_whole_percent(corpus: Corpus, scores: CatalogueScores) -> None:
    # The toy shows the next six tasks, whose ratings range from 0 to 1, but for the last ones,
    # whose next tasks are those of ISCO-08, without a rating of risk.
    found = figures.evidence_figures(corpus, scores)
    risk = np.round(scores.predictions.values["automation"][: toy.OWN], 2)
    outside = 0
    for row in range(toy.OWN):
        shown = np.arange(row + 1, min(row + 7, toy.OWN)) % 5 / 4
        outside += len(shown) > 0 and not shown.min() <= risk[row] <= shown.max()
    assert outside > 0
    assert found == {"tasks": toy.OWN, "outside": pytest.approx(outside / toy.OWN)}


def test_use_is_estimated_where_the_measure_applies(
    corpus: Corpus, scores: CatalogueScores
) -> None:
    assert figures.applicability(corpus, scores) == {
        OBSERVED_2026: {"used": 1.0, "others": pytest.approx(20 / (toy.OWN - 40))}
    }


def test_everything_prints_and_is_valid_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = toy.all_figures()
    json.dumps(found, allow_nan=False)
    script.print_outcomes(found["outcomes"])
    script.print_rest(found)
    lines = capsys.readouterr().out.splitlines()
    estimate = found["outcomes"][POTENTIAL]["estimate"]
    (potential,) = (line for line in lines if line.startswith(POTENTIAL))
    assert f"{estimate['r']:11.3f}{estimate['rho']:11.3f}" in potential
    (older,) = (line for line in lines if line.startswith(f"  by {figures.POTENTIAL_2023}"))
    assert older.split()[2] == "40"
    assert older.split()[-1] == f"{estimate['rho']:.3f}"
    assert any(line.startswith("11 Management") for line in lines)
