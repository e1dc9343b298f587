from __future__ import annotations

from dataclasses import replace

from engine import OccupationRisk
from engine.records.measures import Source
from engine.records.occupation_views import FRAME_COLUMNS
from engine.report.formatting import WHAT_RISK_IS
from engine.report.text import summary_lines, to_text


def test_the_text_explains_its_numbers(result: OccupationRisk) -> None:
    text = to_text(result)
    flat = " ".join(text.split())
    assert text.startswith("Porter · SOC 43-6014.00 · Job Zone 2\n")
    assert all(column in text for column in FRAME_COLUMNS)
    assert "25% (10–90%)" in text
    assert "E2" not in " ".join(to_text(result).partition("Evidence for")[0].split())
    assert (
        "Risk: 37% (20–55% at 90% confidence) · Moderate · 20% of time in high-risk tasks" in flat
    )
    assert "AI capability: 62% (50–70%)" in flat
    assert "Source of time shares: given · Reference: starter" in flat
    assert "Working time: 37% software can take over · 30% AI can help with · 33% human" in flat
    assert "=Write letters. [unlike the reference]" in flat
    assert "20% of time is in tasks unlike the reference; their scores have little support." in flat
    assert "Evidence for: =Write letters." in text  # the task of highest risk
    assert "0.81 Draft letters. Secretaries · automation 75%" in flat
    assert "Rated in the reference" not in text
    assert text.count("not a forecast of job loss") == 1
    assert flat.endswith(WHAT_RISK_IS)
    assert WHAT_RISK_IS not in " ".join(to_text(result, explain=False).split())


def test_the_rating_of_the_occupation_stands_beside_its_estimate(rated: OccupationRisk) -> None:
    lines = summary_lines(rated)
    # .8 × .4 + .2 × 1 = .52 of risk; exposure is known for .8 of the time.
    assert (
        "Known ratings (not used for these estimates): risk rated 52%, estimated 37% (tier High, "
        "estimated Moderate); AI capability rated 50%, estimated 62%"
    ) in lines


def test_the_reference_is_named_with_its_raters_and_dates(rated: OccupationRisk) -> None:
    lines = summary_lines(rated)
    assert "Source of time shares: given · Reference: starter, rated 2023-03 to 2025-05" in lines
    title = rated.sources["automation"].title
    assert f"Risk as rated by: GPT-4 ({title}, 2023-03)" in lines
    one = replace(rated, sources={"automation": rated.sources["automation"]})
    assert "Source of time shares: given · Reference: starter, rated 2023-03" in summary_lines(one)
    unknown = replace(rated, sources={"automation": Source(title="ours")})
    assert "Source of time shares: given · Reference: starter" in summary_lines(unknown)
    assert not [line for line in summary_lines(unknown) if line.startswith("Risk as rated")]


def test_what_keeps_people_in_it_and_disagreement_are_said(
    rated: OccupationRisk, result: OccupationRisk
) -> None:
    lines = summary_lines(rated)
    assert "What keeps people in it: hands and presence" in lines
    assert (
        "Raters disagree: automation, as rated in 2023 37%; automation potential, ILO 2025 70%"
    ) in lines
    plain = " ".join(summary_lines(result))
    for words in ("What keeps", "disagree", "Known ratings", "Risk as rated by"):
        assert words not in plain


def test_every_task_is_explained_on_request(rated: OccupationRisk) -> None:
    assert to_text(rated).count("Evidence for: ") == 1
    text = to_text(rated, every_task=True)
    for task in rated.tasks:
        assert text.count(f"Evidence for: {task.task}\n") == 1
    assert text.count("not a forecast of job loss") == 1


def test_lines_fit_the_terminal_and_have_no_styles(
    result: OccupationRisk, rated: OccupationRisk
) -> None:
    for width in (80, 120):
        text = to_text(result, rated, width=width, every_task=True)
        assert "\x1b[" not in text
        assert all(line == line.rstrip() and len(line) <= width for line in text.splitlines())
    assert "\x1b[" in to_text(result, color=True)


def test_several_occupations_share_one_explanation(result: OccupationRisk) -> None:
    text = to_text(result, replace(result, title="Clerk"))
    assert "Porter · SOC" in text
    assert "\n\nClerk · SOC" in text
    assert text.count("not a forecast of job loss") == 1
