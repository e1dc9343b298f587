from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.main import get_command

from engine.cli.app import app
from engine.cli.fetch import fetch
from engine.corpus.sources import download
from engine.utils import resources
from tests.cli.conftest import Run


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, str]]:
    """Folders and names of the sources downloaded so far; nothing is really downloaded."""
    calls: list[tuple[Path, str]] = []

    def record(data_dir: Path, sources: Sequence[download.Source], *, progress: bool) -> None:
        assert progress is False  # stderr is not a terminal
        calls.extend((data_dir, source.name) for source in sources)

    monkeypatch.setattr(download, "fetch", record)
    return calls


def test_all_sources_are_downloaded_by_default(
    fetched: list[tuple[Path, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(resources.DATA_VARIABLE, str(tmp_path))
    fetch()
    names = [source.name for source in download.SOURCES]
    assert fetched == [(tmp_path, name) for name in names]
    assert names == ["onet", "eloundou", "eloundou-automation", "cdr", "ilo", "microsoft", "aei"]
    (only,) = [
        option for option in get_command(app).commands["fetch"].params if option.name == "only"
    ]
    assert all(name in only.help for name in names)


def test_named_sources_are_downloaded_and_reported(
    fetched: list[tuple[Path, str]], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    fetch(data_dir=tmp_path, only=["aei", "onet"])
    assert fetched == [(tmp_path, "aei"), (tmp_path, "onet")]
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["aei", "onet"]
    assert f"{tmp_path / 'onet_30_1'} (CC BY 4.0" in lines[1]


def test_an_unknown_source_is_one_line_with_the_known_ones(cli: Run, tmp_path: Path) -> None:
    done = cli("fetch", "--only", "nonsense", "--data-dir", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "'nonsense'" in done.stderr
    assert "onet, eloundou, eloundou-automation, cdr, ilo, microsoft, aei" in done.stderr
    assert len(done.stderr.splitlines()) == 1
