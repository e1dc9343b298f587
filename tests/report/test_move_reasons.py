from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from engine import CareerMatch
from engine.careers.education import YEARS_AFTER_SCHOOL
from engine.careers.reasons import NO_REASONS
from engine.careers.results import (
    NO_OUTLOOK,
    CareerMatches,
    CareerPath,
    CareerPaths,
    MoveFrequency,
    NewTask,
    Outlook,
    SharedTask,
)
from engine.report.move_reasons import EDUCATION, explain, explain_paths, move_reasons

HERE = Outlook(
    median_wage=40_000,
    employment_change=0.02,
    code="43-4051",
    education="High school diploma or equivalent",
)
THERE = Outlook(
    median_wage=44_800,
    employment_change=0.08,
    annual_openings=12_300,
    code="31-9097",
    education="Postsecondary nondegree award",
    license="phlebotomist's license",
)


@pytest.fixture
def move(match: CareerMatch) -> CareerMatch:
    """A move of which everything is known."""
    return replace(
        match,
        title="Phlebotomists",
        risk=0.31,
        risk_difference=-0.21,
        carries_over=0.19,
        shared_tasks=(
            SharedTask("Schedule appointments.", "Book patients for tests", 0.9),
            SharedTask("File records.", "File records.", 0.8),
        ),
        new_tasks=(NewTask("Draw blood from patients.", 0.22), NewTask("Label tubes.", 0.1)),
        job_zone=3,
        job_zone_step=1,
        education_step=1.0,
        probability_safer=0.97,
        outlook=THERE,
        wage_ratio=1.12,
        origin_outlook=HERE,
    )


def test_everything_that_is_known_is_said_in_sentences(move: CareerMatch) -> None:
    assert asdict(move_reasons(move)) == {
        "main": (
            "About a fifth of the work there carries over; risk is 21 points lower, pay is 12% "
            "higher, and employment is projected to grow by 8%."
        ),
        "carries_over": (
            "About a fifth of the work there carries over.",
            "Alike: here, “Schedule appointments.” There, “Book patients for tests.”",
            "The same here and there: “File records.”",
        ),
        "new": (
            "New, with 22% of the time there: “Draw blood from patients.”",
            "New, with 10% of the time there: “Label tubes.”",
        ),
        "takes": (
            "It takes more preparation: Job Zone 3, one up.",
            "Employers typically ask for a certificate from a school after high school: about one "
            "more year of study.",
            "It takes a new license or certificate in the US: phlebotomist's license.",
        ),
        "gives": (
            "It pays 12% more: $44,800 a year at the median.",
            "Employment is projected to grow by 8% in ten years, with about 12,300 openings a "
            "year.",
            "Software can take over less of the work: 31%, against 52% here.",
            "The chance that the true risk is lower: 97%.",
        ),
        "often": (),
        "unknown": (),
    }


def test_only_an_own_job_is_yours(move: CareerMatch) -> None:
    own = move_reasons(move, own_job=True)
    assert own.carries_over[1:] == (
        "You already do this: “Schedule appointments.” There, it is: “Book patients for tests.”",
        "You already do this: “File records.”",
    )
    assert own.gives[2] == (
        "Software can take over less of the work: 31%, against 52% in your job."
    )
    assert (own.main, own.new, own.takes) == (
        (plain := move_reasons(move)).main,
        plain.new,
        plain.takes,
    )
    assert "you" not in " ".join(
        sentence.lower() for part in asdict(plain).values() for sentence in part
    )


def test_what_is_not_published_is_named_and_the_rest_is_said(move: CareerMatch) -> None:
    bare = replace(
        move,
        outlook=NO_OUTLOOK,
        job_zone=None,
        job_zone_step=None,
        education_step=None,
        wage_ratio=None,
    )
    found = move_reasons(bare)
    assert found.main == "About a fifth of the work there carries over; risk is 21 points lower."
    assert found.takes == ()
    assert found.gives == move_reasons(move).gives[2:]
    assert found.unknown == (
        "No pay, projection of employment, typical education, or Job Zone is published for "
        "Phlebotomists.",
    )
    one = move_reasons(replace(move, outlook=replace(THERE, median_wage=None), wage_ratio=None))
    assert one.unknown == ("No pay is published for Phlebotomists.",)


def test_what_is_not_known_of_the_start_is_not_compared(move: CareerMatch) -> None:
    alone = replace(
        move, origin_outlook=NO_OUTLOOK, wage_ratio=None, education_step=None, job_zone_step=None
    )
    found = move_reasons(alone)
    assert found.takes == (
        "Employers typically ask for a certificate from a school after high school: about one "
        "year of study.",
        "It takes a license or certificate in the US: phlebotomist's license.",
    )
    assert found.gives[0] == "It pays $44,800 a year at the median."
    assert found.unknown == (
        "Not compared, because it is not known here: pay, typical education, and Job Zone.",
    )
    assert "in your job: pay" in move_reasons(alone, own_job=True).unknown[0]


def test_figures_of_a_wider_group_are_named(move: CareerMatch) -> None:
    group = "Health Technologists, All Other"
    there = replace(move, outlook=replace(THERE, group=group))
    assert move_reasons(there).unknown == (
        f"Pay, employment, and education there are those of a wider group: {group}.",
    )
    here = replace(move, origin_outlook=replace(HERE, group=group))
    assert move_reasons(here).unknown == (
        f"Pay, employment, and education here are those of a wider group: {group}.",
    )


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (2, "It takes more preparation: Job Zone 3, two up."),
        (0, "It takes similar preparation: Job Zone 3."),
        (-1, "It takes less preparation: Job Zone 3, one down."),
    ],
)
def test_preparation(move: CareerMatch, step: int, sentence: str) -> None:
    assert move_reasons(replace(move, job_zone_step=step)).takes[0] == sentence


@pytest.mark.parametrize(
    ("years", "ending"),
    [
        (2.0, "about two more years of study."),
        (0.0, "no more study than here."),
        (-2.0, "less study than here."),
        (1.5, "about 1.5 more years of study."),
    ],
)
def test_study(move: CareerMatch, years: float, ending: str) -> None:
    assert move_reasons(replace(move, education_step=years)).takes[1].endswith(f": {ending}")


def test_education_has_a_sentence_for_each_name_of_the_source() -> None:
    assert EDUCATION.keys() == YEARS_AFTER_SCHOOL.keys()


def test_a_license_that_the_start_needs_too_is_not_new(move: CareerMatch) -> None:
    licensed = replace(HERE, license=THERE.license)
    assert (
        move_reasons(replace(move, origin_outlook=licensed))
        .takes[2]
        .startswith("It takes the same license")
    )


@pytest.mark.parametrize(
    ("ratio", "here", "there", "sentence", "main"),
    [
        (0.9, False, False, "It pays 10% less: $1,000 a year at the median.", "pay is 10% lower"),
        (1.0, False, False, "It pays about the same: $1,000 a year at the median.", "pay is about"),
        (
            1.5,
            False,
            True,
            "It pays at least 50% more: $1,000 a year or more at the median.",
            "pay is at least 50% higher",
        ),
        (0.5, True, False, "It pays at least 50% less: $1,000 a year at the median.", "pay is at"),
        (1.0, True, True, "Both pay $1,000 a year or more at the median.", "risk is 21"),
    ],
)
def test_pay(
    move: CareerMatch, ratio: float, here: bool, there: bool, sentence: str, main: str
) -> None:
    """The highest wages are published as lower bounds."""
    found = move_reasons(
        replace(
            move,
            wage_ratio=ratio,
            outlook=replace(THERE, median_wage=1_000, wage_is_minimum=there),
            origin_outlook=replace(HERE, wage_is_minimum=here),
        )
    )
    assert found.gives[0] == sentence
    assert main in found.main
    assert ("pay is" in found.main) != (here and there)


@pytest.mark.parametrize(
    ("change", "openings", "sentence"),
    [
        (-0.03, 1, "fall by 3% in ten years, with about 1 opening a year."),
        (0.004, None, "stay about the same in ten years."),
    ],
)
def test_employment(
    move: CareerMatch, change: float, openings: float | None, sentence: str
) -> None:
    there = replace(THERE, employment_change=change, annual_openings=openings)
    assert move_reasons(replace(move, outlook=there)).gives[1] == (
        f"Employment is projected to {sentence}"
    )


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        (0.2, "Software can take over more of the work: 31%, against 11% here."),
        (0.001, "Software can take over about as much of the work as here: 31%."),
    ],
)
def test_exposure(move: CareerMatch, difference: float, sentence: str) -> None:
    assert move_reasons(replace(move, risk_difference=difference)).gives[2] == sentence


def test_a_move_without_clear_pairs_or_without_new_tasks_says_so(move: CareerMatch) -> None:
    found = move_reasons(replace(move, shared_tasks=(), carries_over=0.03))
    assert found.carries_over == (
        "Very little of the work there carries over.",
        "These are weak likenesses: no task there is clearly like one here.",
    )
    assert move_reasons(replace(move, new_tasks=())).new == (
        "No task there is new: each is like one here.",
    )


def test_matches_and_the_next_ones_are_explained(move: CareerMatch) -> None:
    found = explain(CareerMatches([move], 9, {"safer_only": 8}, [move]))
    assert (found.considered, found.removed) == (9, {"safer_only": 8})
    assert found[0].reasons == found.next[0].reasons == move_reasons(move)
    assert move.reasons == NO_REASONS


def test_only_the_first_move_of_a_path_starts_from_the_own_job(move: CareerMatch) -> None:
    paths = CareerPaths([CareerPath((move, move), 1.5, -0.4)], 3)
    (path,) = explain_paths(paths, own_job=True)
    assert [step.reasons for step in path.steps] == [
        move_reasons(move, own_job=True),
        move_reasons(move),
    ]
    assert (path.cost, path.risk_difference) == (1.5, -0.4)


@pytest.mark.parametrize(
    ("frequency", "sentence"),
    [
        (
            MoveFrequency(ratio=2.0, source="survey"),
            "People do make this move: between the two groups of occupations, there are 2.0 times "
            "as many moves as the numbers of people suggest (survey).",
        ),
        (
            MoveFrequency(ratio=0.5, moves=1_234, source="our HR"),
            "Similar work, but the move is rarely made: 1,234 recorded: 0.5 times as many moves as "
            "the numbers of people suggest (our HR).",
        ),
        (
            MoveFrequency(ratio=1.0, source="survey"),
            "People make this move about as often as one would expect: between the two groups of "
            "occupations, there are 1.0 times as many moves as the numbers of people suggest "
            "(survey).",
        ),
    ],
)
def test_how_often_people_make_the_move(
    move: CareerMatch, frequency: MoveFrequency, sentence: str
) -> None:
    assert move_reasons(replace(move, frequency=frequency)).often == (sentence,)
    assert sentence in move_reasons(replace(move, frequency=frequency)).sentences
    assert move_reasons(replace(move, frequency=None)).often == ()
