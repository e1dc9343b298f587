"""From the wording of a duty to tasks: address, clauses, negation, and time."""

from __future__ import annotations

import pytest

from engine.intake.duty_text import ClauseSplitter, is_negated, without_address
from engine.intake.posting_titles import clean_title, find_department
from engine.intake.time_phrases import find_time

VERBS = frozenset(
    ["read", "order", "fill", "inspect", "clean", "repair", "cool", "unload", "stack"]
)


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("You will answer phones.", "Answer phones."),
        ("You’ll also be responsible for filing.", "Filing."),
        ("Responsible for the night audit", "The night audit"),
        ("In this role, you will be expected to write code", "Write code"),
        ("As a clerk, you sort mail", "Sort mail"),
        ("Duties: sweep, mop", "Sweep, mop"),
        ("I draft the letters and", "Draft the letters"),
        ("Zu deinen Aufgaben gehören die Ablage", "Die Ablage"),
        ("Sie dokumentieren zeitnah", "Dokumentieren zeitnah"),
        ("Serás responsable de atender al público", "Atender al público"),
        ("Vous êtes chargé de la caisse", "Caisse"),
        ("Youth work on weekends", "Youth work on weekends"),
        ("Dump trucks", "Dump trucks"),
        ("You", "You"),
    ],
)
def test_address_is_removed(text: str, task: str) -> None:
    assert without_address(text) == task


@pytest.mark.parametrize(
    ("text", "language", "clauses"),
    [
        (
            "Read drawings, order parts, fill in certificates",
            "en",
            ["Read drawings", "order parts", "fill in certificates"],
        ),
        ("Inspect, clean and repair pumps", "en", ["Inspect, clean and repair pumps"]),
        (
            "Inspect pumps, cooling towers and motors",
            "en",
            ["Inspect pumps, cooling towers and motors"],
        ),
        ("Read mail and order parts", "en", ["Read mail and order parts"]),
        (
            "Unloaded trucks, stacked pallets (big, small) and cleaned the dock",
            "en",
            ["Unloaded trucks", "stacked pallets (big, small)", "cleaned the dock"],
        ),
        (
            "Wunden versorgen, Werte messen, Insulin spritzen",
            "de",
            ["Wunden versorgen", "Werte messen", "Insulin spritzen"],
        ),
        (
            "Revisar la unidad, cargar el producto y entregar la mercancía",
            "es",
            ["Revisar la unidad", "cargar el producto", "entregar la mercancía"],
        ),
    ],
)
def test_sentences_split_into_clauses(text: str, language: str, clauses: list[str]) -> None:
    assert ClauseSplitter(VERBS).split(text, language) == clauses


@pytest.mark.parametrize(
    ("text", "language", "negated"),
    [
        ("You will not write reports", "en", True),
        ("no cold calling", "en", True),
        ("I don’t handle refunds", "en", True),
        ("Sie schreiben keine Berichte", "de", True),
        ("Keine Kaltakquise", "de", True),
        ("No atenderás llamadas", "es", True),
        ("Vous ne faites pas de prospection", "fr", True),
        ("Notify the nurse", "en", False),
        ("No experience required", "en", False),
        ("Not by phone but in person, advise clients", "en", False),
        ("Kinder in Empfang nehmen", "de", False),
        ("Noter les commandes", "fr", False),
    ],
)
def test_negation(text: str, language: str, negated: bool) -> None:
    assert is_negated(text, language) == negated


@pytest.mark.parametrize(
    ("text", "share", "rest"),
    [
        ("About a third of my time I monitor anesthesia", 1 / 3, "I monitor anesthesia"),
        ("chasing timesheets (10%)", 0.1, "chasing timesheets"),
        ("payroll, biweekly – about 30% of my time", 0.3, "payroll, biweekly"),
        ("40% - inspecting", 0.4, "inspecting"),
        ("20-30% of the time: answering phones", 0.25, "answering phones"),
        ("half the day on the phone", 0.5, "on the phone"),
        ("I spend 20% of my time filing", 0.2, "filing"),
        ("staffed the desk 18 hours a week", 0.45, "staffed the desk"),
        ("Termine koordinieren, ca. 25 %", 0.25, "Termine koordinieren"),
        ("Zwei Drittel meiner Arbeitszeit verbringe ich mit Telefonieren", 2 / 3, "Telefonieren"),
        ("Die Hälfte der Zeit: Lager aufräumen", 0.5, "Lager aufräumen"),
        ("La mitad del tiempo atiendo al público", 0.5, "atiendo al público"),
        ("La moitié du temps, c’est le ménage", 0.5, "le ménage"),
        ("20 % de mon temps : accueil", 0.2, "accueil"),
    ],
)
def test_shares_of_time(text: str, share: float, rest: str) -> None:
    found = find_time(text)
    assert found is not None
    assert found.share == pytest.approx(share)
    assert found.rest == rest


@pytest.mark.parametrize(
    "text",
    [
        "cut costs by 15%",
        "95% no-touch freight",
        "118% of quota",
        "grew sales 20% (+9%)",
        "20% filing",
    ],
)
def test_other_percentages_are_no_time(text: str) -> None:
    assert find_time(text) is None


def test_bare_percentages_are_time_in_a_list_of_them() -> None:
    found = find_time("20% filing", listed=True)
    assert found is not None
    assert (found.share, found.rest) == (0.2, "filing")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Position title: Dental Assistant (chairside)", "Dental Assistant (chairside)"),
        ("Elektroniker für Betriebstechnik (m/w/d)", "Elektroniker für Betriebstechnik"),
        ("CARISTE – MAGASINIER (H/F)", "CARISTE – MAGASINIER"),
        ("I'm a veterinary technician at an emergency clinic.", "Veterinary technician"),
        ("PUESTO: CHOFER REPARTIDOR", "CHOFER REPARTIDOR"),
        ("NAIL TECH WANTED!!!", "NAIL TECH"),
        ("***", None),
    ],
)
def test_titles_are_cleaned(text: str, title: str | None) -> None:
    assert clean_title(text) == title


def test_department_has_a_label() -> None:
    assert find_department(["Dept. of Things", "Department: Clinical"]) == "Clinical"
    assert find_department(["ÁREA: DISTRIBUCIÓN REPORTA A: SUPERVISOR"]) == "DISTRIBUCIÓN"
    assert find_department(["We work in departments"]) is None
