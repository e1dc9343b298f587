"""The crosswalk: which occupations of a catalog a code of ESCO or ISCO-08 stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Corpus
from engine.corpus.crosswalk import KINDS, Link, Links
from engine.corpus.merge import merge
from engine.errors import CorpusError
from tests.corpus.toy import OCCUPATIONS, TASKS, write_files

A, B, C, D = (f"{letter * 8}-0000-0000-0000-000000000000" for letter in "abcd")
HEADER = "esco,isco,title,soc_code,match\n"
ROWS = (
    HEADER + f"{A},ISCO-3313,bookkeeper,43-3031.00,exact\n"
    f"{A},ISCO-3313,bookkeeper,13-2011.00,close\n"
    f"{B},ISCO-3313,tax clerk,13-2011.00,broad\n"
    f"{B},ISCO-3313,tax clerk,43-4051.00,narrow\n"
    f"{C},ISCO-3313,cost clerk,,\n"
    f"{D},ISCO-2512,programmer,15-1251.00,close\n"
    ",ISCO-2512,,15-1252.00,exact\n"
)
TEXTS = {"tasks": TASKS, "occupations": OCCUPATIONS}
CORPUS = Corpus.parse("toy", TEXTS | {"crosswalk.csv": ROWS})
LINKS = CORPUS.links
ALL = {"43-3031.00", "13-2011.00", "43-4051.00", "15-1251.00", "15-1252.00"}


def _weights(links: Links) -> dict[str, float]:
    return {link.soc_code: link.weight for link in links.found}


def test_an_exact_pair_decides() -> None:
    assert LINKS.links_of_esco(A, ALL) == Links(
        found=(Link(soc_code="43-3031.00", kind="exact", weight=1.0),)
    )


def test_without_an_exact_pair_in_the_catalog_all_pairs_count_equally() -> None:
    assert _weights(LINKS.links_of_esco(B, ALL)) == {"13-2011.00": 0.5, "43-4051.00": 0.5}
    partial = LINKS.links_of_esco(A, ALL - {"43-3031.00"})
    assert partial.found == (Link(soc_code="13-2011.00", kind="close", weight=1.0),)
    assert partial.missing == ("43-3031.00",)


def test_a_unit_group_is_the_mean_of_its_occupations_and_an_own_exact_pair_decides() -> None:
    group = LINKS.links_of_group("ISCO-3313", ALL)
    assert _weights(group) == {"43-3031.00": 0.5, "13-2011.00": 0.25, "43-4051.00": 0.25}
    assert list(_weights(group)) == ["43-3031.00", "13-2011.00", "43-4051.00"]
    assert _weights(LINKS.links_of_group("ISCO-2512", ALL)) == {"15-1252.00": 1.0}
    assert _weights(LINKS.links_of_group("ISCO-2512", {"15-1251.00"})) == {"15-1251.00": 1.0}


def test_an_occupation_without_a_pair_has_the_links_of_its_group() -> None:
    found = LINKS.links_of_esco(C, ALL)
    assert found.by_group
    assert found.found == LINKS.links_of_group("ISCO-3313", ALL).found
    assert (LINKS.group_of(C), LINKS.title_of(C)) == ("ISCO-3313", "cost clerk")


def test_an_unknown_code_links_to_nothing() -> None:
    unknown = "eeeeeeee-0000-0000-0000-000000000000"
    assert LINKS.links_of_esco(unknown, ALL) == Links()
    assert LINKS.links_of_group("ISCO-9999", ALL) == Links()
    assert not LINKS.knows(unknown)


def test_the_nearest_groups_share_the_most_digits_and_have_links() -> None:
    assert LINKS.nearest_groups("ISCO-3314", ALL) == ["ISCO-3313"]
    assert LINKS.nearest_groups("ISCO-2999", ALL) == ["ISCO-2512"]
    assert LINKS.nearest_groups("ISCO-2999", {"43-3031.00"}) == []


@pytest.mark.parametrize("catalog", [ALL, ALL - {"13-2011.00"}, {"43-4051.00"}])
def test_weights_sum_to_one(catalog: set[str]) -> None:
    for group in ("ISCO-3313", "ISCO-2512"):
        found = LINKS.links_of_group(group, catalog).found
        assert not found or sum(link.weight for link in found) == pytest.approx(1)
        assert {link.soc_code for link in found} <= catalog
        assert {link.kind for link in found} <= set(KINDS)


def test_it_is_stored_with_the_corpus_and_kept_by_a_merge(tmp_path: Path) -> None:
    write_files(tmp_path)
    (tmp_path / "crosswalk.csv").write_text(ROWS)
    corpus = Corpus.read(tmp_path)
    assert corpus.fingerprint == CORPUS.fingerprint
    corpus.write(tmp_path / "new")
    assert Corpus.read(tmp_path / "new").crosswalk.equals(CORPUS.crosswalk)
    plain = Corpus.parse("plain", TEXTS)
    assert list(plain.files()) == ["tasks.csv", "occupations.csv", "alternate_titles.csv"]
    assert len(plain.links) == 0
    more = plain.take_tasks(plain.rows_of["43-4051.00"][:0])
    assert merge(CORPUS, more, CORPUS.measures).crosswalk.equals(CORPUS.crosswalk)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("x,ISCO-3313,,,", "column esco: ESCO occupation 'x' is not valid"),
        (f"{A},331,,,", "column isco: ISCO-08 code '331' is not valid"),
        (",,,43-3031.00,exact", "column esco: blank; give an ESCO occupation"),
        (f"{A},,,43-3031.00,same", "column match: invalid value 'same'; give one of exact, close"),
        (f"{A},,,43-3031.00,", "column match: invalid value ''"),
        (f"{A},,,,exact", "column match: invalid value 'exact'"),
        (f"{A},,,99-1111,exact", "column soc_code: invalid SOC code '99-1111'"),
    ],
)
def test_a_fault_is_named(row: str, fault: str) -> None:
    with pytest.raises(CorpusError) as error:
        Corpus.parse("toy", TEXTS | {"crosswalk.csv": f"{HEADER}{row}\n"})
    assert any(f"crosswalk.csv line 2, {fault}" in line for line in error.value.faults)
