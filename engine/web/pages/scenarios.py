"""What a page says about the steps of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.report.formatting import interval, percent

TODAY = "Today"
"""Name of the step before the first one."""


def texts(record: Mapping[str, Any]) -> list[str]:
    """A sentence on the occupation today, and one at each scenario step, for scripts to show."""
    count = len(record["tasks"])
    found = [f"{TODAY}: {_figures(record)}."]
    for step in record["scenarios"]:
        reached = sum(task["reached"] for task in step["tasks"])
        found.append(
            f"{step['name'].capitalize()}: {_figures(step)}. {reached} of {count} tasks within "
            f"reach, which take {percent(step['reached_time_share'])} of the time."
        )
    return found


def names(record: Mapping[str, Any]) -> list[str]:
    """Names of the steps, the one before the first among them, as a page writes them."""
    return [TODAY, *(step["name"].capitalize() for step in record["scenarios"])]


def _figures(scored: Mapping[str, Any]) -> str:
    ends = interval(scored["risk_interval"])
    return f"risk {percent(scored['risk'])}, interval {ends}, {scored['tier']}"


@dataclass(frozen=True, kw_only=True)
class TaskStep:
    """A task at a scenario step: its name, the risk then in words, and whether it is reached."""

    name: str
    text: str
    reached: bool


def task_steps(record: Mapping[str, Any], row: int) -> list[TaskStep]:
    """A task at every scenario step; the text is "" where nothing changes."""
    today = percent(record["tasks"][row]["risk"])
    steps = []
    for step in record["scenarios"]:
        then = step["tasks"][row]
        words = "" if percent(then["risk"]) == today else f"{percent(then['risk'])} then"
        if then["reached"]:
            words = f"{words or 'as today'}, within reach"
        steps.append(TaskStep(name=step["name"], text=words, reached=then["reached"]))
    return steps


def browser_steps(steps: Sequence[TaskStep]) -> list[list[str]]:
    """For scripts: text and class of a task today and at each scenario step."""
    return [["", ""], *([step.text, "reached" if step.reached else ""] for step in steps)]
