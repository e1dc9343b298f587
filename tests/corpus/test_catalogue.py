from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from engine import Corpus, EngineError
from engine.corpus.catalogue import TitleIndex, catalogue_code, find_by_code, find_by_title
from engine.corpus.sources import published
from engine.errors import UnknownOccupationError
from engine.records import soc

ART, NURSES, AIDES = "29-1129.01", "29-1141.00", "31-1131.00"


@pytest.fixture(scope="module")
def titled(starter: Corpus) -> Corpus:
    names = [
        (ART, "Creative Arts Therapist"),
        (NURSES, "Charge Nurse"),
        (AIDES, "Bedside Helper"),
        (NURSES, "Bedside Helper"),
        (NURSES, "charge nurse!"),
    ]
    titles = pd.DataFrame(names, columns=["soc_code", "title"])
    return Corpus(
        name="starter",
        tasks=starter.tasks,
        occupations=starter.occupations,
        alternate_titles=titles,
    )


@pytest.fixture(scope="module")
def index(titled: Corpus) -> TitleIndex:
    return TitleIndex(titled)


def test_a_code_or_its_predecessor_finds_the_occupation(titled: Corpus) -> None:
    assert find_by_code(titled, "29-1141").title == "Registered Nurses"
    assert find_by_code(titled, "29-1125.01").title == "Art Therapists"
    assert catalogue_code(titled, "29-1125.01") == ART


def test_a_superseded_code_that_the_catalog_has_stays(titled: Corpus) -> None:
    old, new = "29-1125.01", soc.current_soc("29-1125.01")
    corpus = titled.select_occupations([new])
    kept = Corpus(
        name="old",
        tasks=corpus.tasks.assign(soc_code=old),
        occupations=corpus.occupations.assign(soc_code=old),
        alternate_titles=corpus.alternate_titles,
    )
    assert catalogue_code(kept, old) == old


def test_an_unknown_code_suggests_the_nearest_codes(titled: Corpus) -> None:
    with pytest.raises(UnknownOccupationError) as error:
        find_by_code(titled, "29-1199.99")
    assert str(error.value).startswith(
        f"SOC code 29-1199.99 is not among the {len(titled.rows_of)} occupations of the starter "
        "reference. Did you mean 29-11"
    )
    with pytest.raises(UnknownOccupationError, match="none is similar; score the job from a file"):
        find_by_code(titled, "55-1011.00")


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Registered Nurses", NURSES),
        ("registered  NURSE", NURSES),
        ("creative arts therapist", ART),
        ("Charge nurse", NURSES),
        ("Registerd nurses", NURSES),
        ("Electrican", "47-2111.00"),
    ],
)
def test_a_title_matches_exactly_by_another_name_or_misspelled(
    titled: Corpus, index: TitleIndex, title: str, code: str
) -> None:
    assert find_by_title(titled, title).soc_code == index.match(title) == code


@pytest.mark.parametrize(
    "title", ["manager", "zookeeping wizard", "qxz", "king", "th", "bus", "prime minister"]
)
def test_part_of_a_title_matches_nothing(index: TitleIndex, title: str) -> None:
    with pytest.raises(UnknownOccupationError, match="names no occupation of the starter"):
        index.match(title)


def test_the_suggestions_are_the_first_search_results(index: TitleIndex) -> None:
    with pytest.raises(UnknownOccupationError) as error:
        index.match("manager")
    suggested = str(error.value).partition("Did you mean ")[2]
    for code in index.find("manager", 5):
        assert code in suggested


def test_a_name_of_two_occupations_names_both(index: TitleIndex) -> None:
    with pytest.raises(UnknownOccupationError, match="names 2 occupations") as error:
        index.match("bedside helper")
    assert "Nursing Assistants" in str(error.value)
    assert "Registered Nurses" in str(error.value)


def test_a_blank_title_is_rejected(titled: Corpus) -> None:
    with pytest.raises(EngineError, match="the title is blank; give the name of an occupation"):
        find_by_title(titled, " - ")


@pytest.mark.parametrize(
    "query", ["art therapist", "art terapist", "Art Therapsts", "29-1129", "creative arts"]
)
def test_search_tolerates_typos(index: TitleIndex, query: str) -> None:
    assert index.find(query)[0] == ART


def test_search_for_the_start_of_a_code_lists_its_occupations(index: TitleIndex) -> None:
    found = index.find("29-11", limit=3)
    assert found == sorted(found)
    assert all(code.startswith("29-11") for code in found)
    assert index.find("99-") == []


def test_an_own_title_ranks_above_the_same_alternate_title(titled: Corpus) -> None:
    titles = pd.DataFrame([(AIDES, "Registered Nurses")], columns=["soc_code", "title"])
    corpus = Corpus(
        name="starter",
        tasks=titled.tasks,
        occupations=titled.occupations,
        alternate_titles=titles,
    )
    assert TitleIndex(corpus).find("registered nurses", limit=2) == [NURSES, AIDES]


def test_search_for_nothing_or_nonsense_finds_nothing(index: TitleIndex) -> None:
    assert index.find("  ") == index.find("xqzwv kjhgq") == []


def test_the_browser_index_lists_each_name_once_the_own_title_first(
    titled: Corpus, index: TitleIndex
) -> None:
    rows = index.browser_index()
    assert [code for code, _, _ in rows] == list(titled.rows_of)
    by_code = {code: (title, names) for code, title, names in rows}
    expected = ["registered nurses", "charge nurse", "bedside helper"]
    assert by_code[NURSES] == ("Registered Nurses", expected)


def test_an_occupation_without_tasks_has_no_names(titled: Corpus) -> None:
    kept = titled.tasks["soc_code"] != NURSES
    corpus = titled.take_tasks(kept.to_numpy().nonzero()[0])
    index = TitleIndex(corpus)
    assert NURSES not in [code for code, _, _ in index.browser_index()]
    assert index.match("bedside helper") == AIDES


@pytest.mark.real_data
def test_titles_match_in_the_published_reference(data_dir: Path) -> None:
    corpus, _ = published.read(data_dir)
    index = TitleIndex(corpus)
    titles = ("Art Therapists", "art therapist", "RN", "Plumber", "software developers")
    found = [index.match(title) for title in titles]
    assert found == [ART, ART, NURSES, "47-2152.00", "15-1252.00"]
