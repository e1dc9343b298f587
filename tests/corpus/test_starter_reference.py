"""What the data card and the changelog promise about the starter reference."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from engine import Corpus
from engine.corpus.sources import onet
from engine.encoders.cache import EmbeddingCache
from engine.intake.titles import TitleMatcher
from engine.records import rubric, soc
from engine.utils.delimited import read_table
from engine.utils.text import text_key
from scripts.benchmarks import agreement
from scripts.benchmarks import starter as benchmark
from scripts.benchmarks.documents import fill
from scripts.training import data_card
from tests.conftest import ROOT

FOLDER = ROOT / "reference_tasks"

# SOC 2018: digits of the 95 civilian minor groups within their major groups.
MINOR_GROUPS = {
    f"{major}-{digits:0<4s}"
    for major, groups in {
        "11": "1 2 3 9",
        "13": "1 2",
        "15": "12 2",
        "17": "1 2 3",
        "19": "1 2 3 4 5",
        "21": "1 2",
        "23": "1 2",
        "25": "1 2 3 4 9",
        "27": "1 2 3 4",
        "29": "1 2 9",
        "31": "11 2 9",
        "33": "1 2 3 9",
        "35": "1 2 3 9",
        "37": "1 2 3",
        "39": "1 2 3 4 5 6 7 9",
        "41": "1 2 3 4 9",
        "43": "1 2 3 4 5 6 9",
        "45": "1 2 3 4",
        "47": "1 2 3 4 5",
        "49": "1 2 3 9",
        "51": "1 2 3 4 51 6 7 8 9",
        "53": "1 2 3 4 5 6 7",
    }.items()
    for digits in groups.split()
}


def _minor_group(code: str) -> str:
    """Minor group of a SOC code: 29-1129.01 -> 29-1000, but 15-1254.00 -> 15-1200."""
    two_digits = f"{code[:5]}00"
    return two_digits if two_digits in MINOR_GROUPS else f"{code[:4]}000"


def test_it_covers_all_civilian_work(starter: Corpus) -> None:
    codes = list(starter.rows_of)
    assert len(MINOR_GROUPS) == 95
    assert {_minor_group(code) for code in codes} == MINOR_GROUPS
    assert {code[:2] for code in codes} == set(soc.MAJOR_GROUPS) - {"55"}
    zones = Counter(starter.occupations["job_zone"])
    assert min(zones[zone] for zone in (1, 2, 3, 4, 5)) >= 15
    assert set(starter.tasks["category"]) == set(rubric.CATEGORIES)


def test_the_changelog_names_the_last_task(starter: Corpus) -> None:
    changelog = (ROOT / "reference_tasks" / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"{len(starter.rows_of)} occupations, {len(starter.tasks):,} tasks" in changelog
    assert f"–{starter.tasks['task_id'].max()})" in changelog


def test_the_data_card_shows_what_its_commands_print(starter: Corpus) -> None:
    figures = json.loads(data_card.KEPT.read_text(encoding="utf-8"))
    measured = benchmark.contents(starter)
    kept = {name: part for name, part in figures["starter"].items() if name != "published"}
    assert kept == json.loads(json.dumps(measured))
    assert figures["agreement"]["rewrites"]["all"] == list(agreement.recognized()["all"])
    card = data_card.CARD.read_text(encoding="utf-8")
    assert fill(card, data_card.blocks(figures)) == card


def test_it_has_new_kinds_of_work_and_the_occupations_that_were_missing(starter: Corpus) -> None:
    titles = set(starter.occupations["title"])
    assert {
        "Wholesale and Retail Buyers, Except Farm Products",
        "Mental Health Counselors",
        "Cleaners of Vehicles and Equipment",
        "Teaching Assistants, Special Education",
        "First-Line Supervisors of Material-Moving Machine and Vehicle Operators",
        "Data Annotators",
        "Content Moderators",
        "Prompt and Model Evaluation Specialists",
        "AI Output Reviewers",
        "App-Based Delivery Workers",
        "Streamers and Online Video Creators",
        "Care Navigators",
        "Penetration Testers",
    } <= titles


def test_every_outcome_has_two_annotations_and_a_date() -> None:
    for _, row in read_table(FOLDER / "tasks.csv", ()):
        for measure in ("exposure", "automation", "automation_2026", "human_agency"):
            levels = rubric.levels_of(measure)
            names = (measure, f"annotation_1_{measure}", f"annotation_2_{measure}")
            assert {row[name] for name in names} <= set(levels), row["task_id"]
        assert row["as_of"] == "2023-03"
        assert row["as_of_automation_2026"] == row["as_of_human_agency"] == "2026-11"


def test_descriptions_have_one_voice(starter: Corpus) -> None:
    for text in starter.occupations["description"]:
        assert re.fullmatch(r"[A-Z][a-z]+\b.*[^.]\.", text), text
        assert not re.match(r"(?:They|The|Workers|These|Those|A|An)\b", text), text


@pytest.mark.real_data
def test_the_hundred_largest_occupations_are_in(starter: Corpus, published_corpus: Corpus) -> None:
    published = published_corpus.occupations
    codes = published["soc_code"].str[:7]
    largest = published["employment"].groupby(codes).max().nlargest(100)
    assert set(largest.index) <= set(starter.occupations["soc_code"].str[:7])


def test_every_task_is_one_sentence_of_work_with_its_labels(starter: Corpus) -> None:
    for task in starter.tasks["task"]:
        assert 8 <= len(re.findall(r"[\w'’-]+", task)) <= 31, task
        assert re.fullmatch(r"[A-Z].*[^.]\.", task), task
    assert starter.tasks[["exposure", "automation", "time_share"]].notna().all(axis=None)
    assert set(starter.tasks["exposure"]) <= {0.0, 0.5, 1.0}
    assert set(starter.tasks["automation"]) <= {0.0, 0.25, 0.5, 0.75, 1.0}
    for code, rows in starter.rows_of.items():
        assert 12 <= len(rows) <= 16, code
        percents = 100 * starter.tasks["time_share"].iloc[rows]
        np.testing.assert_allclose(percents, percents.round(), atol=1e-9)
        assert percents.sum() == pytest.approx(100)


def test_no_two_tasks_of_an_occupation_are_near_duplicates() -> None:
    Corpus.read(ROOT / "reference_tasks", "starter", strict=True)


@pytest.mark.real_data
@pytest.mark.reliability
def test_no_sentence_is_a_near_copy_of_onet(starter: Corpus, data_dir: Path) -> None:
    published = sorted({text_key(task["task"]) for task in onet.read(data_dir).tasks})
    runs = {run for text in published for run in _runs_of_eight_words(text)}
    own = [text_key(text) for text in starter.tasks["task"]]
    assert [text for text in own if not runs.isdisjoint(_runs_of_eight_words(text))] == []
    near = process.cdist(own, published, scorer=fuzz.ratio, score_cutoff=90, workers=2)
    assert [own[row] for row in np.flatnonzero(near.any(axis=1))] == []


@pytest.mark.real_data
@pytest.mark.figures
def test_no_sentence_is_a_paraphrase_of_onet(
    starter: Corpus, data_dir: Path, tmp_path: Path
) -> None:
    published = sorted({task["task"] for task in onet.read(data_dir).tasks})
    nearest = benchmark.likeness(starter, published, EmbeddingCache(tmp_path))
    near = starter.tasks["task"][nearest >= benchmark.LIKE_PUBLISHED].tolist()
    assert near == []


def _runs_of_eight_words(text: str) -> set[str]:
    words = text.split()
    return {" ".join(words[start : start + 8]) for start in range(len(words) - 7)}


def test_every_occupation_has_alternate_titles(starter: Corpus) -> None:
    counts = starter.alternate_titles.groupby("soc_code").size()
    assert set(counts.index) == set(starter.occupations["soc_code"])
    assert counts.min() >= 8


def test_an_alternate_title_names_one_occupation_and_repeats_no_official_title(
    starter: Corpus,
) -> None:
    names = [text_key(title) for title in starter.alternate_titles["title"]]
    assert len(set(names)) == len(names)
    official = {text_key(title) for title in starter.occupations["title"]}
    assert official.isdisjoint(names)


@pytest.mark.parametrize(
    ("title", "soc_code"),
    [
        ("nurse", "29-1141.00"),
        ("RN", "29-1141.00"),
        ("CNA", "31-1131.00"),
        ("truck driver", "53-3032.00"),
        ("software engineer", "15-1252.00"),
        ("HR generalist", "13-1071.00"),
        ("janitor", "37-2011.00"),
        ("car mechanic", "49-3023.00"),
        ("barista", "35-3023.01"),
        ("call center agent", "43-4051.00"),
        ("air traffic controller", "53-2021.00"),
        ("waiter", "35-3031.00"),
    ],
)
def test_everyday_titles_find_their_occupation(starter: Corpus, title: str, soc_code: str) -> None:
    assert TitleMatcher(starter).code(title) == soc_code
