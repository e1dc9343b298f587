import csv

import pytest

from engine.careers.licenses import FILE, license_of, study_years
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("code", "license"),
    [
        ("29-1141.00", "registered nurse's license"),
        ("29-1141.01", "registered nurse's license"),
        ("29-1215.00", "physician's license"),
        ("29-1291.00", "acupuncturist's license"),
        ("29-1129.01", "art therapist's license in some states"),
        ("29-1129.00", ""),
        ("43-4051.00", ""),
        ("ISCO-2221", ""),
    ],
)
def test_the_longest_beginning_of_a_code_decides(code: str, license: str) -> None:  # noqa: A002
    assert license_of(code) == license


def test_the_list_is_in_order_and_each_code_is_listed_once() -> None:
    with (ROOT / "reference_tasks" / FILE).open(encoding="utf-8", newline="") as stream:
        codes = [row["soc_code"] for row in csv.DictReader(stream)]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize(
    ("license", "held", "years"),
    [
        ("physician's license", "", 7),
        ("physician's license", "psychologist's license", 7),
        ("physician's license", "physician's license", 0),
        # The study of a nurse counts toward that of a nurse practitioner, and for nobody else.
        ("nurse practitioner's license", "", 4),
        ("nurse practitioner's license", "registered nurse's license", 2),
        ("registered nurse's license", "nurse practitioner's license", 0),
        ("commercial driver's license", "", 0),
        ("", "physician's license", 0),
    ],
)
def test_years_of_study_for_a_license(license: str, held: str, years: float) -> None:  # noqa: A002
    assert study_years(license, held) == years


def test_the_licenses_that_count_toward_another_are_listed() -> None:
    with (ROOT / "reference_tasks" / FILE).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["after"] for row in rows} - {""} <= {row["license"] for row in rows}
    # One license takes the same study wherever it is needed.
    assert len({(row["license"], row["study_years"], row["after"]) for row in rows}) == len(
        {row["license"] for row in rows}
    )
