"""The published reference, and the scores of the occupation page in the specification."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import Corpus, RiskEngine
from engine.careers.filters import UNFILTERED
from engine.corpus.sources.published import JoinReport

pytestmark = pytest.mark.real_data


def test_the_join_reports_every_row_it_loses(
    data_dir: Path, published_read: tuple[Corpus, JoinReport]
) -> None:
    corpus, report = published_read
    labels, observed = report.labels, report.joined["aei"]
    lines = (data_dir / "eloundou_2023" / "full_labelset.tsv").read_text("utf-8").splitlines()
    assert labels.matched_by_id + labels.matched_by_text + labels.unmatched == len(lines) - 1
    assert labels.matched_by_id >= 16_867  # the copy that ignores occupations
    assert len(labels.by_task) == corpus.tasks["automation"].notna().sum()
    lines = (data_dir / "aei_2025_03" / "automation_vs_augmentation_by_task.csv").read_text("utf-8")
    assert observed.matched + observed.unmatched + observed.filtered == len(lines.splitlines()) - 1
    assert observed.matched == 2_022
    assert corpus.tasks["observed_automation"].notna().sum() == len(observed.by_task)
    assert corpus.tasks["observed_automation"].dropna().between(0, 1).all()


def test_the_corpus_has_all_of_onet(published_read: tuple[Corpus, JoinReport]) -> None:
    corpus, report = published_read
    assert len(corpus.rows_of) == 923
    is_onet = ~corpus.tasks["soc_code"].str.startswith("ISCO")
    assert is_onet.sum() == 18_796
    assert len(corpus.tasks) == 18_796 + 3_264
    assert set(corpus.tasks["soc_code"][~is_onet]) == set(corpus.other_occupations["soc_code"])
    assert report.database.without_tasks == 93
    assert (corpus.tasks["category"][is_onet] != "").all()
    exposure = corpus.tasks[["exposure_human", "exposure_model"]].mean(axis=1, skipna=False)
    pd.testing.assert_series_equal(corpus.tasks["exposure"], exposure, check_names=False)


@pytest.mark.slow
def test_the_page_of_the_specification_is_scored(published_engine: RiskEngine) -> None:
    result = published_engine.score_occupation("29-1125.01")
    assert result.title == "Art Therapists"
    assert result.job_zone == 5
    frame = result.to_frame()
    assert list(frame.columns) == ["Task", "Category", "AI Capability", "Risk Score", "Time %"]
    assert len(frame) == 25
    assert frame.notna().all(axis=None)
    assert frame["Time %"].sum() == pytest.approx(100)
    assert frame["Task"].nunique() == 25
    assert frame["Risk Score"].between(0, 100).all()
    assert frame["Risk Score"].std() > 5
    assert {task.time_share_source for task in result.tasks} <= {"importance", "frequency"}
    assert "exposure_human" in result.measures
    assert set(result.barriers) == {"cognitive", "physical", "regulatory"}


@pytest.mark.slow
def test_the_command_line_prints_that_page(published_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "page.csv"
    command = [sys.executable, "-m", "engine", "score", "--soc", "29-1125.01"]
    command += ["--engine", str(published_folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Art Therapists · SOC 29-1129.01 · Job Zone 5" in done.stdout
    assert "29-1125.01: scored as 29-1129.01 Art Therapists" in done.stderr
    subprocess.run([*command, "--output", str(output)], check=True, capture_output=True)
    table = pd.read_csv(output)
    assert len(table) == 25
    columns = ["category", "ai_capability", "ai_capability_level", "risk", "time_share"]
    assert table[columns].notna().all(axis=None)


@pytest.mark.slow
def test_scoring_agrees_with_the_catalog(published_engine: RiskEngine) -> None:
    """O*NET has hundreds of texts in several occupations, so neighbors have exact ties."""
    corpus, scores = published_engine.corpus, published_engine._parts.scores
    for code in list(corpus.rows_of)[::12]:
        rows = corpus.rows_of[code]
        scored = [task.risk for task in published_engine.score_occupation(code).tasks]
        shown = scores.predictions.values["automation"][rows]
        np.testing.assert_allclose(scored, shown, atol=1e-12)


@pytest.mark.slow
def test_desk_work_has_more_risk_than_manual_work(published_engine: RiskEngine) -> None:
    """An engine that fails here is broken, although passing proves little."""
    desk = [published_engine.score_occupation(c).risk for c in ("43-3031.00", "43-9021.00")]
    manual = [published_engine.score_occupation(c).risk for c in ("47-2181.00", "39-5012.00")]
    assert min(desk) > 2 * max(manual)
    matches = published_engine.similar_careers("29-1141.00", 10, **UNFILTERED)
    assert sum(match.soc_code[:2] in ("29", "31") for match in matches) >= 8
