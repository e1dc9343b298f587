from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine import Corpus, RiskEngine
from tests.conftest import ROOT


def _run(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.slow
def test_an_engine_of_ones_own_corpus_and_further_tasks_for_it(
    starter: Corpus, small: Corpus, tmp_path: Path
) -> None:
    small.write(tmp_path / "mine")
    tasks, output = tmp_path / "mine" / "tasks.csv", tmp_path / "engine"
    report = tmp_path / "report.json"
    arguments = ["--reference", tasks, "--output", output, "--from-scratch", "--report", report]
    done = _run("build_index.py", *arguments)
    assert done.returncode == 0, done.stderr
    assert f"{len(small.tasks):,} tasks" in done.stdout
    engine = RiskEngine.load(output)
    assert engine.corpus.fingerprint == small.fingerprint
    assert engine.encoder_name == "minilm"
    assert engine.score_occupation("29-1129.01").title == "Art Therapists"
    told = json.loads(report.read_text("utf-8"))
    assert told["fingerprint"] == engine.fingerprint
    assert told["reference"]["tasks"] == len(small.tasks)
    assert told["seconds"] > 0
    further = starter.select([code for code in starter.rows_of if code not in small.rows_of][:2])
    further.write(tmp_path / "more")
    done = _run("build_index.py", "--add", tmp_path / "more", "--output", output)
    assert done.returncode == 0, done.stderr
    assert f"extended {output}" in done.stdout
    extended = RiskEngine.load(output)
    assert extended.fingerprint != engine.fingerprint
    assert set(extended.corpus.rows_of) == set(small.rows_of) | set(further.rows_of)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--reference", "missing.csv"], "missing.csv does not exist"),
        (["--reference", "published", "--data-dir", "/nowhere"], "fetch_reference_data.py"),
        (["--add", "missing.csv", "--encoder", "static"], "and no other encoder"),
        (["--add", str(ROOT / "reference_tasks")], "does not exist: expected an engine folder"),
    ],
)
def test_a_build_that_cannot_be_says_why(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = _run("build_index.py", *arguments, "--output", tmp_path / "engine")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "engine").exists()


@pytest.mark.slow
def test_the_demo_shows_all_that_it_should(starter_folder: Path) -> None:
    done = _run("demo.py", "--engine", starter_folder)
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    for part in ("Museum Registrar", "Category", "AI Capability", "Risk Score", "Time %",
                 "confidence)", "of time in tasks of high risk", "Evidence for:",
                 "Careers similar to Museum Registrar"):  # fmt: skip
        assert part in text
    # Five careers, all of lower risk.
    assert re.findall(r"\d % \(([+-])\d+\)", done.stdout) == ["-"] * 5


def test_fetching_an_unknown_source_says_which_there_are() -> None:
    done = _run("fetch_reference_data.py", "--only", "nothing")
    assert done.returncode == 2
    assert "expected onet, eloundou, eloundou-automation, aei" in done.stderr


def test_the_benchmark_says_what_it_can_measure() -> None:
    done = _run("benchmark.py", "--help")
    assert done.returncode == 0, done.stderr
    for command in (
        "accuracy",
        "transfer",
        "evidence",
        "careers",
        "speed",
        "index",
        "extension",
        "soak",
    ):
        assert f"\n    {command} " in done.stdout
