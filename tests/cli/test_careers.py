from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from engine import MoveFilters, RiskEngine
from engine.careers.filters import DEFAULT_FILTERS, UNFILTERED
from engine.cli.careers import FilterOptions, path, similar
from engine.cli.option_groups import with_option_groups
from engine.records.serialize import to_json
from engine.report.careers import comparison_to_text, matches_to_text, paths_to_text
from engine.report.formatting import percent
from tests.cli.conftest import Run
from tests.conftest import ROOT

ART = "29-1129.01"
EXAMPLE = ROOT / "scripts" / "example_occupation.csv"


@pytest.fixture(scope="module")
def riskiest(engine: RiskEngine) -> str:
    """The occupation that all others are less exposed than."""
    return max(engine.corpus.rows_of, key=lambda code: engine.score_occupation(code).risk)


def _title(engine: RiskEngine, code: str) -> str:
    result = engine.score_occupation(code)
    return f"{result.title} (risk {percent(result.risk)})"


def _parse(*arguments: str) -> tuple[MoveFilters | None, str]:
    """The filters that a command receives, and what it prints."""
    seen: list[MoveFilters] = []
    app = typer.Typer()

    @app.command()
    @with_option_groups
    def command(*, filters: FilterOptions) -> None:
        seen.append(filters)

    result = CliRunner().invoke(app, list(arguments))
    return (seen[0] if seen else None), result.output


def test_filters_default_to_those_of_the_engine() -> None:
    assert _parse() == (DEFAULT_FILTERS, "")


@pytest.mark.parametrize(
    ("command", "method"),
    [(similar, RiskEngine.similar_careers), (path, RiskEngine.career_paths)],
)
def test_other_options_default_to_those_of_the_engine(
    command: Callable[..., None], method: Callable[..., object]
) -> None:
    options = inspect.signature(command).parameters
    arguments = inspect.signature(method).parameters
    shared = (options.keys() & arguments.keys()) - {"filters"}
    assert shared >= {"k"}
    for name in shared:
        assert options[name].default == arguments[name].default, name


def test_every_filter_has_an_option() -> None:
    found, _ = _parse(
        *("--any-risk", "--max-job-zone-gap", "3", "--min-risk-reduction", "0.1"),
        *("--min-probability-safer", "0.8", "--min-wage-ratio", "0.9", "--growing-only"),
        *("--min-carries-over", "0.3"),
    )
    assert found == MoveFilters(
        safer_only=False,
        max_job_zone_gap=3,
        min_risk_reduction=0.1,
        min_probability_safer=0.8,
        min_wage_ratio=0.9,
        growing_only=True,
        min_carries_over=0.3,
    )


def test_the_job_zone_gap_may_have_no_limit() -> None:
    found, _ = _parse("--max-job-zone-gap", "any")
    assert found == MoveFilters(max_job_zone_gap=None)
    found, output = _parse("--max-job-zone-gap", "few")
    assert found is None
    assert "'few' is not a number; give 0 to 4" in output


ANY = ("--any-risk", "--any-outlook", "--max-job-zone-gap", "any", "--max-education-gap", "10")
LOW = ("--min-carries-over", "0", "--min-probability-safer", "0.5")
ANY += ("--min-wage-ratio", "0", "--min-carries-over", "0", "--max-rank", "300")


def test_similar_finds_what_the_engine_finds(
    cli: Run, saved: Path, engine: RiskEngine, riskiest: str, tmp_path: Path
) -> None:
    safer = engine.similar_careers(riskiest, min_carries_over=0.0, min_probability_safer=0.5)
    near_any = engine.similar_careers(ART, 3, **UNFILTERED)
    assert len(safer) > 0
    assert all(match.risk_difference < 0 for match in safer)
    assert len(near_any) == 3
    output = tmp_path / "matches.json"
    for matches, arguments in (
        (safer, ["--soc", riskiest, *LOW]),
        (near_any, ["--soc", ART, *ANY, "-k", "3"]),
    ):
        done = cli("similar", *arguments, "--engine", saved, "-o", output)
        assert done.returncode == 0, done.stderr
        assert json.loads(output.read_text("utf-8")) == json.loads(to_json(matches))
    printed = cli("similar", "--soc", riskiest, *LOW, "--engine", saved)
    reference = engine.corpus.name
    assert printed.stdout == matches_to_text(_title(engine, riskiest), safer, reference=reference)


def test_all_reasons_are_printed_on_request(cli: Run, saved: Path, engine: RiskEngine) -> None:
    (match,) = engine.similar_careers(ART, 1, **UNFILTERED)
    arguments = ("similar", "--soc", ART, *ANY, "-k", "1", "--engine", saved)
    short, full = (" ".join(cli(*arguments, *more).stdout.split()) for more in ((), ("--why",)))
    assert match.reasons.main in short
    assert match.reasons.gives[-1] not in short
    for sentences in (match.reasons.carries_over[1:], match.reasons.new, match.reasons.gives):
        assert " ".join(" ".join(sentences).split()) in full


def test_why_nothing_was_found_is_said_beside_an_empty_file(
    cli: Run, saved: Path, tmp_path: Path
) -> None:
    for command in ("similar", "path"):
        output = tmp_path / f"{command}.json"
        strict = ("--min-wage-ratio", "9", "--min-carries-over", "1")
        done = cli(command, "--soc", ART, *strict, "--engine", saved, "-o", output)
        assert (done.returncode, json.loads(output.read_text("utf-8"))) == (0, [])
        assert "passes the filters" in done.stderr
        assert "removed" in done.stderr


def test_a_target_that_is_out_of_reach_unknown_or_the_start_is_explained(
    cli: Run, saved: Path, engine: RiskEngine
) -> None:
    other = next(code for code in engine.corpus.rows_of if code != ART)
    start = ("path", "--soc", ART, "--engine", saved)
    far = cli(*start, "--to", other, "--min-carries-over", "1")
    assert far.returncode == 0
    text = " ".join(far.stdout.split())
    assert f"No path of at most 3 moves leads to {engine.corpus.titles[other]}." in text
    assert "single moves; removed" in text
    same = cli(*start, "--to", ART)
    assert (same.returncode, same.stdout) == (2, "")
    assert f"target {ART} is the occupation itself; name another one" in same.stderr
    unknown = cli(*start, "--to", "29-1128")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "29-1128 is not among" in unknown.stderr
    assert f"{ART} Art Therapists" in unknown.stderr


def test_path_finds_what_the_engine_finds(
    cli: Run, saved: Path, engine: RiskEngine, tmp_path: Path
) -> None:
    filters = MoveFilters(**UNFILTERED | {"min_wage_ratio": 0.0, "max_rank": 300})
    paths = engine.career_paths(ART, k=2, max_effort=None, filters=filters)
    assert len(paths) == 2
    arguments = ("path", "--soc", ART, "--max-risk", "1", *ANY, "-k", "2")
    done = cli(*arguments, "--engine", saved, "-o", tmp_path / "paths.csv")
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(tmp_path / "paths.csv")
    moves = [
        (number, place, step.soc_code)
        for number, found in enumerate(paths, start=1)
        for place, step in enumerate(found.steps, start=1)
    ]
    assert list(zip(table["path"], table["step"], table["soc_code"], strict=True)) == moves
    printed = cli(*arguments, "--engine", saved)
    reference = engine.corpus.name
    assert printed.stdout == paths_to_text(_title(engine, ART), paths, reference=reference)


def test_compare_finds_what_the_engine_finds(
    cli: Run, saved: Path, engine: RiskEngine, tmp_path: Path
) -> None:
    other = next(code for code in engine.corpus.rows_of if code != ART)
    output = tmp_path / "compared.json"
    done = cli("compare", "--soc", ART, "--soc", other, "-o", output, "--engine", saved)
    assert done.returncode == 0, done.stderr
    comparison = engine.compare([ART, other])
    assert json.loads(output.read_text("utf-8")) == json.loads(to_json(comparison))
    printed = cli("compare", "--soc", ART, "--soc", other, "--engine", saved)
    assert printed.stdout == comparison_to_text(comparison, reference=engine.corpus.name)


def test_a_file_of_several_occupations_is_refused(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text("title,task\nClerk,File the letters.\nCook,Cook soup for guests.\n")
    done = cli("similar", "--file", file, "--engine", "not-loaded")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{file} holds 2 occupations; give a file of one occupation" in done.stderr


@pytest.mark.slow
def test_compare_takes_a_file_too(cli: Run, starter_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "compared.csv"
    done = cli("compare", "--soc", ART, "--file", EXAMPLE, "--engine", starter_folder, "-o", output)
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(output)
    assert table["title"].tolist() == ["Museum Registrar", "Art Therapists"]
