from __future__ import annotations

import json
import platform
from pathlib import Path

import pytest

from engine import Corpus, EngineError, RiskEngine
from engine.cli.build import build
from engine.corpus import references
from engine.utils import resources
from tests.cli.conftest import Run
from tests.conftest import ROOT


@pytest.fixture
def built(
    engine: RiskEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> list[tuple[Corpus, str]]:
    """Corpora and encoders of the builds so far; every build returns the engine of the tests."""
    calls: list[tuple[Corpus, str]] = []

    def record(corpus: Corpus, encoder: str, *, progress: bool) -> RiskEngine:
        assert progress is False  # stderr is not a terminal
        calls.append((corpus, encoder))
        return engine

    monkeypatch.setattr(RiskEngine, "build", record)
    monkeypatch.setattr(resources, "engine_dir", lambda name: tmp_path / "engines" / name)
    return calls


def test_the_starter_engine_is_built_by_default(
    built: list[tuple[Corpus, str]], starter: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    build()
    ((corpus, encoder),) = built
    assert (corpus.fingerprint, encoder) == (starter.fingerprint, "work")
    folder = tmp_path / "engines" / "starter"
    assert (folder / "manifest.json").is_file()
    printed = capsys.readouterr().out
    assert f"{len(starter.tasks):,} tasks" in printed
    assert f"built {folder} in " in printed
    assert f"occupation-risk score --engine {folder}" in printed


def test_the_published_engine_is_built_with_its_join_report(
    built: list[tuple[Corpus, str]],
    small: Corpus,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    read_from: list[Path] = []

    def read(data_dir: Path) -> tuple[Corpus, str]:
        read_from.append(data_dir)
        return small, "12 labels joined by task ID"

    monkeypatch.setitem(references._JOINED, references.PUBLISHED, read)
    monkeypatch.setenv(resources.DATA_VARIABLE, str(tmp_path / "data"))
    build(reference="published", output=tmp_path / "a", encoder="static")
    build(reference="published", output=tmp_path / "b", data_dir=tmp_path / "c", from_scratch=True)
    assert read_from == [tmp_path / "data", tmp_path / "c"]
    assert [encoder for _, encoder in built] == ["static", "minilm"]
    assert capsys.readouterr().out.count("12 labels joined by task ID\n") == 2


def test_the_run_report_says_what_was_built(
    built: list[tuple[Corpus, str]], engine: RiskEngine, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    build(output=tmp_path / "engine", report=report)
    facts = json.loads(report.read_text("utf-8"))
    assert facts["output"] == str(tmp_path / "engine")
    assert facts["fingerprint"] == engine.fingerprint
    assert facts["reference"]["tasks"] == len(engine.corpus.tasks)
    assert facts["seconds"] > 0
    assert "careers" not in facts
    if platform.system() != "Windows":
        assert 0.05 < facts["peak_gb"] < 100


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"from_scratch": True, "encoder": "work"},
            "--from-scratch and --encoder cannot be combined",
        ),
        ({"add": Path("a"), "reference": "starter"}, "--add and --reference cannot be combined"),
        ({"add": Path("a"), "encoder": "static"}, "--add uses the encoder of the engine"),
        ({"add": Path("a"), "from_scratch": True}, "--add uses the encoder of the engine"),
        ({"add": Path("a"), "output": None}, "--add needs --output"),
        ({"reference": "missing.csv"}, "missing.csv does not exist"),
        ({"reference": "published", "data_dir": Path("/nowhere")}, "occupation-risk fetch"),
        ({"add": ROOT / "reference_tasks"}, "does not exist"),
    ],
)
def test_an_impossible_build_says_why_and_writes_nothing(
    options: dict[str, object], message: str, tmp_path: Path
) -> None:
    folder = tmp_path / "engine"
    with pytest.raises(EngineError, match=message):
        build(**({"output": folder} | options))  # type: ignore[arg-type]
    assert not folder.exists()


def test_your_own_reference_does_not_replace_a_default_engine(
    built: list[tuple[Corpus, str]], small: Corpus, tmp_path: Path
) -> None:
    own = tmp_path / "starter"
    small.write(own)
    with pytest.raises(EngineError, match="has the name of the starter reference.*with --output"):
        build(reference=str(own))
    assert built == []


@pytest.mark.slow
def test_your_own_corpus_is_built_and_extended(
    cli: Run, starter: Corpus, small: Corpus, tmp_path: Path
) -> None:
    small.write(tmp_path / "mine")
    output = tmp_path / "engine"
    tasks = tmp_path / "mine" / "tasks.csv"
    done = cli("build", "--reference", tasks, "--output", output, "--encoder", "static")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # no progress bar: stderr is not a terminal
    engine = RiskEngine.load(output)
    assert engine.corpus.fingerprint == small.fingerprint
    assert engine.encoder_name == "static"
    new = [code for code in starter.rows_of if code not in small.rows_of]
    further = starter.select_occupations(new[:2])
    further.write(tmp_path / "more")
    done = cli("build", "--add", tmp_path / "more", "--output", output)
    assert done.returncode == 0, done.stderr
    assert f"extended {output} in " in done.stdout
    extended = RiskEngine.load(output)
    assert extended.fingerprint != engine.fingerprint
    assert set(extended.corpus.rows_of) == set(small.rows_of) | set(further.rows_of)
