from __future__ import annotations

import pandas as pd

from engine.corpus.columns import CROSSWALK_COLUMNS
from engine.corpus.crosswalk import GROUP, Crosswalk

ROWS = [
    ("a", "ISCO-2221", "nurse", "29-1141.00", "exact"),
    ("a", "ISCO-2221", "nurse", "29-1171.00", "broad"),  # an exact pair decides
    ("b", "ISCO-2221", "ward nurse", "29-1171.00", "narrow"),
    ("c", "ISCO-3313", "bookkeeper", "43-3031.00", "close"),
    ("c", "ISCO-3313", "bookkeeper", "99-0000.00", "close"),  # not in the catalog
    ("d", "ISCO-3313", "ledger clerk", "", ""),  # links by its group alone
    ("", "ISCO-3313", "", "13-2011.00", "exact"),  # the group's own pair decides
]
CATALOG = ["29-1141.00", "29-1171.00", "43-3031.00", "13-2011.00", "11-1011.00"]


def _crosswalk() -> Crosswalk:
    return Crosswalk(pd.DataFrame(ROWS, columns=list(CROSSWALK_COLUMNS)))


def test_codes_of_a_catalog_by_hand() -> None:
    found = _crosswalk().codes_of(CATALOG)
    assert list(found) == CATALOG
    assert {code: (one.isco, one.esco, one.esco_kinds) for code, one in found.items()} == {
        "29-1141.00": (("ISCO-2221",), ("a",), ("exact",)),
        "29-1171.00": (("ISCO-2221",), ("b",), ("narrow",)),
        "43-3031.00": (("ISCO-3313",), ("c",), ("close",)),
        "13-2011.00": (("ISCO-3313",), (), ()),
        "11-1011.00": ((), (), ()),
    }


def test_it_is_the_inverse_of_the_links_of_esco() -> None:
    crosswalk = _crosswalk()
    codes = crosswalk.codes_of(CATALOG)
    for esco in "abcd":
        links = crosswalk.links_of_esco(esco, CATALOG)
        linked = set() if links.by_group else {link.soc_code for link in links.found}
        assert {code for code in CATALOG if esco in codes[code].esco} == linked


def test_a_unit_group_has_itself_and_its_occupations() -> None:
    found = _crosswalk().codes_of(["ISCO-3313"])["ISCO-3313"]
    assert found.isco == ("ISCO-3313",)
    assert found.esco == ("c", "d")
    assert found.esco_kinds == (GROUP, GROUP)


def test_without_a_crosswalk_nothing_is_known() -> None:
    found = Crosswalk(pd.DataFrame(columns=list(CROSSWALK_COLUMNS))).codes_of(["29-1141.00"])
    assert (found["29-1141.00"].isco, found["29-1141.00"].esco) == ((), ())
