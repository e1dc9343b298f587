"""Options --isco and --esco."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Corpus, RiskEngine
from engine.corpus.sources import esco
from engine.records.esco import esco_uri
from engine.report.text import to_text
from engine.utils import resources
from tests.cli.conftest import Run
from tests.conftest import WordEncoder
from tests.corpus.sources.test_esco import FILES
from tests.isco_corpora import MIXED, ONE, with_crosswalk


@pytest.fixture(scope="module")
def linking(few: Corpus, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RiskEngine]:
    """A saved engine with a crosswalk."""
    engine = RiskEngine.build(with_crosswalk(few), WordEncoder())
    folder = tmp_path_factory.mktemp("engines") / "linking"
    engine.save(folder)
    return folder, engine


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--isco", "3313"), "ISCO-3313"),
        (("--isco", "isco-08 2221"), "ISCO-2221"),
        (("--esco", esco_uri(MIXED)), MIXED),
        (("--esco", ONE), ONE),
        (("--soc", "ISCO-2221"), "ISCO-2221"),
    ],
)
def test_score_takes_codes_and_says_what_they_stand_for(
    cli: Run, linking: tuple[Path, RiskEngine], arguments: tuple[str, str], code: str
) -> None:
    folder, engine = linking
    done = cli("score", *arguments, "--engine", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == to_text(engine.score_occupation(code), width=120)
    if arguments[0] == "--soc":
        assert done.stderr.startswith("ISCO-2221: scored as ")
    else:
        assert done.stderr == engine.linked(code).explanation(engine.corpus.titles) + "\n"


def test_careers_start_from_a_code(cli: Run, linking: tuple[Path, RiskEngine]) -> None:
    done = cli("similar", "--isco", "2221", "--engine", linking[0])
    assert done.returncode == 0, done.stderr
    assert "ISCO-2221 stands for" in done.stderr


def test_a_bad_code_is_rejected(cli: Run, linking: tuple[Path, RiskEngine]) -> None:
    for arguments, fault in (
        (("--isco", "33"), "ISCO-08 code '33' is not valid; write the four digits"),
        (("--esco", "nurse"), "ESCO occupation 'nurse' is not valid; give its URI"),
        (("--isco", "3313", "--soc", "29-1141"), "--soc and --isco cannot be combined"),
    ):
        done = cli("score", *arguments, "--engine", linking[0])
        assert done.returncode != 0
        assert fault in done.stderr


def test_an_engine_without_a_crosswalk_takes_that_of_the_data_folder(
    cli: Run,
    saved: Path,
    engine: RiskEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(resources.DATA_VARIABLE, str(tmp_path / "nothing"))
    done = cli("score", "--isco", "4412", "--engine", saved)
    assert done.returncode != 0
    assert "the engine has no crosswalk" in done.stderr
    assert "--data-dir" in done.stderr
    first = next(iter(engine.corpus.rows_of))
    (tmp_path / esco.FOLDER).mkdir()
    for name, content in FILES.items():
        (tmp_path / esco.FOLDER / name).write_text(content.replace("43-4051.00", first), "utf-8")
    done = cli("score", "--isco", "4412", "--engine", saved, "--data-dir", tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"stands for {first}" in done.stderr
    assert done.stdout == to_text(engine.score_occupation(first), width=120)
    monkeypatch.setenv(resources.DATA_VARIABLE, str(tmp_path))
    again = cli("score", "--isco", "4412", "--engine", saved)
    assert (again.stdout, again.stderr) == (done.stdout, done.stderr)
