from __future__ import annotations

import pytest

from engine import Corpus
from engine.corpus.catalogue import catalogue_code, find_by_code
from engine.errors import UnknownOccupationError
from engine.records import soc

ART = "29-1129.01"


def test_a_code_or_its_predecessor_finds_the_occupation(starter: Corpus) -> None:
    assert find_by_code(starter, "29-1141").title == "Registered Nurses"
    assert find_by_code(starter, "29-1125.01").title == "Art Therapists"
    assert catalogue_code(starter, "29-1125.01") == ART


def test_a_superseded_code_that_the_catalog_has_stays(starter: Corpus) -> None:
    old, new = "29-1125.01", soc.current_soc("29-1125.01")
    corpus = starter.select_occupations([new])
    kept = Corpus(
        name="old",
        tasks=corpus.tasks.assign(soc_code=old),
        occupations=corpus.occupations.assign(soc_code=old),
        alternate_titles=corpus.alternate_titles,
    )
    assert catalogue_code(kept, old) == old


def test_an_unknown_code_suggests_the_nearest_codes(starter: Corpus) -> None:
    with pytest.raises(UnknownOccupationError) as error:
        find_by_code(starter, "29-1199.99")
    assert str(error.value).startswith(
        f"SOC code 29-1199.99 is not among the {len(starter.rows_of)} occupations of the starter "
        "reference. Did you mean 29-11"
    )
    with pytest.raises(UnknownOccupationError, match="none is similar; score the job from its"):
        find_by_code(starter, "55-1011.00")
