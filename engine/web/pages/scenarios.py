"""What a page says about the steps of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.display.wording import gettext, labeled, marked, phrase
from engine.report.formatting import interval, percent

TODAY = marked("Today")
"""Name of the step before the first one."""


def texts(record: Mapping[str, Any]) -> list[str]:
    """A sentence on the occupation today, and one at each scenario step, for scripts to show."""
    count = len(record["tasks"])
    found = [labeled(phrase(TODAY), f"{_figures(record)}.")]
    for step in record["scenarios"]:
        reached = sum(task["reached"] for task in step["tasks"])
        within = gettext(
            "%(reached)s of %(count)s tasks within reach, which take %(percent)s of the time.",
            reached=reached,
            count=count,
            percent=percent(step["reached_time_share"]),
        )
        found.append(labeled(_name(step), f"{_figures(step)}. {within}"))
    return found


def names(record: Mapping[str, Any]) -> list[str]:
    """Names of the steps, the one before the first among them, as a page writes them."""
    return [phrase(TODAY), *map(_name, record["scenarios"])]


def _name(step: Mapping[str, Any]) -> str:
    name = phrase(step["name"])
    return name[:1].upper() + name[1:]


def _figures(scored: Mapping[str, Any]) -> str:
    ends = interval(scored["risk_interval"])
    return gettext(
        "risk %(risk)s, interval %(interval)s, %(tier)s",
        risk=percent(scored["risk"]),
        interval=ends,
        tier=phrase(scored["tier"]),
    )


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
        words = (
            ""
            if percent(then["risk"]) == today
            else gettext("%(percent)s then", percent=percent(then["risk"]))
        )
        if then["reached"]:
            words = (
                gettext("%(risk)s, within reach", risk=words)
                if words
                else gettext("as today, within reach")
            )
        steps.append(TaskStep(name=phrase(step["name"]), text=words, reached=then["reached"]))
    return steps


def browser_steps(steps: Sequence[TaskStep]) -> list[list[str]]:
    """For scripts: text and class of a task today and at each scenario step."""
    return [["", ""], *([step.text, "reached" if step.reached else ""] for step in steps)]
