"""Facts about the starter reference as it ships."""

from __future__ import annotations

import pytest

from engine import Corpus
from engine.corpus.catalogue import find_by_title
from engine.utils.text import text_key

MIN_TITLES = 8


def test_every_occupation_has_alternate_titles(starter: Corpus) -> None:
    counts = starter.alternate_titles.groupby("soc_code").size()
    assert set(counts.index) == set(starter.occupations["soc_code"])
    assert counts.min() >= MIN_TITLES


def test_an_alternate_title_names_one_occupation_and_repeats_no_official_title(
    starter: Corpus,
) -> None:
    names = [text_key(title) for title in starter.alternate_titles["title"]]
    assert len(set(names)) == len(names)
    official = {text_key(title) for title in starter.occupations["title"]}
    assert official.isdisjoint(names)


@pytest.mark.parametrize(
    ("title", "soc_code"),
    [
        ("nurse", "29-1141.00"),
        ("RN", "29-1141.00"),
        ("CNA", "31-1131.00"),
        ("truck driver", "53-3032.00"),
        ("software engineer", "15-1252.00"),
        ("HR generalist", "13-1071.00"),
        ("janitor", "37-2011.00"),
        ("car mechanic", "49-3023.00"),
        ("barista", "35-3023.01"),
        ("call center agent", "43-4051.00"),
        ("air traffic controller", "53-2021.00"),
        ("waiter", "35-3031.00"),
    ],
)
def test_everyday_titles_find_their_occupation(starter: Corpus, title: str, soc_code: str) -> None:
    assert find_by_title(starter, title).soc_code == soc_code
