"""Numbers as people write them in staff lists."""

from __future__ import annotations

import pytest

from engine.errors import InputError
from engine.intake.roster_cells import (
    Cell,
    Decimal,
    Pay,
    decimal_sign,
    header_period,
    parse_headcount,
    parse_pay,
    text_of,
    to_number,
)


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("12", 12),
        ("12 FTE", 12),
        ("12.5 FTEs", 12.5),
        ("3 people", 3),
        ("~1,200", 1200),
        ("ca. 40", 40),
        ("1,234,567", 1_234_567),
        ("1 200", 1200),
        ("12 Mitarbeiter", 12),
        ("7 ETP", 7),
        (".5", 0.5),
        (7.0, 7),
        ('="007"', 7),
        ("１２", 12),
        ("0", 0),
    ],
)
def test_headcounts_are_read(cell: Cell, people: float) -> None:
    assert parse_headcount(cell) == people


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("-3", "negative"),
        ("(3)", "negative"),
        (-1.0, "negative"),
        ("=1+1", "is a formula; write its value"),
        ("ten", "not a number"),
        ("2-3", "not a number"),
        ("1/2", "not a number"),
        ("12 apples", "not a number"),
        ("1,2,3", "not a number"),
        ("9" * 50, "too large"),
        ("1" + " " * 100_000 + "x", "not a number"),
        (float("inf"), "too large"),
    ],
)
def test_headcounts_that_are_none_are_named(cell: Cell, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        parse_headcount(cell)


@pytest.mark.parametrize(
    ("cells", "default", "sign"),
    [
        (["0,5", "1.200"], ".", ","),
        (["1.200,50 €"], ".", ","),
        (["1,200.50"], ",", "."),
        (["0.875", "1.000"], ",", "."),
        (["1.000"], ",", ","),
        (["1.000"], ".", "."),
        (["1.234.567"], ".", ","),
        ([12.5, "x"], ".", "."),
        ([], ",", ","),
    ],
)
def test_the_column_shows_its_decimal_sign(
    cells: list[Cell], default: Decimal, sign: Decimal
) -> None:
    assert decimal_sign(cells, default) == sign


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1.200", ",", 1200),
        ("1.200", ".", 1.2),
        ("1,200", ".", 1200),
        ("1,200", ",", 1.2),
        ("1.200,50", ".", 1200.5),
        ("98'000", ".", 98_000),
        ("1,20,000", ".", 120_000),
    ],
)
def test_separators_follow_the_decimal_sign(text: str, decimal: Decimal, number: float) -> None:
    assert to_number(text, decimal) == number


@pytest.mark.parametrize(
    ("cell", "annual", "currency", "period"),
    [
        ("$52k", 52_000, "$", ""),
        ("52K USD", 52_000, "$", ""),
        ("25/hr", 52_000, "", "hour"),
        ("$25.50 hourly", 53_040, "$", "hour"),
        ("25 per hour", 52_000, "", "hour"),
        ("15,50 €/Std.", 32_240, "€", "hour"),
        ("1.200,50 €", 1200.5, "€", ""),
        ("45.000 EUR p.a.", 45_000, "€", "year"),
        ("45,000/yr", 45_000, "", "year"),
        ("4.500 € / Monat", 54_000, "€", "month"),
        ("CHF 98'000", 98_000, "CHF", ""),
        ("$1.2M", 1_200_000, "$", ""),
        (61_500.0, 61_500, "", ""),
    ],
)
def test_pay_is_read_as_pay_a_year(cell: Cell, annual: float, currency: str, period: str) -> None:
    assert parse_pay(cell) == Pay(annual=annual, currency=currency, period=period)


@pytest.mark.parametrize("cell", ["50,000 - 60,000", "$50-60k", "50.000 bis 60.000 €"])
def test_a_range_of_pay_is_its_middle(cell: str) -> None:
    found = parse_pay(cell)
    assert found.annual == 55_000
    assert found.is_range


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("-50000", "negative"),
        ("=B2*2", "formula"),
        ("competitive", "not a number"),
        ("50,000 to 60,000 to 70,000", "not a number"),
        ("0", "not positive"),
        ("$9000M", "too large"),
        ("50% of 40k", "not a number"),
    ],
)
def test_pay_that_is_none_is_named(cell: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        parse_pay(cell)


def test_a_header_can_give_the_period() -> None:
    assert header_period("Hourly Rate") == "hour"
    assert header_period("Monatsgehalt") == "month"
    assert header_period("Salaire mensuel") == "month"
    assert header_period("Salary (USD)") == "year"
    assert parse_pay("4,000", period="month").annual == 48_000
    assert parse_pay("48,000/yr", period="month").annual == 48_000


def test_numbers_of_a_spreadsheet_are_written_as_people_would() -> None:
    assert [text_of(cell) for cell in (12.0, 0.5, " x ", '="00123"')] == ["12", "0.5", "x", "00123"]
