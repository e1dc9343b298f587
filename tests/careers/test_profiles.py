from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import Corpus
from engine.careers.profiles import outlook_of, task_activities, time_in_activities
from engine.careers.results import NO_OUTLOOK
from engine.corpus.columns import OCCUPATION_COLUMNS

ART = "29-1129.01"


def test_a_wage_that_is_not_published_is_unknown(small: Corpus) -> None:
    small = replace(small, occupations=small.occupations[[*OCCUPATION_COLUMNS]])
    unknown = replace(NO_OUTLOOK, license="art therapist's license in some states")
    assert outlook_of(small, ART) == unknown
    occupations = small.occupations.assign(median_wage=np.nan, employment_change=np.nan)
    assert outlook_of(replace(small, occupations=occupations), ART) == unknown
    occupations = small.occupations.assign(median_wage=50_000.0, wage_is_minimum=True)
    outlook = outlook_of(replace(small, occupations=occupations), ART)
    assert (outlook.median_wage, outlook.wage_is_minimum) == (50_000.0, True)


def test_the_time_of_a_task_is_divided_among_its_activities() -> None:
    time = time_in_activities([("a", "b"), ("a",), ()], np.array([0.5, 0.25, 0.25]))
    assert time == {"a": pytest.approx(0.5), "b": pytest.approx(0.25)}
    assert time_in_activities([(), ()], np.array([0.5, 0.5])) is None


def test_the_activities_of_a_task_are_intermediate(small: Corpus) -> None:
    two = small.take_tasks(np.arange(2))
    with_activities = replace(
        two, tasks=two.tasks.assign(activities=["4.A.1.a.1.I01.D01 | 4.A.2.b.1.I09.D02", ""])
    )
    assert task_activities(with_activities) == [("4.A.1.a.1.I01", "4.A.2.b.1.I09"), ()]
    assert task_activities(two) == [(), ()]
