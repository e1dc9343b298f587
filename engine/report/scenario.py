"""Scenarios as text for a terminal: the risk if software reached further."""

from __future__ import annotations

from dataclasses import fields

from engine.records.frontier import STEPS, Frontier
from engine.records.results import WhatIf
from engine.report.formatting import interval, percent, points
from engine.report.terminal import TerminalText

_SUPPOSITION = (
    "A scenario is a supposition. It says nothing about when, or whether, software gets there."
)


def scenarios_to_text(*scenarios: WhatIf, width: int = 120, color: bool = False) -> str:
    """Return occupations in a scenario as text for a terminal: risk now and then, tasks reached.

    Args:
        scenarios: one or more results of ``OccupationRisk.what_if``.
        width: columns of the terminal.
        color: use colors and styles.
    """
    text = TerminalText(width, color)
    for number, scenario in enumerate(scenarios):
        if number:
            text.line()
        heading, *lines = scenario_lines(scenario)
        text.line(heading, style="bold")
        for line in lines:
            text.line(line)
    text.line()
    text.line(_SUPPOSITION)
    return text.finish()


def scenario_lines(scenario: WhatIf) -> list[str]:
    """Return a heading, the risk now and then, and the tasks within the frontier, one per line."""
    before, after, frontier = scenario.before, scenario.after, scenario.frontier
    change = f"software handled {frontier_words(frontier)}" if frontier else "time shares changed"
    lines = [
        f"{before.title}, if {change}",
        f"Risk now: {percent(before.risk)} ({interval(before.risk_interval)}) · {before.tier}",
        f"Risk then: {percent(after.risk)} ({interval(after.risk_interval)}) · {after.tier} · "
        f"{points(scenario.risk_difference)}",
    ]
    if frontier is None:
        return lines
    lines.append(f"Tasks reached: {len(scenario.reached)} of {len(before.tasks)}")
    risks = {
        old.task: f"{percent(old.risk)} → {percent(new.risk)}"
        for old, new in zip(before.tasks, after.tasks, strict=True)
    }
    return lines + [f"  {risks[name]}  {name}" for name in scenario.reached]


def frontier_words(frontier: Frontier) -> str:
    """Name a frontier: its step, or its values if it is none of ``STEPS``."""
    for name, step in STEPS.items():
        if step == frontier:
            return name
    values = [f"{part.name} {percent(getattr(frontier, part.name))}" for part in fields(frontier)]
    return f"barriers up to {', '.join(values)}"
