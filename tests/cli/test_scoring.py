from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import Corpus, RiskEngine
from engine.encoders.cache import EmbeddingCache
from engine.intake.postings import read_posting
from engine.records.frontier import STEPS
from engine.records.measures import BARRIERS
from engine.records.serialize import to_json
from engine.report.posting import posting_to_text
from engine.report.scenario import scenarios_to_text
from engine.report.tables import csv_text, scenario_table, task_table
from engine.report.text import to_text
from tests.cli.conftest import Run
from tests.conftest import ROOT, WordEncoder

ART = "29-1129.01"
EXAMPLE = ROOT / "scripts" / "example_occupation.csv"


def test_score_prints_the_report(cli: Run, saved: Path, engine: RiskEngine) -> None:
    done = cli("score", "--soc", ART, "--engine", saved)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == to_text(engine.score_occupation(ART), width=120)


def test_score_writes_csv_or_json_by_suffix(
    cli: Run, saved: Path, engine: RiskEngine, tmp_path: Path
) -> None:
    result = engine.score_occupation(ART)
    expected = {"out.csv": csv_text(task_table([result])), "out.json": to_json(result)}
    for name, content in expected.items():
        done = cli("score", "--soc", ART, "--engine", saved, "-o", tmp_path / name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (tmp_path / name).read_text("utf-8") == content


def test_tasks_are_sorted_by_contribution(cli: Run, saved: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    done = cli("score", "--soc", ART, "--by-contribution", "--engine", saved, "-o", output)
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(output)
    contributions = (table["risk"] * table["time_share"]).tolist()
    assert contributions == sorted(contributions, reverse=True)


def test_a_note_names_the_occupation_if_it_was_named_differently(cli: Run, saved: Path) -> None:
    for title, note in (
        ("Art Therapists", ""),
        ("art therapist", f"art therapist: scored as {ART} Art Therapists\n"),
    ):
        done = cli("score", "--title", title, "--engine", saved)
        assert (done.returncode, done.stderr) == (0, note)


def test_a_failure_keeps_the_old_output(cli: Run, saved: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("precious")
    assert cli("score", "--soc", "55-1011", "--engine", saved, "-o", output).returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert output.read_text() == "precious"


@pytest.mark.parametrize("content", [b"", b"Caf\xe9 service and cleaning.", b"\n \n"])
def test_pasted_text_without_tasks_is_refused(cli: Run, saved: Path, content: bytes) -> None:
    done = cli("score", "--text", "-", "--engine", saved, stdin=content)
    assert (done.returncode, done.stdout) == (2, "")
    assert "standard input" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_every_task_is_explained_on_request(cli: Run, saved: Path, engine: RiskEngine) -> None:
    done = cli("score", "--soc", ART, "--explain", "--engine", saved)
    assert (done.returncode, done.stderr) == (0, "")
    result = engine.score_occupation(ART)
    assert done.stdout == to_text(result, width=120, every_task=True)
    assert done.stdout.count("Evidence for: ") == len(result.tasks)


def test_an_unknown_frontier_is_refused_before_any_work(cli: Run) -> None:
    done = cli("score", "--soc", ART, "--frontier", "robots", "--engine", "not-loaded")
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown frontier 'robots'; choose from: routine screen work; " in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_engine_without_barriers_has_no_frontier(cli: Run, saved: Path) -> None:
    done = cli("score", "--soc", ART, "--frontier", "hands too", "--engine", saved)
    assert (done.returncode, done.stdout) == (2, "")
    assert "does not estimate complexity, physicality, regulation" in done.stderr


def test_the_help_names_every_frontier(cli: Run) -> None:
    text = " ".join(cli("score", "--help").stdout.replace("│", " ").split())
    assert all(repr(name) in text for name in STEPS)


@pytest.fixture(scope="module")
def barred(small: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved engine of a corpus that has barriers, made of its outcomes."""
    few = small.select_occupations([*list(small.rows_of)[::4], ART])
    exposed = few.tasks["exposure"]
    values = (1 - exposed, exposed, 0 * exposed)
    tasks = few.tasks.assign(**dict(zip(BARRIERS.values(), values, strict=True)))
    corpus = replace(few, tasks=tasks)
    folder = tmp_path_factory.mktemp("engines") / "barred"
    cache = EmbeddingCache(tmp_path_factory.mktemp("vectors"))
    RiskEngine.build(corpus, WordEncoder(), cache=cache).save(folder)
    return folder


def test_a_frontier_adds_the_scenario_to_the_report(cli: Run, barred: Path) -> None:
    step = "skilled screen work"
    done = cli("score", "--soc", ART, "--frontier", step, "--engine", barred)
    assert (done.returncode, done.stderr) == (0, "")
    result = RiskEngine.load(barred).score_occupation(ART)
    scenario = scenarios_to_text(result.what_if(frontier=step))
    assert done.stdout == to_text(result, width=120, explain=False) + scenario


def test_a_frontier_writes_the_scenario_alone(cli: Run, barred: Path, tmp_path: Path) -> None:
    result = RiskEngine.load(barred).score_occupation(ART)
    changed = result.what_if(frontier="hands too")
    expected = {"out.csv": csv_text(scenario_table([changed])), "out.json": to_json(changed)}
    for name, content in expected.items():
        output = tmp_path / name
        done = cli("score", "--soc", ART, "--frontier", "hands too", "--engine", barred,
                   "-o", output)  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert output.read_text("utf-8") == content


@pytest.mark.slow
def test_files_and_pasted_text_are_scored(cli: Run, starter_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "jobs.json"
    done = cli("score", "--file", EXAMPLE, "--engine", starter_folder, "-o", output)
    assert done.returncode == 0, done.stderr
    assert json.loads(output.read_text("utf-8"))["title"] == "Museum Registrar"


ADVERT = (
    "Club Steward\n\nAbout us\nWe are a friendly club with 200 members.\n\nWhat you'll do\n"
    "- Write reports for the board of the club.\n"
    "- Paint the walls and ceilings of rooms (30% of your time)\n\n"
    "Requirements\n- At least two years of experience in a similar role\n"
)


@pytest.mark.slow
def test_a_posting_is_scored_and_the_rest_of_it_is_listed(
    cli: Run, starter_folder: Path, tmp_path: Path
) -> None:
    posting = read_posting(ADVERT)
    (tmp_path / "club_job.txt").write_text(ADVERT, "utf-8")
    output = tmp_path / "job.json"
    for source, stdin in ((tmp_path / "club_job.txt", b""), ("-", ADVERT.encode())):
        done = cli("score", "--text", source, "--engine", starter_folder, "-o", output,
                   stdin=stdin)  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "")
        where = "standard input" if source == "-" else str(source)
        assert done.stderr == posting_to_text(posting, where) + "\n"
        scored = json.loads(output.read_text("utf-8"))
        assert [task["task"] for task in scored["tasks"]] == [task.text for task in posting.tasks]
        given = [task["time_share"] for task in scored["tasks"]
                 if task["time_share_source"] == "given"]  # fmt: skip
        assert given == [0.3]
        assert scored["title"] == posting.title


@pytest.mark.slow
def test_a_text_without_tasks_says_so(cli: Run, starter_folder: Path) -> None:
    done = cli("score", "--text", "-", "--engine", starter_folder, stdin=b"?!\n***\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "standard input: the posting has no tasks" in done.stderr


@pytest.mark.slow
def test_batch_counts_rows_and_names_rejects(
    cli: Run, starter_folder: Path, tmp_path: Path
) -> None:
    texts = ["Write reports for clients.", "", "Paint the walls of houses."]
    pq.write_table(pa.table({"sentence": texts}), tmp_path / "in.parquet")
    done = cli("batch", tmp_path / "in.parquet", tmp_path / "out", "--text-column", "sentence",
               "--engine", starter_folder, "--backend", "local", "--workers", "1")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"2 rows scored into {tmp_path / 'out' / 'scores'}, 1 rejected\n"
    assert f"{tmp_path / 'in.parquet'} row 2: " in done.stderr
    scored = pq.read_table(tmp_path / "out" / "scores")
    assert scored["sentence"].to_pylist() == [texts[0], texts[2]]


@pytest.mark.slow
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_full_disk_behind_a_stream_is_no_traceback(
    stream: str, starter_folder: Path, tmp_path: Path
) -> None:
    """Progress may be lost; the final line may not."""
    pq.write_table(pa.table({"task": ["Write reports for clients."]}), tmp_path / "in.parquet")
    command = [sys.executable, "-m", "engine", "batch", tmp_path / "in.parquet", tmp_path / "out"]
    with Path("/dev/full").open("w") as full:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: full}
        done = subprocess.run(
            [*command, "--engine", starter_folder], cwd=ROOT, text=True, **streams
        )
    if stream == "stderr":
        assert (done.returncode, done.stdout.startswith("1 rows scored into")) == (0, True)
    else:
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1] == (
            "occupation-risk: output cannot be written (No space left on device); free space, or "
            "write to another file"
        )
        assert "Traceback" not in done.stderr
