"""A scored staff list as HTML: the part that a page shows, and a page that loads nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources

from engine.records import rubric
from engine.records.workforce import (
    MIN_SHOWN,
    TaskTime,
    UnresolvedTitle,
    WorkforceGroup,
    WorkforceReport,
)
from engine.report.formatting import (
    PARTS,
    WHAT_RISK_IS,
    chance,
    interval,
    percent,
    three_parts,
)
from engine.report.workforce import (
    NOT_ABOUT_PERSONS,
    WHAT_HOURS_ARE,
    people_words,
    thousandths,
    unsure_lines,
)
from engine.utils.text import CONTROL_PICTURES
from engine.version import __version__

_JOBS_OPEN = 15
"""Jobs that are shown without a click."""

_TASKS_OPEN = 10
_TITLES_OPEN = 10
_SUGGESTIONS = 3
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def report_page(report: WorkforceReport) -> str:
    """Return a report as a page of HTML that loads nothing else.

    Args:
        report: what may be shown.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        "<title>Workforce report · Occupation risk</title>\n"
        f"<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>What AI could do in this workforce</h1>\n{report_body(report)}</main>\n"
        f"<footer>\n<p>{WHAT_RISK_IS}</p>\n"
        f"<p>Numbers of the {_text(report.reference)} reference. Engine {__version__}. This page "
        "loads nothing from other sites.</p>\n</footer>\n</body>\n</html>\n"
    )


def report_body(report: WorkforceReport) -> str:
    """Return the sections of a report as HTML, for a page of the site.

    They have classes of ``site.css``, and neither scripts nor inline styles.
    """
    sections = [_summary(report)]
    if report.by_department:
        sections.append(_departments(report))
    if report.by_job:
        sections.append(_jobs(report))
    if report.top_tasks:
        sections.append(_tasks(report))
    sections += [_titles(report), _reading(report)]
    return "".join(sections)


@cache
def _style() -> str:
    """Return the style sheet of the site, which has no addresses of other files."""
    return (resources.files("engine") / "web" / "static" / "site.css").read_text("utf-8")


def _text(value: str) -> str:
    """Return text that is safe in HTML; control characters become pictures of them."""
    return escape(_CONTROL.sub(lambda found: found[0].translate(CONTROL_PICTURES), value))


def _section(name: str, heading: str, content: str) -> str:
    return (
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{heading}</h2>\n{content}</section>\n'
    )


def _tier_class(risk: float) -> str:
    return rubric.tier(risk).lower().replace(" ", "-")


# Parts ------------------------------------------------------------------------------------------


def _bar(parts: tuple[int, int, int], height: int) -> str:
    """Return the three parts of working time as a bar of 100%."""
    words = ", ".join(
        f"{name.lower()} {part}%" for (_, name, _), part in zip(PARTS, parts, strict=True)
    )
    x, drawn = 0, []
    for (part_class, _, _), width in zip(PARTS, parts, strict=True):
        drawn.append(f'<rect class="{part_class}" x="{x}%" width="{width}%" height="{height}"/>')
        x += width
    return (
        f'<svg class="bar parts" width="100%" height="{height}" role="img" '
        f'aria-label="{words.capitalize()}">{"".join(drawn)}</svg>'
    )


def _swatch(part_class: str) -> str:
    return (
        '<svg class="swatch" width="12" height="12" aria-hidden="true">'
        f'<rect class="{part_class}" width="12" height="12"/></svg>'
    )


def _mark(risk: float) -> str:
    return f'<span class="mark {_tier_class(risk)}">{percent(risk)}</span>'


def _span(group: WorkforceGroup) -> str:
    """Return a risk and its interval on an axis from 0 to 100%."""
    low, high = (100 * end for end in group.risk_interval)
    return (
        '<svg width="100%" height="18" role="img" '
        f'aria-label="Risk {percent(group.risk)}, interval {interval(group.risk_interval)}">'
        '<rect class="track" x="0" y="7" width="100%" height="4" '
        f'rx="2"/><rect class="reach {_tier_class(group.risk)}" x="{low:.1f}%" y="3" '
        f'width="{max(high - low, 1):.1f}%" height="12" rx="3"/>'
        f'<circle cx="{100 * group.risk:.1f}%" cy="9" r="5"/></svg>'
    )


def _details(summary: str, content: str) -> str:
    return f"<details><summary>{summary}</summary>\n{content}</details>\n"


# Sections ---------------------------------------------------------------------------------------


def _summary(report: WorkforceReport) -> str:
    total = report.total
    if total is None:
        return (
            '<p class="note">No title of the list names an occupation for sure, so nothing is '
            "scored. Confirm the titles below, and score the list again.</p>\n"
        )
    low, high = total.risk_interval
    legend = "".join(
        f'<tr><th scope="row">{_swatch(part_class)} <b>{name}</b> <small>{meaning}</small></th>'
        f"<td>{width}%</td></tr>"
        for (part_class, name, meaning), width in zip(PARTS, _three(total), strict=True)
    )
    return (
        f'<p class="facts">{people_words(report.headcount)} · {percent(report.coverage)} of them '
        f"scored · weighted by {report.weight} · {_text(report.reference)} reference</p>\n"
        '<div class="summary">\n<figure class="gauge">\n'
        '<svg viewBox="0 0 200 116" width="220" height="128" role="img" '
        'aria-label="Gauge from 0 to 100%; the numbers are below it">'
        '<path class="track" d="M20 100A80 80 0 0 1 180 100"/>'
        f'<path class="reach {_tier_class(total.risk)}" d="M20 100A80 80 0 0 1 180 100" '
        f'pathLength="1" stroke-dasharray="0 {low:.4f} {high - low:.4f} 1"/>'
        '<g transform="translate(100 100)"><line class="needle" x2="-66" '
        f'transform="rotate({180 * total.risk:.1f})"/></g><circle class="hub" cx="100" cy="100" '
        'r="4"/><text x="14" y="114">0</text><text class="end" x="198" y="114">100%</text></svg>\n'
        f'<figcaption><span class="label">Risk, estimated</span> <b class="big">'
        f"{percent(total.risk)}</b> "
        f'<span class="mark {_tier_class(total.risk)}">{total.tier}</span>'
        f"<br>interval {interval(total.risk_interval)} <small>at {percent(report.confidence)} "
        "confidence</small></figcaption>\n</figure>\n"
        f'<div>\n<h2>Working time</h2>\n<div class="headline">\n{_bar(_three(total), 28)}\n'
        '<table class="legend wide-legend">\n<caption class="hidden">The three parts</caption>\n'
        '<thead class="hidden"><tr><th scope="col">Part</th><th scope="col">Share</th></tr></thead>'
        f"\n<tbody>{legend}</tbody>\n</table>\n</div>\n</div>\n</div>\n"
        f'{_extremes(report)}<p class="note">{NOT_ABOUT_PERSONS}</p>\n'
    )


def _extremes(report: WorkforceReport) -> str:
    """Name the departments of highest and lowest risk, or the jobs if there are no departments."""
    groups = [one for one in report.by_department or report.by_job if not one.merged]
    if len(groups) < 2:
        return ""
    high = max(groups, key=lambda group: group.risk)
    low = min(groups, key=lambda group: group.risk)
    what = "department" if report.by_department else "job"
    return (
        f"<p>The {what} of highest risk is <b>{_text(high.name)}</b> {_mark(high.risk)}, that of "
        f"lowest risk <b>{_text(low.name)}</b> {_mark(low.risk)}.</p>\n"
    )


def _three(group: WorkforceGroup) -> tuple[int, int, int]:
    return three_parts(group.can_take_over, group.can_help)


def _departments(report: WorkforceReport) -> str:
    content = _key() + _group_table(report.by_department, "Department")
    return _section("departments", "By department", content)


def _jobs(report: WorkforceReport) -> str:
    groups = report.by_job
    content = "" if report.by_department else _key()
    content += _group_table(groups[:_JOBS_OPEN], "Job")
    if rest := groups[_JOBS_OPEN:]:
        people = people_words(sum(group.headcount for group in rest))
        content += _details(f"{len(rest)} more jobs ({people})", _group_table(rest, "Job"))
    return _section("jobs", "By job", content)


def _key() -> str:
    parts = " ".join(f"<span>{_swatch(part)} {name}</span>" for part, name, _ in PARTS)
    return f'<p class="key">Working time: {parts}</p>\n'


def _group_table(groups: Sequence[WorkforceGroup], what: str) -> str:
    rows = []
    for group in groups:
        notes = [
            *([f"{group.merged} joined"] if group.merged else []),
            *([f"{percent(group.unsure_share)} unsure"] if group.unsure_share >= 0.005 else []),
        ]
        small = f" <small>{' · '.join(notes)}</small>" if notes else ""
        rows.append(
            f'<tr><th scope="row" data-label="{what}">{_text(group.name)}{small}</th>'
            f'<td data-label="People">{people_words(group.headcount).split()[0]}</td>'
            f'<td class="drawn" data-label="Working time">{_bar(_three(group), 18)}</td>'
            f'<td data-label="Risk"><span>{_mark(group.risk)} '
            f"<small>{interval(group.risk_interval)}</small></span></td>"
            f'<td class="drawn spans" data-label="Interval">{_span(group)}</td></tr>'
        )
    return (
        f'<table class="cards workforce">\n<thead><tr><th scope="col">{what}</th>'
        '<th scope="col">People</th><th scope="col">Working time</th><th scope="col">Risk</th>'
        '<th scope="col">0 to 100%</th></tr></thead>\n'
        f"<tbody>{''.join(rows)}</tbody>\n</table>\n"
    )


def _tasks(report: WorkforceReport) -> str:
    most = max(task.share for task in report.top_tasks)
    tasks = report.top_tasks
    content = (
        "<p>Tasks of the jobs above, those first in which software could take over the most "
        f"working time. {WHAT_HOURS_ARE}</p>\n{_task_table(tasks[:_TASKS_OPEN], most)}"
    )
    if rest := tasks[_TASKS_OPEN:]:
        content += _details(f"{len(rest)} more tasks", _task_table(rest, most))
    return _section("tasks", "What could move", content)


def _task_table(tasks: Sequence[TaskTime], most: float) -> str:
    rows = []
    for task in tasks:
        take, share = 100 * task.can_take_over / most, 100 * task.share / most
        helped = min(100 * task.can_help / most, share - take)
        jobs = ", ".join(_text(title) for title in task.occupations[:2])
        more = f" and {len(task.occupations) - 2} more" if len(task.occupations) > 2 else ""
        words = f"{thousandths(task.share)} of all working time, risk {percent(task.risk)}"
        rows.append(
            f'<tr><th scope="row" data-label="Task">{_text(task.task)} <small>{jobs}{more}</small>'
            f'</th><td data-label="Working time">{thousandths(task.share)}</td>'
            f'<td data-label="Can take over">{thousandths(task.can_take_over)}</td>'
            f'<td class="drawn"><svg class="bar parts" width="100%" height="14" role="img" '
            f'aria-label="{words}"><rect class="take" width="{take:.1f}%" height="14"/>'
            f'<rect class="help" x="{take:.1f}%" width="{helped:.1f}%" height="14"/>'
            f'<rect class="human" x="{take + helped:.1f}%" '
            f'width="{max(share - take - helped, 0):.1f}%" height="14"/></svg></td></tr>'
        )
    return (
        '<table class="cards workforce moved">\n<thead><tr><th scope="col">Task</th>'
        '<th scope="col">Working time</th><th scope="col">Can take over</th>'
        '<th scope="col">Its parts</th></tr></thead>\n'
        f"<tbody>{''.join(rows)}</tbody>\n</table>\n"
    )


def _titles(report: WorkforceReport) -> str:
    lines = "".join(f"<p>{_text(line)}</p>\n" for line in unsure_lines(report))
    if not lines and not report.unresolved:
        return ""
    content = lines
    if report.unresolved:
        shown = report.unresolved
        content += f"<ul>{''.join(map(_title, shown[:_TITLES_OPEN]))}</ul>\n"
        if rest := shown[_TITLES_OPEN:]:
            content += _details(
                f"{len(rest)} more titles", f"<ul>{''.join(map(_title, rest))}</ul>\n"
            )
    if report.hidden_titles:
        content += (
            f"<p>{report.hidden_titles:,} title{'s' if report.hidden_titles > 1 else ''} of fewer "
            f"than {MIN_SHOWN} people {'are' if report.hidden_titles > 1 else 'is'} not named "
            "here.</p>\n"
        )
    return _section("titles", "What rests on unsure titles", content)


def _title(one: UnresolvedTitle) -> str:
    where = f", {_text(one.department)}" if one.department else ""
    maybe = "; ".join(
        f"{_text(other.title)} ({chance(other.probability)})"
        for other in one.suggestions[:_SUGGESTIONS]
    )
    named = f"<b>{_text(one.title)}</b>" if one.title else "<b>No title</b>"
    suggested = f". Maybe: {maybe}" if maybe else ""
    return f"<li>{named}{where}: {people_words(one.headcount)} not scored{suggested}</li>"


def _reading(report: WorkforceReport) -> str:
    said = "".join(f"<li>{_text(decision)}</li>" for decision in report.decisions)
    return _section("reading", "How the list was read", f"<ul>{said}</ul>\n") if said else ""
