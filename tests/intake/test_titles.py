from __future__ import annotations

import time
from typing import Any

import pandas as pd
import pytest

from engine import Corpus, EngineError
from engine.errors import InputError, UnknownOccupationError
from engine.intake.titles import MAX_ALTERNATIVES, TitleMatcher
from engine.records.title_match import TitleMatch

ART, NURSES, AIDES = "29-1129.01", "29-1141.00", "31-1131.00"
DEVELOPERS, RECRUITERS = "15-1252.00", "13-1071.00"


@pytest.fixture(scope="module")
def titled(starter: Corpus) -> Corpus:
    names = [
        (ART, "Creative Arts Therapist"),
        (NURSES, "Charge Nurse"),
        (AIDES, "Bedside Helper"),
        (NURSES, "Bedside Helper"),
        (NURSES, "charge nurse!"),
    ]
    return _with_titles(starter, names)


def _with_titles(corpus: Corpus, names: list[tuple[str, str]]) -> Corpus:
    return Corpus(
        name="starter",
        tasks=corpus.tasks,
        occupations=corpus.occupations,
        alternate_titles=pd.DataFrame(names, columns=["soc_code", "title"]),
    )


@pytest.fixture(scope="module")
def few(titled: Corpus) -> TitleMatcher:
    """A matcher of the starter reference with few alternate titles."""
    return TitleMatcher(titled)


@pytest.fixture(scope="module")
def matcher(starter: Corpus) -> TitleMatcher:
    return TitleMatcher(starter)


# Matching -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "department", "code"),
    [
        ("Sr. Software Engineer II", "Platform", DEVELOPERS),
        ("Softwareentwicklerin (m/w/d)", None, DEVELOPERS),
        ("Registered Nurse", None, NURSES),
        ("HR Generalist", None, RECRUITERS),
        ("Electrican", "Maintenance", "47-2111.00"),
        ("Cajero", "Supermercado", "41-2011.00"),
        ("Caissière", "Magasin", "41-2011.00"),
        ("Forklift Operator - 2nd shift", "Warehouse", "53-7051.00"),
    ],
)
def test_a_title_of_a_staff_list_is_matched(
    matcher: TitleMatcher, title: str, department: str | None, code: str
) -> None:
    (match,) = matcher.match([title], [department])
    assert (match.soc_code, match.query, match.department) == (code, title, department)
    assert match.sure


@pytest.mark.parametrize(
    "title", ["Associate", "Specialist II", "Team Member", "Consultant", "TBD"]
)
def test_a_general_title_is_unsure(matcher: TitleMatcher, title: str) -> None:
    (match,) = matcher.match([title])
    assert match.soc_code is None
    assert match.title is None
    assert len(match.alternatives) == MAX_ALTERNATIVES


def test_the_department_decides_what_a_general_title_means(matcher: TitleMatcher) -> None:
    legal, care = matcher.match(["Secretary", "Secretary"], ["Legal", "Cardiology Clinic"])
    first = [_candidates(match)[0] for match in (legal, care)]
    assert first == ["43-6012.00", "43-6013.00"]


def _candidates(match: TitleMatch) -> list[str]:
    others = [other.soc_code for other in match.alternatives]
    return others if match.soc_code is None else [match.soc_code, *others]


def test_probabilities_descend_and_sum_to_one_at_most(matcher: TitleMatcher) -> None:
    titles = ["Analyst", "RN", "Office Clerk", "Machine Operator", "qxz"]
    for match in matcher.match(titles):
        listed = [other.probability for other in match.alternatives]
        assert listed == sorted(listed, reverse=True)
        total = sum(listed) + (match.probability if match.sure else 0.0)
        assert 0 <= total <= 1.0001
        if match.sure:
            assert match.probability >= listed[0]
            assert match.soc_code not in [other.soc_code for other in match.alternatives]
        else:
            assert match.probability == listed[0]


def test_matches_do_not_depend_on_the_other_titles(matcher: TitleMatcher) -> None:
    titles = ["Buyer II", "Cook", "Cook", "Koch", "Nurse"]
    departments = ["Procurement", None, "Cafeteria", "Kantine", ""]
    alone = [
        matcher.match([title], [department])[0]
        for title, department in zip(titles, departments, strict=True)
    ]
    together = matcher.match(titles, departments)
    for one, other in zip(alone, together, strict=True):
        assert (one.query, one.soc_code, one.department) == (
            other.query,
            other.soc_code,
            other.department,
        )
        assert one.probability == pytest.approx(other.probability, abs=2e-4)


def test_no_titles_have_no_matches(matcher: TitleMatcher) -> None:
    assert matcher.match([]) == []


@pytest.mark.parametrize(
    ("titles", "departments", "message"),
    [
        (["RN", " "], None, "title 2 is blank"),
        (["RN", None], None, "title 2 is None; give text"),
        ([3], None, "title 1 is 3; give text"),
        ("RN", None, "titles is 'RN'; give a list"),
        (["x" * 301], None, "title 1 has more than 300 characters"),
        (["RN"], ["a", "b"], "1 titles but 2 departments"),
        (["RN"], [7], "department 1 is 7"),
        (["RN"], "ICU", "departments is 'ICU'; give a list"),
    ],
)
def test_invalid_titles_are_named_by_row(
    matcher: TitleMatcher, titles: Any, departments: Any, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        matcher.match(titles, departments)


@pytest.mark.parametrize("title", ["???", "日本語", "=SUM(A1)", "<b>RN</b>", "a" * 300, "12345"])
def test_odd_titles_do_not_fail(matcher: TitleMatcher, title: str) -> None:
    (match,) = matcher.match([title])
    assert match.query == title


def test_the_catalog_may_have_one_occupation(starter: Corpus) -> None:
    (match,) = TitleMatcher(starter.select_occupations([NURSES])).match(["Registered Nurse"])
    assert match.soc_code == NURSES


# One occupation by its title ----------------------------------------------------------------------


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
    few: TitleMatcher, title: str, code: str
) -> None:
    assert few.code(title) == code


@pytest.mark.parametrize("title", ["manager", "qxz", "king", "th", "xqzwv kjhgq"])
def test_a_title_that_names_no_occupation_is_an_error(few: TitleMatcher, title: str) -> None:
    with pytest.raises(UnknownOccupationError, match="names no occupation of the starter"):
        few.code(title)


def test_the_suggestions_are_the_first_search_results(few: TitleMatcher) -> None:
    with pytest.raises(UnknownOccupationError) as error:
        few.code("manager")
    suggested = str(error.value).partition("Did you mean ")[2]
    for code in few.find("manager", 5):
        assert code in suggested


def test_a_name_of_two_occupations_names_both(few: TitleMatcher) -> None:
    with pytest.raises(UnknownOccupationError, match="names 2 occupations") as error:
        few.code("bedside helper")
    assert "Nursing Assistants" in str(error.value)
    assert "Registered Nurses" in str(error.value)


def test_a_blank_title_is_rejected(few: TitleMatcher) -> None:
    with pytest.raises(EngineError, match="the title is blank; give the name of an occupation"):
        few.code(" - ")


# Search -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["art therapist", "art terapist", "Art Therapsts", "29-1129", "creative arts"]
)
def test_search_tolerates_typos(few: TitleMatcher, query: str) -> None:
    assert few.find(query)[0] == ART


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("HR Generalist", RECRUITERS),
        ("doctor", "29-1215.00"),
        ("electri", "47-2111.00"),
        ("registered nu", NURSES),
        ("Krankenpfleger", NURSES),
        ("truck driver", "53-3032.00"),
    ],
)
def test_search_finds_what_people_type(matcher: TitleMatcher, query: str, code: str) -> None:
    assert code in matcher.find(query)[:3]


def test_doctors_do_not_drive_trains(matcher: TitleMatcher) -> None:
    assert all(code.startswith(("29-", "25-", "31-", "43-6")) for code in matcher.find("doctor", 5))


def test_search_for_the_start_of_a_code_lists_its_occupations(few: TitleMatcher) -> None:
    found = few.find("29-11", limit=3)
    assert found == sorted(found)
    assert all(code.startswith("29-11") for code in found)
    assert few.find("99-") == []


def test_an_own_title_ranks_above_the_same_alternate_title(starter: Corpus) -> None:
    corpus = _with_titles(starter, [(AIDES, "Registered Nurses")])
    assert TitleMatcher(corpus).find("registered nurses", limit=2) == [NURSES, AIDES]


def test_search_for_nothing_or_nonsense_finds_nothing(few: TitleMatcher) -> None:
    assert few.find("  ") == few.find("xqzwv kjhgq") == []


def test_a_search_takes_less_than_50_ms(matcher: TitleMatcher) -> None:
    matcher.find("nurse")
    queries = [query[:end] for query in ("registered nurse", "plumber") for end in range(1, 8)]
    start = time.perf_counter()
    for query in queries:
        matcher.find(query)
    assert (time.perf_counter() - start) / len(queries) < 0.05


def test_the_browser_index_lists_each_name_once_the_own_title_first(
    titled: Corpus, few: TitleMatcher
) -> None:
    rows = few.browser_index()
    assert [code for code, _, _ in rows] == list(titled.rows_of)
    by_code = {code: (title, names) for code, title, names in rows}
    expected = ["registered nurses", "charge nurse", "bedside helper"]
    assert by_code[NURSES] == ("Registered Nurses", expected)


def test_an_occupation_without_tasks_has_no_names(titled: Corpus) -> None:
    kept = titled.tasks["soc_code"] != NURSES
    matcher = TitleMatcher(titled.take_tasks(kept.to_numpy().nonzero()[0]))
    assert NURSES not in [code for code, _, _ in matcher.browser_index()]
    assert matcher.code("bedside helper") == AIDES


@pytest.mark.real_data
def test_titles_match_in_the_published_reference(published_corpus: Corpus) -> None:
    matcher = TitleMatcher(published_corpus)
    titles = ("Art Therapists", "art therapist", "RN", "Plumber", "software developers")
    found = [matcher.code(title) for title in titles]
    assert found == [ART, ART, NURSES, "47-2152.00", "15-1252.00"]
