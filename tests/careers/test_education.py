import math

import numpy as np

from engine import Corpus
from engine.careers.education import YEARS_AFTER_SCHOOL, study_step, years_after_school
from tests.conftest import ROOT


def test_every_education_of_the_starter_has_years() -> None:
    listed = set(Corpus.of(str(ROOT / "reference_tasks")).occupations["education"]) - {""}
    assert listed == set(YEARS_AFTER_SCHOOL)
    assert years_after_school("Bachelor's degree") - years_after_school("Associate's degree") == 2
    assert math.isnan(years_after_school(""))


def test_the_study_for_a_license_counts_where_it_is_longer() -> None:
    physician, nurse, none = "physician's license", "registered nurse's license", ""
    step = study_step(
        np.array([0.0, 9.0, -2.0, 1.0, math.nan, math.nan]),
        [physician, physician, nurse, none, nurse, none],
        [none, none, nurse, physician, none, none],
    )
    np.testing.assert_array_equal(step, [7, 9, -2, 1, 2, math.nan])
