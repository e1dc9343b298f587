from __future__ import annotations

from pathlib import Path

import pytest

from engine import EngineError
from engine.corpus.sources import onet

# Of the incumbents, half do task 101 yearly (category 2) and half daily (category 5); it is
# relevant to half of them.
RATINGS = (
    "O*NET-SOC Code\tTask ID\tScale ID\tCategory\tData Value\n"
    + "".join(f"11-1011.00\t101\tFT\t{n}\t{part}\n" for n, part in enumerate((0, 50, 0, 0, 50), 1))
    + "11-1011.00\t101\tRT\tn/a\t50\n11-1011.00\t101\tIM\tn/a\t4.25\n"
)


def test_tasks_have_zones_titles_categories_and_importance(data: Path) -> None:
    database = onet.read(data)
    assert database.without_tasks == 1
    assert [row["job_zone"] for row in database.occupations] == ["5", ""]
    titles = [row["title"] for row in database.alternate_titles]
    assert titles == ["Chief Executive Officer (CEO)", "CEO", "President"]
    first, second, third, fourth = database.tasks
    assert first["category"] == (
        "Reasoning and Decision Making | Coordinating, Developing, Managing, and Advising"
    )
    assert second["task"] == 'Hold "town hall" meetings.'
    assert [task["core"] for task in database.tasks] == ["true", "false", "true", "true"]
    assert (first["importance"], third["importance"], fourth["importance"]) == ("4.5", "", "")
    assert third["category"] == "Communicating and Interacting"


def test_the_full_ratings_give_frequency_and_importance(data: Path) -> None:
    (data / "onet_30_1" / "Task Ratings.txt").write_text(RATINGS)
    database = onet.read(data)
    first, second, *_ = database.tasks
    # Half of them each 4 and 260 times a year, relevant for half: the power mean of the roots.
    assert float(first["frequency"]) == pytest.approx(((4**0.5 + 260**0.5) / 2 * 0.5) ** 2)
    assert first["importance"] == "4.25"
    assert (second["frequency"], second["importance"]) == ("", "")
    assert database.frequencies == 1


def test_an_invalid_rating_is_rejected(data: Path) -> None:
    (data / "onet_30_1" / "Task Ratings.txt").write_text(RATINGS.replace("FT\t5", "FT\t9"))
    message = r"Task Ratings\.txt, task 101, scale FT: category '9' is not from 1 to 7"
    with pytest.raises(EngineError, match=message):
        onet.read(data)


def test_activities_are_detailed_or_intermediate(data: Path) -> None:
    assert onet.detailed_activities(data)["203"] == ["4.A.4.a.8.I01.D01"]
    assert onet.intermediate_activities(data)["101"] == [
        "4.A.2.b.1.I09",
        "4.A.2.b.4.I01",
        "4.A.4.b.4.I09",
    ]
    assert onet.activity_titles(data) == ["Set goals.", "Develop plans."]


def test_related_occupations_are_listed_closest_first(data: Path) -> None:
    assert onet.related_occupations(data) == {"11-1011.00": ["55-1011.00", "43-4051.00"]}
    path = data / "onet_30_1" / "Related Occupations.txt"
    path.write_text(path.read_text().replace("\t11\n", "\tten\n"))
    with pytest.raises(EngineError, match="column Index: 'ten' is not a whole number; delete the"):
        onet.related_occupations(data)
