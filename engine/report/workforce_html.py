"""A scored staff list as HTML: the part that a page shows, and a page that loads nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources

from engine.display.wording import gettext, labeled, marked, ngettext, phrase, semicolons, spoken
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
    people_number,
    people_words,
    thousandths,
    unsure_lines,
)
from engine.report.workforce_parts import (
    details,
    in_english,
    parts_bar,
    risk_mark,
    risk_span,
    safe,
    section,
    swatch,
    tier_class,
)
from engine.version import __version__

_WEIGHTS = {"headcount": marked("headcount"), "pay": marked("pay")}

_JOBS_OPEN = 15
"""Jobs that are shown without a click."""

_TASKS_OPEN = 10
_TITLES_OPEN = 10
_SUGGESTIONS = 3


def report_page(report: WorkforceReport) -> str:
    """Return a report as a page of HTML that loads nothing else.

    Args:
        report: what may be shown.
    """
    return (
        f'<!doctype html>\n<html lang="{spoken().code}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{gettext('Workforce report')} · {gettext('Occupation risk')}</title>\n"
        f"<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{gettext('What AI could do in this workforce')}</h1>\n{report_body(report)}</main>\n"
        f"<footer>\n<p>{phrase(WHAT_RISK_IS)}</p>\n"
        f"<p>{_about(report)}</p>\n</footer>\n</body>\n</html>\n"
    )


def _about(report: WorkforceReport) -> str:
    numbers = gettext("Numbers of the %(reference)s reference.", reference=safe(report.reference))
    engine = gettext("Engine %(version)s.", version=__version__)
    return f"{numbers} {engine} {gettext('This page loads nothing from other sites.')}"


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


# Sections ---------------------------------------------------------------------------------------


def _summary(report: WorkforceReport) -> str:
    total = report.total
    if total is None:
        nothing = gettext(
            "No title of the list names an occupation for sure, so nothing is scored. Confirm the "
            "titles below, and score the list again."
        )
        return f'<p class="note">{nothing}</p>\n'
    low, high = total.risk_interval
    legend = "".join(
        f'<tr><th scope="row">{swatch(part_class)} <b>{phrase(name)}</b> '
        f"<small>{phrase(meaning)}</small></th>"
        f"<td>{spoken().percent(width)}</td></tr>"
        for (part_class, name, meaning), width in zip(PARTS, _three(total), strict=True)
    )
    return (
        f'<p class="facts">{_facts(report)}</p>\n'
        '<div class="summary">\n<figure class="gauge">\n'
        '<svg viewBox="0 0 200 116" width="220" height="128" role="img" '
        f'aria-label="{gettext("Gauge from 0 to 100%%; the numbers are below it")}">'
        '<path class="track" d="M20 100A80 80 0 0 1 180 100"/>'
        f'<path class="reach {tier_class(total.risk)}" d="M20 100A80 80 0 0 1 180 100" '
        f'pathLength="1" stroke-dasharray="0 {low:.4f} {high - low:.4f} 1"/>'
        '<g transform="translate(100 100)"><line class="needle" x2="-66" '
        f'transform="rotate({180 * total.risk:.1f})"/></g><circle class="hub" cx="100" cy="100" '
        'r="4"/><text x="14" y="114">0</text><text class="end" x="198" y="114">'
        f"{spoken().percent(100)}</text></svg>\n"
        f'<figcaption><span class="label">{gettext("Risk, estimated")}</span> <b class="big">'
        f"{percent(total.risk)}</b> "
        f'<span class="mark {tier_class(total.risk)}">{phrase(total.tier)}</span>'
        f"<br>{_interval_at(report, total)}</figcaption>\n</figure>\n"
        f'<div>\n<h2>{gettext("Working time")}</h2>\n<div class="headline">\n'
        f"{parts_bar(_three(total), 28)}\n"
        '<table class="legend wide-legend">\n<caption class="hidden">'
        f'{gettext("The three parts")}</caption>\n<thead class="hidden"><tr><th scope="col">'
        f'{gettext("Part")}</th><th scope="col">{gettext("Share")}</th></tr></thead>'
        f"\n<tbody>{legend}</tbody>\n</table>\n</div>\n</div>\n</div>\n"
        f'{_extremes(report)}<p class="note">{phrase(NOT_ABOUT_PERSONS)}</p>\n'
    )


def _facts(report: WorkforceReport) -> str:
    return " · ".join(
        (
            people_words(report.headcount),
            gettext("%(percent)s of them scored", percent=percent(report.coverage)),
            gettext("weighted by %(weight)s", weight=phrase(_WEIGHTS[report.weight])),
            gettext("%(reference)s reference", reference=safe(report.reference)),
        )
    )


def _interval_at(report: WorkforceReport, total: WorkforceGroup) -> str:
    return gettext(
        "interval %(interval)s <small>at %(percent)s confidence</small>",
        interval=interval(total.risk_interval),
        percent=percent(report.confidence),
    )


def _extremes(report: WorkforceReport) -> str:
    """Name the departments of highest and lowest risk, or the jobs if there are no departments."""
    groups = [one for one in report.by_department or report.by_job if not one.merged]
    if len(groups) < 2:
        return ""
    high = max(groups, key=lambda group: group.risk)
    low = min(groups, key=lambda group: group.risk)
    values = {
        "high": f"<b>{safe(high.name)}</b> {risk_mark(high.risk)}",
        "low": f"<b>{safe(low.name)}</b> {risk_mark(low.risk)}",
    }
    if report.by_department:
        said = gettext(
            "The department of highest risk is %(high)s, that of lowest risk %(low)s.", **values
        )
    else:
        said = gettext(
            "The job of highest risk is %(high)s, that of lowest risk %(low)s.", **values
        )
    return f"<p>{said}</p>\n"


def _three(group: WorkforceGroup) -> tuple[int, int, int]:
    return three_parts(group.can_take_over, group.can_help)


def _departments(report: WorkforceReport) -> str:
    content = _key() + _group_table(report.by_department, gettext("Department"), safe)
    return section("departments", gettext("By department"), content)


def _jobs(report: WorkforceReport) -> str:
    groups = report.by_job
    content = "" if report.by_department else _key()
    content += _group_table(groups[:_JOBS_OPEN], gettext("Job"), in_english)
    if rest := groups[_JOBS_OPEN:]:
        people = people_words(sum(group.headcount for group in rest))
        more = ngettext(
            "%(number)s more job (%(people)s)",
            "%(number)s more jobs (%(people)s)",
            len(rest),
            people=people,
        )
        content += details(more, _group_table(rest, gettext("Job"), in_english))
    return section("jobs", gettext("By job"), content)


def _key() -> str:
    parts = " ".join(f"<span>{swatch(part)} {phrase(name)}</span>" for part, name, _ in PARTS)
    return f'<p class="key">{labeled(gettext("Working time"), parts)}</p>\n'


def _group_table(groups: Sequence[WorkforceGroup], what: str, named: Callable[[str], str]) -> str:
    people, time = gettext("People"), gettext("Working time")
    risk, ends = gettext("Risk"), gettext("Interval")
    rows = []
    for group in groups:
        notes = []
        if group.merged:
            notes.append(gettext("%(number)s joined", number=group.merged))
        if group.unsure_share >= 0.005:
            notes.append(gettext("%(percent)s unsure", percent=percent(group.unsure_share)))
        small = f" <small>{' · '.join(notes)}</small>" if notes else ""
        rows.append(
            f'<tr><th scope="row" data-label="{what}">{named(group.name)}{small}</th>'
            f'<td data-label="{people}">{people_number(group.headcount)}</td>'
            f'<td class="drawn" data-label="{time}">{parts_bar(_three(group), 18)}</td>'
            f'<td data-label="{risk}"><span>{risk_mark(group.risk)} '
            f"<small>{interval(group.risk_interval)}</small></span></td>"
            f'<td class="drawn spans" data-label="{ends}">{risk_span(group)}</td></tr>'
        )
    return (
        f'<table class="cards workforce">\n<thead><tr><th scope="col">{what}</th>'
        f'<th scope="col">{people}</th><th scope="col">{time}</th><th scope="col">{risk}</th>'
        f'<th scope="col">{gettext("0 to 100%%")}</th></tr></thead>\n'
        f"<tbody>{''.join(rows)}</tbody>\n</table>\n"
    )


def _tasks(report: WorkforceReport) -> str:
    most = max(task.share for task in report.top_tasks)
    first = gettext(
        "Tasks of the jobs above, those first in which software could take over the most working "
        "time."
    )
    tasks = report.top_tasks
    content = f"<p>{first} {phrase(WHAT_HOURS_ARE)}</p>\n{_task_table(tasks[:_TASKS_OPEN], most)}"
    if rest := tasks[_TASKS_OPEN:]:
        content += details(
            ngettext("%(number)s more task", "%(number)s more tasks", len(rest)),
            _task_table(rest, most),
        )
    return section("tasks", gettext("What could move"), content)


def _task_table(tasks: Sequence[TaskTime], most: float) -> str:
    name, time, taken = gettext("Task"), gettext("Working time"), gettext("Can take over")
    rows = []
    for task in tasks:
        take, share = 100 * task.can_take_over / most, 100 * task.share / most
        helped = min(100 * task.can_help / most, share - take)
        jobs = ", ".join(in_english(title) for title in task.occupations[:2])
        if len(task.occupations) > 2:
            jobs = gettext(
                "%(jobs)s and %(number)s more", jobs=jobs, number=len(task.occupations) - 2
            )
        words = gettext(
            "%(share)s of all working time, risk %(risk)s",
            share=thousandths(task.share),
            risk=percent(task.risk),
        )
        rows.append(
            f'<tr><th scope="row" data-label="{name}">{in_english(task.task)} <small>{jobs}</small>'
            f'</th><td data-label="{time}">{thousandths(task.share)}</td>'
            f'<td data-label="{taken}">{thousandths(task.can_take_over)}</td>'
            f'<td class="drawn"><svg class="bar parts" width="100%" height="14" role="img" '
            f'aria-label="{words}"><rect class="take" width="{take:.1f}%" height="14"/>'
            f'<rect class="help" x="{take:.1f}%" width="{helped:.1f}%" height="14"/>'
            f'<rect class="human" x="{take + helped:.1f}%" '
            f'width="{max(share - take - helped, 0):.1f}%" height="14"/></svg></td></tr>'
        )
    return (
        f'<table class="cards workforce moved">\n<thead><tr><th scope="col">{name}</th>'
        f'<th scope="col">{time}</th><th scope="col">{taken}</th>'
        f'<th scope="col">{gettext("Its parts")}</th></tr></thead>\n'
        f"<tbody>{''.join(rows)}</tbody>\n</table>\n"
    )


def _titles(report: WorkforceReport) -> str:
    lines = "".join(f"<p>{safe(line)}</p>\n" for line in unsure_lines(report))
    if not lines and not report.unresolved:
        return ""
    content = lines
    if report.unresolved:
        shown = report.unresolved
        content += f"<ul>{''.join(map(_title, shown[:_TITLES_OPEN]))}</ul>\n"
        if rest := shown[_TITLES_OPEN:]:
            content += details(
                ngettext("%(number)s more title", "%(number)s more titles", len(rest)),
                f"<ul>{''.join(map(_title, rest))}</ul>\n",
            )
    if report.hidden_titles:
        hidden = ngettext(
            "%(number)s title of fewer than %(least)s people is not named here.",
            "%(number)s titles of fewer than %(least)s people are not named here.",
            report.hidden_titles,
            least=MIN_SHOWN,
        )
        content += f"<p>{hidden}</p>\n"
    return section("titles", gettext("What rests on unsure titles"), content)


def _title(one: UnresolvedTitle) -> str:
    where = f", {safe(one.department)}" if one.department else ""
    maybe = semicolons(
        f"{in_english(other.title)} ({chance(other.probability)})"
        for other in one.suggestions[:_SUGGESTIONS]
    )
    named = f"<b>{safe(one.title) if one.title else gettext('No title')}</b>"
    unscored = gettext("%(people)s not scored", people=people_words(one.headcount))
    suggested = gettext(". Maybe: %(titles)s", titles=maybe) if maybe else ""
    return f"<li>{labeled(named + where, unscored)}{suggested}</li>"


def _reading(report: WorkforceReport) -> str:
    said = "".join(f"<li>{safe(decision)}</li>" for decision in report.decisions)
    # What was read is described in English alone.
    english = "" if spoken().code == "en" else ' lang="en"'
    heading = gettext("How the list was read")
    return section("reading", heading, f"<ul{english}>{said}</ul>\n") if said else ""
