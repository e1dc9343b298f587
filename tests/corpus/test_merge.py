from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from engine import Corpus
from engine.corpus.merge import merge
from engine.errors import CorpusError
from tests.corpus.toy import HEADER, OCCUPATIONS, TASKS

MEASURES = ("exposure", "automation")
FIRST = Corpus.parse("first", {"tasks": TASKS, "occupations": OCCUPATIONS})
SECOND = Corpus.parse(
    "second",
    {
        "tasks": HEADER + "C1,47-2111.00,Install wiring.,,,E0,T0\nC2,43-4051.00,Sort mail.,,,E0,\n",
        "occupations": OCCUPATIONS.splitlines()[0]
        + "\n47-2111.00,Electricians,3,Wire houses.\n"
        + "43-4051.00,customer service representatives,4,Other words.\n",
        "titles": "soc_code,title\n47-2111.00,Wire Puller\n",
    },
)


def test_the_rows_of_the_first_come_first_and_its_facts_win() -> None:
    both = merge(FIRST, SECOND, MEASURES)
    assert both.name == "first+second"
    assert both.tasks["task_id"].tolist() == ["A1", "A2", "B1", "C1", "C2"]
    assert both.occupations["soc_code"].tolist() == ["11-1011.00", "43-4051.00", "47-2111.00"]
    assert both.occupations["job_zone"].tolist() == [5, 2, 3]
    assert both.alternate_titles["title"].tolist() == ["Wire Puller"]
    texts = {name: content.decode() for name, content in both.files().items()}
    assert Corpus.parse(both.name, texts).files() == both.files()


def test_a_name_or_title_is_not_repeated() -> None:
    both = merge(FIRST, SECOND, MEASURES)
    third = replace(SECOND, tasks=SECOND.tasks.head(1).assign(task_id="D1", task="Test wiring."))
    again = merge(both, third, MEASURES)
    assert again.name == "first+second"
    assert len(again.alternate_titles) == 1


def test_a_column_that_one_corpus_lacks_is_unknown_in_its_rows() -> None:
    richer = replace(
        SECOND,
        tasks=SECOND.tasks.assign(activities="4.A.1.a.1.I01.D01"),
        occupations=SECOND.occupations.assign(median_wage=50_000.0, wage_is_minimum=True),
    )
    both = merge(FIRST, richer, MEASURES)
    assert both.tasks["activities"].tolist() == [""] * 3 + ["4.A.1.a.1.I01.D01"] * 2
    np.testing.assert_array_equal(both.occupations["median_wage"], [np.nan, np.nan, 50_000])
    assert both.occupations["wage_is_minimum"].tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("table", "changes", "fault"),
    [
        (
            "tasks",
            {"task_id": "A1"},
            "duplicate task_id 'A1', which the reference has; remove the task if it is the same, "
            "or give it another ID",
        ),
        (
            "tasks",
            {"soc_code": "43-4051.00", "task": "answer EMAILS"},
            "task_id 'C1': duplicate task 'answer EMAILS', which occupation 43-4051.00 has in the "
            "reference as 'B1'; remove it",
        ),
        (
            "tasks",
            {"rare": 0.5},
            "column 'rare': the engine has no such measure, only exposure, automation; remove the "
            "column, or build an engine from all tasks",
        ),
        (
            "occupations",
            {"title": "Queen", "soc_code": "11-1011.00"},
            "occupation 11-1011.00: title 'Queen' conflicts with 'Chief Executives' of the "
            "reference; correct the title or the code",
        ),
    ],
)
def test_a_conflict_with_the_reference_is_a_fault(
    table: str, changes: dict[str, object], fault: str
) -> None:
    changed: pd.DataFrame = getattr(SECOND, table).head(1).assign(**changes)
    with pytest.raises(CorpusError) as error:
        merge(FIRST, replace(SECOND, **{table: changed}), MEASURES)
    assert error.value.faults == (fault,)
    assert str(error.value).startswith("corpus 'second', to be added to 'first', has 1 fault:")


def test_time_shares_may_not_sum_to_more_than_one_together() -> None:
    more = replace(SECOND, tasks=SECOND.tasks.head(1).assign(soc_code="11-1011.00", time_share=0.5))
    with pytest.raises(CorpusError) as error:
        merge(FIRST, more, MEASURES)
    (fault,) = error.value.faults
    assert fault.startswith(
        "occupation 11-1011.00, with its tasks in the reference: time_share sums to 1.5 over 3"
    )


def test_all_faults_are_listed_at_once() -> None:
    with pytest.raises(CorpusError) as error:
        merge(FIRST, FIRST, MEASURES)
    assert len(error.value.faults) == 3 + 1  # three IDs, and the time shares of one occupation
