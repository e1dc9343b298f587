import math

from engine import Corpus
from engine.careers.education import YEARS_AFTER_SCHOOL, years_after_school
from tests.conftest import ROOT


def test_every_education_of_the_starter_has_years() -> None:
    listed = set(Corpus.of(str(ROOT / "reference_tasks")).occupations["education"]) - {""}
    assert listed == set(YEARS_AFTER_SCHOOL)
    assert years_after_school("Bachelor's degree") - years_after_school("Associate's degree") == 2
    assert math.isnan(years_after_school(""))
