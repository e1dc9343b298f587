from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from engine import Corpus, RiskEngine
from engine.report import tables
from engine.web.content import downloads
from engine.web.content.site import Site
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.conftest import WordEncoder
from tests.web.conftest import ART


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_task_csv_is_that_of_the_command_line_and_the_run(
    site: Site, engine: RiskEngine
) -> None:
    text = downloads.tasks_csv(site.occupation(ART))
    expected = _rows(tables.csv_text(tables.task_table([engine.score_occupation(ART)])))
    assert _rows(text) == [row | {"run_id": "1"} for row in expected]
    assert text.splitlines()[0].endswith(",run_id")


def test_the_json_is_the_stored_record_with_its_matches(site: Site) -> None:
    record = site.occupation(ART)
    matches = site.matches(record)
    text = downloads.occupation_json(record, matches)
    assert json.loads(text) == record | {"similar": matches}


def test_the_summary_has_a_row_for_each_occupation(site: Site) -> None:
    rows = _rows(downloads.summary_csv(site.overview()))
    assert [row["soc_code"] for row in rows] == list(site.engine.corpus.rows_of)
    for row, known in zip(rows, site.overview(), strict=True):
        assert float(row["risk"]) == known["risk"]
        assert row["job_zone"] == str(known["job_zone"])
        assert float(row["rated_risk"]) == known["rated_risk"]
        assert row["task_count"] == str(known["task_count"])


def test_the_summary_of_unscored_occupations_has_empty_numbers(
    engine: RiskEngine, store: Store
) -> None:
    (row, *_) = _rows(downloads.summary_csv(Site(engine, store).overview()))
    assert row["title"]
    assert {row[name] for name in ("risk", "risk_low", "tier", "task_count", "run_id")} == {""}


@pytest.mark.parametrize("start", ["=1+", "@"])
def test_downloads_contain_no_formulas(starter: Corpus, tmp_path: Path, start: str) -> None:
    codes = starter.occupations["soc_code"].tolist()
    part = starter.select_occupations([*codes[::40], ART])
    files = {f"x {name}": content.decode() for name, content in part.files().items()}
    title, code = (str(part.occupations[name].iat[0]) for name in ("title", "soc_code"))
    forged = {name: text.replace(title, f"{start}{title}") for name, text in files.items()}
    engine = RiskEngine.build(Corpus.parse("forged", forged), WordEncoder())
    store = Store(f"sqlite:///{tmp_path / 'scores.sqlite'}")
    run_pipeline(engine, store, [code])
    site = Site(engine, store)
    for text in (
        downloads.tasks_csv(site.occupation(code)),
        downloads.summary_csv(site.overview()),
    ):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert f"'{start}{title}" in cells
        assert not [cell for cell in cells if cell.startswith(start)]
    store.close()
