"""A scored staff list as text for a terminal, and as a table of its groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.display.wording import gettext, marked, ngettext, spoken
from engine.records.title_match import TitleCandidate
from engine.records.workforce import MIN_SHOWN, SURE, WorkforceGroup, WorkforceReport
from engine.report.formatting import chance, interval, percent, three_parts_words
from engine.report.terminal import TerminalText, new_table

if TYPE_CHECKING:
    import pandas as pd

NOT_ABOUT_PERSONS = marked(
    "These figures describe jobs, by their usual tasks. They say nothing about any person, and "
    "nothing about how well somebody works."
)
"""Every report of a workforce shows this sentence once."""

WHAT_HOURS_ARE = marked(
    "Everybody counts with the same working time; a job's tasks share it as usual."
)

_TERMINAL_ROWS = 15
_SUGGESTIONS = 3

_COLUMNS = (
    *("level", "name", "soc_code", "headcount", "share", "risk", "risk_low", "risk_high", "tier"),
    *("can_take_over", "can_help", "stays_human", "unsure_share", "merged_groups"),
)


def group_table(report: WorkforceReport) -> pd.DataFrame:
    """Return the groups of a report, one row each; shares and risks in [0, 1].

    ``level`` is total, department, job, or unresolved; the last kind has a name and a headcount.
    """
    import pandas as pd

    total = () if report.total is None else (report.total,)
    rows: list[tuple[Any, ...]] = [
        (
            level,
            group.name,
            group.soc_code or "",
            group.headcount,
            group.share,
            group.risk,
            *group.risk_interval,
            group.tier,
            group.can_take_over,
            group.can_help,
            group.stays_human,
            group.unsure_share,
            group.merged,
        )
        for level, groups in (
            ("total", total),
            ("department", report.by_department),
            ("job", report.by_job),
        )
        for group in groups
    ]
    named = [(one.title or "(no title)", one.headcount) for one in report.unresolved]
    hidden = report.unresolved_headcount - sum(people for _, people in named)
    if report.hidden_titles:
        named.append(("Other unresolved titles", hidden))
    empty = (None,) * (len(_COLUMNS) - 4)
    rows += [("unresolved", name, "", people, *empty) for name, people in named]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def workforce_to_text(report: WorkforceReport, *, width: int = 120, color: bool = False) -> str:
    """Return a report as text for a terminal.

    Args:
        report: what may be shown.
        width: columns of the terminal.
        color: use colors and styles.
    """
    text = TerminalText(width, color)
    text.line(f"Workforce of {people_words(report.headcount)}", style="bold")
    for line in summary_lines(report):
        text.line(line)
    for heading, groups in (("Departments", report.by_department), ("Jobs", report.by_job)):
        if groups:
            text.line()
            text.line(heading, style="bold")
            text.table(_group_rows(groups))
            if len(groups) > _TERMINAL_ROWS:
                text.line(f"and {len(groups) - _TERMINAL_ROWS} more; --output has all of them")
    if report.top_tasks:
        text.line()
        text.line("Tasks in which software could take over the most working time", style="bold")
        text.table(_task_rows(report))
    if report.unresolved or report.hidden_titles:
        text.line()
        text.line("Titles without an occupation (not counted)", style="bold")
        for one in report.unresolved[:_TERMINAL_ROWS]:
            where = f", {one.department}" if one.department else ""
            named = one.title or "no title"
            people = people_words(one.headcount)
            text.line(f"{named}{where} ({people}): {suggestion_words(one.suggestions)}", indent=3)
        if more := len(report.unresolved[_TERMINAL_ROWS:]) + report.hidden_titles:
            text.line(f"and {more:,} more titles", indent=3)
    text.line()
    text.line("How the list was read", style="bold")
    for decision in report.decisions:
        text.line(decision, indent=3)
    text.line()
    text.line(NOT_ABOUT_PERSONS, style="italic")
    return text.finish()


def summary_lines(report: WorkforceReport) -> list[str]:
    """Return the figures of everyone, what they rest on, and how much of the list they cover."""
    total = report.total
    if total is None:
        return ["No title of the list names an occupation for sure, so nothing can be scored."]
    lines = [
        f"Risk: {percent(total.risk)} ({interval(total.risk_interval)} at "
        f"{percent(report.confidence)} confidence) · {total.tier} · weighted by {report.weight}",
        f"Working time: {three_parts_words(total.can_take_over, total.can_help)}",
        f"Scored: {people_words(total.headcount)} ({percent(report.coverage)} of the list) · "
        f"Reference: {report.reference}",
    ]
    lines += unsure_lines(report)
    return lines


def unsure_lines(report: WorkforceReport) -> list[str]:
    """Say what rests on unsure titles, and what could not be scored."""
    lines = []
    if report.resting_on_unsure:
        lines.append(
            gettext(
                "%(share)s of the scored people have a title whose occupation is less than "
                "%(sure)s sure; the intervals take this into account.",
                share=percent(report.resting_on_unsure),
                sure=percent(SURE),
            )
        )
    if report.unresolved_headcount:
        lines.append(
            gettext(
                "%(people)s have no score, because their titles do not say which occupation they "
                "are.",
                people=people_words(report.unresolved_headcount),
            )
        )
    if report.faulty_rows:
        lines.append(
            ngettext(
                "%(number)s row has a fault.", "%(number)s rows have faults.", report.faulty_rows
            )
        )
    if not report.show_small:
        lines.append(
            gettext(
                "Groups of fewer than %(number)s people are joined with others.", number=MIN_SHOWN
            )
        )
    return lines


def people_words(count: float) -> str:
    """Write a number of people, which may have parts: "1 person", "1,204 people", "12.5 people"."""
    number = people_number(count)
    if number == "1":
        return gettext("%(number)s person", number=number)
    return gettext("%(number)s people", number=number)


def people_number(count: float) -> str:
    """Write a number of people, which may have parts, without a noun: "1,204", "12.5"."""
    is_whole = f"{count:.1f}".endswith(".0")
    return spoken().decimal(count, 0 if is_whole else 1)


def suggestion_words(suggestions: Sequence[TitleCandidate]) -> str:
    """Write the first few occupations that a title may name."""
    if not suggestions:
        return "nothing similar"
    return "maybe " + "; ".join(
        f"{one.title} ({one.soc_code}, {chance(one.probability)})"
        for one in suggestions[:_SUGGESTIONS]
    )


def _group_rows(groups: Sequence[WorkforceGroup]) -> Any:
    from rich.text import Text

    table = new_table()
    table.add_column("", ratio=1, overflow="fold")
    for name in ("People", "Risk: can take over", "Can help", "Human", "Unsure"):
        table.add_column(name, justify="right", no_wrap=True)
    for group in groups[:_TERMINAL_ROWS]:
        merged = f" ({group.merged} joined)" if group.merged else ""
        table.add_row(
            Text(group.name + merged),
            people_number(group.headcount),
            f"{percent(group.risk)} ({interval(group.risk_interval)})",
            percent(group.can_help),
            percent(group.stays_human),
            percent(group.unsure_share),
        )
    return table


def _task_rows(report: WorkforceReport) -> Any:
    from rich.text import Text

    table = new_table()
    table.add_column("Task", ratio=1, overflow="fold")
    for name in ("Working time", "Take over", "Risk"):
        table.add_column(name, justify="right", no_wrap=True)
    for task in report.top_tasks[:_TERMINAL_ROWS]:
        table.add_row(
            Text(task.task),
            thousandths(task.share),
            thousandths(task.can_take_over),
            percent(task.risk),
        )
    return table


def thousandths(value: float) -> str:
    """Format a small share in [0, 1] with one decimal: 0.0042 -> "0.4%"."""
    return spoken().percent(100 * value, 1) if value < 0.0995 else percent(value)
