from __future__ import annotations

import pytest

from engine.intake.title_text import base_form, fold, title_words


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Sr. Mgr, Whse Ops III", "manager warehouse operation"),
        ("Registered Nurse (PRN) - nights", "registered nurse"),
        ("RN II", "registered nurse"),
        ("Store Mgr #1182", "store manager"),
        ("Cashier PT", "cashier"),
        ("PT Asst", "physical therapist assistant"),
        ("Pt Care Tech", "patient care technician"),
        ("Staff Acct", "staff accountant"),
        ("Acct Exec", "account executive"),
        ("Acct Clerk", "accounting clerk"),
        ("Maint Mech", "maintenance mechanic"),
        ("Mech Engr", "mechanical engineer"),
        ("Bus Driver", "bus driver"),
        ("Bus. Analyst", "business analyst"),
        ("C++ Developer", "cplusplus developer"),
        ("4th Grade Teacher", "elementary school teacher"),
        ("Architects, Except Landscape and Naval", "architect"),
        ("Managers, All Other", "manager"),
    ],
)
def test_abbreviations_are_spelled_out_and_levels_left_out(title: str, words: str) -> None:
    assert " ".join(title_words(title)) == words


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("Verkäufer (m/w/d)", "Verkäuferin"),
        ("Altenpfleger/in", "Altenpfleger*in"),
        ("Bürokauffrau", "Bürokaufmann"),
        ("Rechtsanwältin", "Rechtsanwalt"),
        ("Ingeniera de automatización", "Ingeniero de automatización"),
        ("Vendeuse", "Vendeur"),
        ("Infirmière", "Infirmier"),
        ("Directrice", "Directeur"),
        ("Dependiente/a", "Dependiente"),
        ("Registered Nurses", "registered nurse"),
        ("Secretaries", "Secretary"),
    ],
)
def test_genders_and_numbers_make_no_difference(title: str, same: str) -> None:
    assert title_words(title) == title_words(same) != ()


@pytest.mark.parametrize("title", ["II", "Senior", "PRN", "Temp", "All Other"])
def test_a_title_of_such_words_alone_keeps_them(title: str) -> None:
    assert title_words(title)


@pytest.mark.parametrize("title", ["", "  ", "---", "()", "#12"])
def test_a_title_without_words_has_none(title: str) -> None:
    assert title_words(title) == ()


def test_accents_and_capitals_fold() -> None:
    assert fold("CAFÉ Müller Straße") == "cafe muller strasse"


def test_short_and_known_words_stay() -> None:
    assert [base_form(word) for word in ("bus", "gas", "class", "camera", "nurse")] == [
        "bus",
        "gas",
        "class",
        "camera",
        "nurse",
    ]


def test_the_words_of_a_title_are_stable() -> None:
    for title in ("Sr. SWE II", "Whse Assoc III", "CNA (nights)", "Filialleiterin"):
        words = title_words(title)
        assert title_words(" ".join(words)) == words
