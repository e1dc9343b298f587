"""Rewrites, postings, and scope examples that come with the starter reference."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from engine import Corpus
from engine.errors import CorpusError
from engine.records.posting import DUTY, KINDS
from engine.utils.text import text_key
from scripts.training import examples
from scripts.training.examples import read_blind_choices, read_postings, read_rewrites
from tests.conftest import ROOT

FOLDER = ROOT / "reference_tasks"


@pytest.fixture(scope="module")
def rewrites() -> pd.DataFrame:
    return read_rewrites()


@pytest.fixture(scope="module")
def postings() -> pd.DataFrame:
    return read_postings()


def test_every_task_is_told_in_four_styles_and_three_more_languages(
    rewrites: pd.DataFrame, starter: Corpus
) -> None:
    styles = rewrites.groupby(["style", "language"]).size()
    assert styles.to_dict() == dict.fromkeys(examples.STYLES, len(starter.tasks))


def test_rewrites_have_the_marks_of_their_style(rewrites: pd.DataFrame) -> None:
    texts = {
        style: rewrites.loc[rewrites["style"] == style, "text"]
        for style in ("short", "spoken", "resume", "advert")
    }
    assert texts["short"].str.split().str.len().between(2, 6).all()
    person = r"\b(?:i|i['’]\w+|me|my|mine|we|we['’]\w+|us|our|ours)\b"
    assert texts["spoken"].str.contains(person, flags=re.IGNORECASE).mean() > 0.99
    assert (
        texts["resume"].str.contains(r"\d|\b(?:two|three|four|five|six|half|dozen)\b").mean() > 0.9
    )
    assert texts["advert"].str.contains(r"\b(?:you|your|responsible)\b", flags=re.I).mean() > 0.95


def test_rewrites_of_different_tasks_differ_unless_they_are_short(rewrites: pd.DataFrame) -> None:
    long = rewrites[rewrites["style"] != "short"]
    keys = long["language"] + " " + long["text"].map(text_key)
    assert keys.duplicated().mean() < 0.001


def test_rewrites_are_in_the_language_that_they_name(rewrites: pd.DataFrame) -> None:
    # The most common function words of each language, by frequency in running text.
    words = {
        "de": r"\b(?:und|der|die|das|den|mit|für|auf|nach|im|von)\b",
        "es": r"\b(?:y|de|la|el|los|las|con|para|en|del)\b",
        "fr": r"\b(?:et|de|la|le|les|des|avec|pour|du|en|aux)\b",
    }
    for language, pattern in words.items():
        texts = rewrites.loc[rewrites["language"] == language, "text"]
        assert texts.str.contains(pattern, flags=re.IGNORECASE).mean() > 0.95, language


def test_a_blind_reader_recognizes_the_rewrites() -> None:
    choices = read_blind_choices()
    right = choices["chosen"] == choices["task_id"]
    assert len(choices) >= 500
    assert set(zip(choices["style"], choices["language"], strict=True)) == set(examples.STYLES)
    assert right.mean() >= 0.95


def test_postings_are_what_the_data_card_promises(postings: pd.DataFrame) -> None:
    documents = postings.drop_duplicates("posting_id")
    languages = Counter(documents["language"])
    assert len(documents) == 120
    assert languages["en"] == 100
    assert set(languages) == {"en", "de", "es", "fr"}
    assert set(documents["form"]) == set(examples.FORMS)
    assert set(postings["kind"]) == set(KINDS)
    duties = (postings["kind"] == DUTY).groupby(postings["posting_id"]).sum()
    assert duties.min() >= 1


def test_scope_examples_are_unique_and_name_known_occupations(starter: Corpus) -> None:
    with (FOLDER / "scope.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["work"] for row in rows} == {"yes", "no"}
    texts = [row["text"].casefold() for row in rows]
    assert len(set(texts)) == len(texts)
    codes = {row["soc_code"] for row in rows if row["soc_code"]}
    assert len(codes) > 500
    assert codes <= set(starter.rows_of)
    assert all(row["work"] == "yes" for row in rows if row["soc_code"])


TASKS = "task_id,task\nR1,Feed the cats.\nR2,Walk the dogs.\n"


def _rewrites_of(*ids: str) -> str:
    lines = [
        f"{task_id},{style},{language},{style} {language} of {task_id}"
        for task_id in ids
        for style, language in examples.STYLES
    ]
    return "task_id,style,language,text\n" + "\n".join(lines) + "\n"


def test_faults_of_rewrites_are_listed_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text(TASKS)
    bad = (
        "R3,short,en,feed pets\nR2,loud,en,WALK\nR1,short,en,feed cats\n"
        "R1,spoken,en,feed the cats\nR1,spoken,en,\n"
    )
    (tmp_path / "rewrites.csv").write_text(_rewrites_of("R1", "R2") + bad)
    with pytest.raises(CorpusError) as error:
        read_rewrites(tmp_path)
    faults = error.value.faults
    assert [fault.partition(":")[0] for fault in faults] == [
        "rewrites.csv line 16",
        "rewrites.csv line 17",
        "rewrites.csv line 18",
        "rewrites.csv line 19",
        "rewrites.csv line 19",
        "rewrites.csv line 20",
    ]
    assert "unknown task 'R3'" in faults[0]
    assert "unknown style and language ('loud', 'en')" in faults[1]
    assert "duplicate rewrite" in faults[2]
    assert "the text is the task itself" in faults[3]
    assert "blank text" in faults[5]


def test_a_missing_rewrite_is_named(tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text(TASKS)
    (tmp_path / "rewrites.csv").write_text(_rewrites_of("R1"))
    with pytest.raises(CorpusError, match="7 faults") as error:
        read_rewrites(tmp_path)
    assert error.value.faults[0] == (
        "rewrites.csv: task R2 has no short rewrite in language en; add one"
    )


def test_faults_of_postings_are_listed_with_their_lines(tmp_path: Path) -> None:
    lines = [
        "posting_id,form,language,line,kind,text",
        "P1,advert,en,1,title,Cook",
        "P1,advert,en,3,duties,Fry fish",
        "P1,advert,en,2,duty,Peel potatoes",
        "P1,email,en,4,duty,Wash up",
    ]
    (tmp_path / "postings.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(CorpusError) as error:
        read_postings(tmp_path)
    assert [fault.partition(";")[0] for fault in error.value.faults] == [
        "postings.csv line 3: unknown kind 'duties'",
        "postings.csv line 4: line 2 follows line 3",
        "postings.csv line 5: P1 changes from advert, en",
    ]
