from __future__ import annotations

import pytest

from engine.records.measures import PUBLISHED_SOURCES, STARTER_SOURCES, Source
from engine.report import formatting

FRAGMENTS = ("potential", "software", "as rated", "GPT-4", "Robots are not counted", "forecast")


def test_half_a_percent_is_rounded_up_as_in_browsers() -> None:
    """The server and the browser format the same numbers, so they must round the same way."""
    assert formatting.percent(0.625) == "63%"
    assert formatting.percent(0.635) == "64%"
    assert formatting.interval((0.125, 0.374)) == "13–37%"
    assert (formatting.percent(0.0), formatting.percent(1.0)) == ("0%", "100%")


def test_differences_have_a_sign_or_a_direction() -> None:
    differences = (-0.12, 0.01, -0.001, 0.0)
    assert [*map(formatting.signed_points, differences)] == ["−12", "+1", "0", "0"]
    assert [*map(formatting.points, differences)] == [
        "−12 points",
        "+1 point",
        "0 points",
        "0 points",
    ]
    assert [*map(formatting.risk_difference, differences)] == [
        "12 points lower",
        "1 point higher",
        "about the same",
        "about the same",
    ]


def test_chances_are_never_certain() -> None:
    assert [*map(formatting.chance, (0.0, 0.01, 0.5, 0.99, 1.0))] == [
        "under 1%",
        "1%",
        "50%",
        "99%",
        "over 99%",
    ]


def test_wages_and_growth() -> None:
    assert formatting.wage(239_200, is_minimum=True) == "$239,200+"
    assert formatting.wage(45_670) == "$45,670"
    changes = (0.05, -0.03, 0.0, 0.004, -0.004)
    assert [*map(formatting.growth, changes)] == ["+5%", "−3%", "0%", "0%", "0%"]


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_the_sentence_on_risk_says_what_it_is_and_who_rated_it(fragment: str) -> None:
    assert fragment in formatting.WHAT_RISK_IS


@pytest.mark.parametrize(
    ("take_over", "help_with", "parts"),
    [
        (0.37, 0.25, (37, 25, 38)),
        (0.004, 0.004, (0, 1, 99)),  # .8% is within reach
        (0.125, 0.25, (13, 25, 62)),
        (1.0, 0.0, (100, 0, 0)),
        (0.0, 0.0, (0, 0, 100)),
    ],
)
def test_three_parts_are_whole_percentages_of_100(
    take_over: float, help_with: float, parts: tuple[int, int, int]
) -> None:
    assert formatting.three_parts(take_over, help_with) == parts
    assert sum(parts) == 100


def test_three_parts_agree_with_risk_and_capability() -> None:
    for risk in range(0, 1001, 7):
        for capability in range(risk, 1001, 11):
            take_over, help_with, _ = formatting.three_parts(
                risk / 1000, (capability - risk) / 1000
            )
            assert f"{take_over}%" == formatting.percent(risk / 1000)
            assert abs(take_over + help_with - capability / 10) <= 0.5 + 1e-9


def test_three_parts_in_words() -> None:
    words = "37% software can take over · 25% AI can help with · 38% human"
    assert formatting.three_parts_words(0.37, 0.25) == words


def test_a_rating_stands_beside_its_estimate() -> None:
    assert formatting.rated_words(0.25, 0.43) == "rated 25%, estimated 43%"


@pytest.mark.parametrize(
    ("value", "mean", "words"),
    [
        (0.32, 0.75, "neighbors say 75%, the text takes away 43 points"),
        (0.5, 0.25, "neighbors say 25%, the text adds 25 points"),
        (0.505, 0.494, "neighbors say 49%, the text adds 2 points"),  # 49% + 2 = 51%
        (0.26, 0.25, "neighbors say 25%, the text adds 1 point"),
        (0.252, 0.25, "neighbors say 25%, the text adds nothing"),
        (0.32, None, "no neighbor is rated; the text alone says 32%"),
    ],
)
def test_an_explanation_adds_up_as_written(value: float, mean: float | None, words: str) -> None:
    assert formatting.explanation_words(value, mean) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0.2, 0.75, 0.5), "hands and presence, license and law"),
        ((0.5, 0.0, 0.0), "judgment and complexity"),
        ((1.0, 1.0, 1.0), "judgment and complexity, hands and presence, license and law"),
        ((0.49, 0.49, 0.49), "some judgment and complexity"),
        ((0.2, 0.1, 0.25), "some license and law"),
        ((0.24, 0.24, 0.24), "little"),
    ],
)
def test_barriers_from_one_half_on_are_named(
    values: tuple[float, float, float], words: str
) -> None:
    names = ("cognitive", "physical", "regulatory")
    assert formatting.barrier_words(dict(zip(names, values, strict=True))) == words


def test_a_measure_is_named_after_its_source() -> None:
    assert formatting.measure_words("automation", {}) == "automation, as rated in 2023"
    published = formatting.measure_words("automation", PUBLISHED_SOURCES)
    assert published == "automation, as rated in 2023"
    ours = {"automation": Source(title="Our survey"), "our_own": Source(title="Our survey")}
    assert formatting.measure_words("automation", ours) == "automation (Our survey)"
    assert formatting.measure_words("our_own", ours) == "our_own"
    later = formatting.measure_words("automation_2026", STARTER_SOURCES)
    assert later == "automation by software for sale in 2026"


def test_barriers_that_are_not_estimated_are_not_named() -> None:
    assert formatting.barrier_words({"physical": 0.9}) == "hands and presence"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "very little"), (0.049, "very little"), (0.05, "about a tenth"), (0.21, "about a fifth"),
     (0.25, "about a quarter"), (0.31, "about a third"), (0.38, "about two fifths"),
     (0.52, "about half"), (0.6, "about three fifths"), (0.66, "about two thirds"),
     (0.76, "about three quarters"), (0.8, "about four fifths"), (0.94, "about nine tenths"),
     (0.95, "nearly all"), (1.0, "nearly all")],
)  # fmt: skip
def test_shares_are_simple_fractions(share: float, text: str) -> None:
    assert formatting.about(share) == text


def test_amounts_are_compared_in_percent() -> None:
    ratios = (1.12, 0.95, 1.004, 2.5)
    assert [*map(formatting.relative, ratios)] == [
        "12% more",
        "5% less",
        "about the same",
        "150% more",
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (13, "13th"), (22, "22nd"),
     (101, "101st"), (112, "112th"), (1_021, "1,021st")],
)  # fmt: skip
def test_ordinals(number: int, text: str) -> None:
    assert formatting.ordinal(number) == text


def test_the_first_by_similarity_needs_no_number() -> None:
    assert formatting.similarity_rank(1, 922) == "most similar of 922"
    assert formatting.similarity_rank(3, 1_922) == "3rd most similar of 1,922"
