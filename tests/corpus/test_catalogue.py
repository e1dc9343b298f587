from __future__ import annotations

import pandas as pd
import pytest

from engine import Corpus, EngineError
from engine.corpus.catalogue import find_by_code, find_by_title
from engine.errors import UnknownOccupationError


@pytest.fixture(scope="module")
def titled(starter: Corpus) -> Corpus:
    names = [
        ("29-1129.01", "Creative Arts Therapist"),
        ("29-1141.00", "Charge Nurse"),
        ("31-1131.00", "Bedside Helper"),
        ("29-1141.00", "Bedside Helper"),
    ]
    titles = pd.DataFrame(names, columns=["soc_code", "title"])
    return Corpus(
        name="starter",
        tasks=starter.tasks,
        occupations=starter.occupations,
        alternate_titles=titles,
    )


def test_by_code(titled: Corpus) -> None:
    assert find_by_code(titled, "29-1141").title == "Registered Nurses"
    assert find_by_code(titled, "29-1125.01").title == "Art Therapists"


def test_an_unknown_code_suggests_its_neighbours(titled: Corpus) -> None:
    with pytest.raises(UnknownOccupationError, match=r"29-1199\.99 .* such as 29-11"):
        find_by_code(titled, "29-1199.99")
    with pytest.raises(UnknownOccupationError, match="score its tasks from a file"):
        find_by_code(titled, "55-1011.00")


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Registered Nurses", "29-1141.00"),
        ("registered  NURSE", "29-1141.00"),
        ("creative arts therapist", "29-1129.01"),
        ("Charge nurse", "29-1141.00"),
        ("Registerd nurses", "29-1141.00"),
        ("Electrican", "47-2111.00"),
    ],
)
def test_by_title_exact_alternate_and_misspelt(titled: Corpus, title: str, code: str) -> None:
    assert find_by_title(titled, title).soc_code == code


@pytest.mark.parametrize("title", ["manager", "zookeeping wizard", "qxz", "Bedside Helper"])
def test_when_unsure_it_suggests(titled: Corpus, title: str) -> None:
    with pytest.raises(UnknownOccupationError, match="expected one"):
        find_by_title(titled, title)


@pytest.mark.parametrize("title", ["king", "th", "bus", "prime minister"])
def test_a_part_of_a_title_is_not_taken_for_it(titled: Corpus, title: str) -> None:
    with pytest.raises(UnknownOccupationError):
        find_by_title(titled, title)


def test_a_name_of_two_occupations_names_both(titled: Corpus) -> None:
    with pytest.raises(UnknownOccupationError, match="names 2 occupations") as error:
        find_by_title(titled, "bedside helper")
    assert "Nursing Assistants" in str(error.value)
    assert "Registered Nurses" in str(error.value)


def test_a_blank_title_is_refused(titled: Corpus) -> None:
    with pytest.raises(EngineError, match="blank"):
        find_by_title(titled, " - ")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Art Therapists", "29-1129.01"),
        ("art therapist", "29-1129.01"),
        ("RN", "29-1141.00"),
        ("Plumber", "47-2152.00"),
        ("software developers", "15-1252.00"),
    ],
)
def test_by_title_on_real_titles(data_dir, title: str, code: str) -> None:  # type: ignore[no-untyped-def]
    from engine.corpus.sources import published

    corpus, _ = published.read(data_dir)
    assert find_by_title(corpus, title).soc_code == code
