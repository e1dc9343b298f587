from __future__ import annotations

from dataclasses import replace

from engine import OccupationRisk
from engine.records.results import FRAME_COLUMNS
from engine.report.formatting import WHAT_RISK_IS
from engine.report.text import to_text


def test_the_text_explains_its_numbers(result: OccupationRisk) -> None:
    text = to_text(result)
    flat = " ".join(text.split())
    assert text.startswith("Porter · SOC 43-6014.00 · Job Zone 2\n")
    assert all(column in text for column in FRAME_COLUMNS)
    assert "25% (10–90%)" in text
    assert "62% E2" in text
    assert (
        "Risk: 37% (20–55% at 90% confidence) · Moderate · 20% of time in high-risk tasks" in flat
    )
    assert "AI capability: 62% (50–70%)" in flat
    assert "Source of time shares: given · Reference: starter" in flat
    assert "=Write letters. [unlike the reference]" in flat
    assert "20% of time is in tasks unlike the reference; their scores have little support." in flat
    assert "Evidence for: =Write letters." in text  # the task of highest risk
    assert "0.81 Draft letters. Secretaries · automation 75%" in flat
    assert "Rated in the reference" not in text
    assert text.count("not a forecast of job loss") == 1
    assert flat.endswith(WHAT_RISK_IS)
    assert WHAT_RISK_IS not in " ".join(to_text(result, explain=False).split())


def test_known_outcomes_are_marked_as_not_used(result: OccupationRisk) -> None:
    rated = replace(result.tasks[1], known_outcomes={"automation": 1.0, "exposure": 0.5})
    flat = " ".join(to_text(replace(result, tasks=(rated,))).split())
    note = "Rated in the reference (not used for this estimate): automation 100%, exposure 50%"
    assert note in flat


def test_lines_fit_the_terminal_and_have_no_styles(result: OccupationRisk) -> None:
    for width in (80, 120):
        text = to_text(result, width=width)
        assert "\x1b[" not in text
        assert all(line == line.rstrip() and len(line) <= width for line in text.splitlines())
    assert "\x1b[" in to_text(result, color=True)


def test_several_occupations_share_one_explanation(result: OccupationRisk) -> None:
    text = to_text(result, replace(result, title="Clerk"))
    assert "Porter · SOC" in text
    assert "\n\nClerk · SOC" in text
    assert text.count("not a forecast of job loss") == 1
