import csv
from itertools import chain

import numpy as np
import pytest

from engine import RiskEngine
from engine.encoders.plain_words import FILE, in_plain_words
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Run the till", "operate the cash register"),
        ("Fill in the ROTA", "Fill in the work schedule"),
        ("I was taking minutes, then emails.", "I was write minutes of meetings, then emails."),
        ("Drive the lorries", "Drive the trucks"),
        ("Call GPs about referrals", "Call family doctors about referrals"),
        # Parts of words, other words in capitals, and protected phrases stay.
        ("Draw maps from GPS points", "Draw maps from GPS points"),
        ("Record distillery tillage", "Record distillery tillage"),
        ("Advise real estate agents", "Advise real estate agents"),
        ("Ask estate agents", "Ask real estate agents"),
        ("Write the monthly newsletter.", "Write the monthly newsletter."),
        ("", ""),
        # Eight words are short, nine are not.
        ("On Mondays I run the till until two", "On Mondays I operate the cash register until two"),
        ("On all Mondays I run the till until two", "On all Mondays I run the till until two"),
    ],
)
def test_phrases_of_the_list_are_replaced(said: str, meant: str) -> None:
    assert in_plain_words(said) == meant


def test_every_phrase_is_listed_once_and_gets_its_meaning() -> None:
    with (ROOT / "reference_tasks" / FILE).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    phrases = [_forms(row["said"]) for row in rows]
    listed = list(chain(*phrases))
    assert len(set(listed)) == len(listed)
    for row, forms in zip(rows, phrases, strict=True):
        assert row["meant"] == row["meant"].strip() != ""
        assert all(in_plain_words(form) == row["meant"] for form in forms), row


def _forms(said: str) -> list[str]:
    forms, _, rest = said.partition(" ")
    return [f"{form} {rest}".strip() for form in forms.split("|")]


def test_an_idiom_gets_the_score_of_its_meaning(starter_engine: RiskEngine) -> None:
    said, meant = starter_engine.score_tasks(["Run the till", "operate the cash register"])
    assert said.risk == meant.risk
    assert said.task == "Run the till"
    assert not said.out_of_scope
    assert not said.unlike_reference


def test_tasks_of_the_reference_are_embedded_as_they_stand(starter_engine: RiskEngine) -> None:
    texts = starter_engine.corpus.tasks["task"]
    row, text = next((row, text) for row, text in enumerate(texts) if "close the books" in text)
    vector = starter_engine._vectors([text], "the task")[0]
    assert np.array_equal(vector, starter_engine._parts.reference.vectors[row])
