import csv

import pytest

from engine.careers.licenses import FILE, license_of
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
