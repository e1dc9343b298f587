from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import benchmark
from tests.conftest import ROOT

BENCHMARK = str(ROOT / "scripts" / "benchmark.py")
OPTIONS = {
    "accuracy": {
        *("--reference", "--data-dir", "--encoder"),
        *("--adapters", "--seeds", "--baselines", "--figure"),
    },
    "scoreboard": {"--data-dir", "--encoder", "--engine"},
    "transfer": {"--data-dir"},
    "evidence": {"--data-dir", "--cases"},
    "rewordings": {"--encoder", "--tasks", "--in-index"},
    "idioms": {"--engine"},
    "languages": {"--data-dir", "--student", "--fold", "--baseline"},
    "time-shares": {"--encoder"},
    "titles": {"--reference", "--data-dir", "--half", "--no-throughput"},
    "agreement": set(),
    "starter": {"--data-dir"},
    "careers": {"--data-dir", "--engine", "--folds", "--prospects"},
    "careers-rewritten": {"--data-dir", "--folds"},
    "careers-speed": {"--occupations"},
    "moves": {"--data-dir", "--engine", "--test-from"},
    "cold-start": {"--runs"},
    "shipped": set(),
    "speed": {"--reference", "--data-dir", "--encoder", "--sizes", "--rows", "--workers"},
    "index": {"--sizes"},
    "extension": {"--seeds"},
    "load": {"--encoder"},
    "postings": {"--folds"},
    "soak": {"--engine", "--minutes"},
    "sensitivity": {"--engine"},
    "isco": {"--data-dir", "--encoder", "--engine"},
    "workforce": {"--engine", "--rows", "--titles"},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_each_benchmark_has_only_its_own_options(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = re.findall(r"^  (?:-h, )?(--[\w-]+)", _help(capsys, name), re.MULTILINE)
    assert len(options) == len(set(options))
    assert set(options) == OPTIONS[name] | {"--help", "--output"}


def test_every_benchmark_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    listed = re.findall(r"^    ([\w-]+)\s+[A-Z]\w+ ", _help(capsys), re.MULTILINE)
    assert listed == list(OPTIONS)


def _help(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        benchmark.main([*command, "--help"])
    assert stopped.value.code == 0
    return capsys.readouterr().out


def test_a_benchmark_prints_and_saves_its_figures(tmp_path: Path) -> None:
    output = tmp_path / "agreement.json"
    done = subprocess.run(
        [sys.executable, BENCHMARK, "agreement", "--output", str(output)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(output.read_text("utf-8"))
    overall = figures["all"]
    groups = figures.keys() - {"all", "rewrites"}
    assert overall["tasks"] == sum(figures[name]["tasks"] for name in groups)
    assert f"{overall['tasks']:8d}{overall['exposure']:17.2f}" in done.stdout


def test_an_invalid_reference_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.csv"
    assert benchmark.main(["accuracy", "--reference", str(missing)]) == 2
    assert f"benchmark: {missing}" in capsys.readouterr().err
