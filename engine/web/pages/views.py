"""The pages as HTML, for a server and for files alike."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt

from engine.careers.comparison import COMPARED
from engine.records import soc
from engine.records.inputs import MAX_TASKS, Occupation
from engine.utils import resources
from engine.web.content.job_splitter import SplitJob
from engine.web.content.site import SIMILAR_SHOWN, Site, time_by_category
from engine.web.pages import charts
from engine.web.pages.rendering import Links, render
from engine.web.store.store import Record


@dataclass(frozen=True)
class CareerFilters:
    """Which careers the reader wants to see; wages as a part of one's own."""

    safer_only: bool = True
    max_job_zone_gap: int | None = 1
    min_wage_ratio: float | None = None


def home(site: Site, links: Links, query: str = "", vertical: str = "ai_capability") -> str:
    """Search, groups, chart, highest and lowest."""
    rows = site.overview()
    scored = [row for row in rows if row["risk"] is not None]
    highest, lowest = site.extremes(rows)
    return render(
        "home.html",
        links,
        query=query,
        found=site.found(rows, query) if query else None,
        groups=[
            (code, name, len(members), _mean(members, "risk"), _mean(members, "ai_capability"))
            for code, name, members in site.groups(rows)
        ],
        chart=charts.scatter(scored, vertical) if scored else None,
        with_wage=site.has_wages,
        progress=site.progress(),
        highest=highest,
        lowest=lowest,
        count=len(rows),
        task_count=len(site.engine.corpus.tasks),
    )


def _mean(rows: Sequence[Record], name: str) -> float | None:
    known = [row[name] for row in rows if row[name] is not None]
    return sum(known) / len(known) if known else None


def group(site: Site, links: Links, code: str) -> str:
    """The occupations of a major group."""
    rows = site.group(code)
    return render("group.html", links, code=code, name=soc.MAJOR_GROUPS[code], rows=rows)


def occupation(
    site: Site,
    links: Links,
    record: Record,
    filters: CareerFilters,
    *,
    pinned: bool = False,
) -> str:
    """The page of an occupation, scored or not.

    Args:
        record: as ``Site.occupation`` gives it.
        pinned: it was asked for by the number of a run, and stays as it is.
    """
    if record["run_id"] is None:
        return render("unscored.html", links, record=record, progress=site.progress())
    every = site.similar(record)
    chosen = site.similar(
        record,
        safer_only=filters.safer_only,
        max_job_zone_gap=filters.max_job_zone_gap,
        min_wage_ratio=filters.min_wage_ratio,
    )
    return render(
        "occupation.html",
        links,
        record=record,
        pinned=pinned,
        # Without a server the browser filters; so all of them are in the page.
        matches=chosen[:SIMILAR_SHOWN] if links.live else every,
        hidden=len(every) - len(chosen),
        filters=filters,
        with_wage=any(match.get("wage_ratio") for match in every),
        by_category=time_by_category(record["tasks"]),
    )


def at_shares(site: Site, links: Links, record: Record) -> str:
    """An occupation at the reader's shares of time; the published ones are a link away."""
    by_category = time_by_category(record["tasks"])
    return render("reshared.html", links, record=record, by_category=by_category)


def compare(site: Site, links: Links, codes: Sequence[str] = (), query: str = "") -> str:
    """Occupations side by side, and the search to choose them or one more.

    Raises:
        UnknownOccupationError, InputError: if a code is not one of the catalogue, or they are too
            many.
    """
    known = [site.code(code) for code in codes]
    overview = site.overview()
    rows = {row["soc_code"]: row for row in overview}
    found = site.found(overview, query) if query else None
    alike: list[Record] = []
    if len(set(known)) == 1:
        record = site.occupation(known[0])
        alike = [] if record["run_id"] is None else site.similar(record, limit=SIMILAR_SHOWN)
    compared = site.compared(known) if len(known) > 1 else None
    return render(
        "compare.html",
        links,
        chosen=[rows[code] for code in known],
        compared=compared,
        categories=_all_categories(compared["occupations"]) if compared else [],
        query_text=query,
        found=found and [row for row in found if row["soc_code"] not in known],
        alike=alike,
        most=COMPARED[1],
        confidence=site.engine.confidence,
    )


def _all_categories(occupations: Sequence[Record]) -> list[str]:
    """Categories of any of them, those that take most time of all first."""
    total: dict[str, float] = {}
    for one in occupations:
        for name, share in one["categories"].items():
            total[name] = total.get(name, 0.0) + share
    return sorted(total, key=lambda name: -total[name])


def score_form(
    links: Links, *, title: str = "", text: str = "", split: SplitJob | None = None, fault: str = ""
) -> str:
    """The form to paste a job into, or its preview to edit before it is scored."""
    return render(
        "score.html", links, title=title, text=text, split=split, fault=fault, max_tasks=MAX_TASKS
    )


def scored(site: Site, links: Links, job: Occupation) -> str:
    """What came of a pasted job."""
    record, matches = site.scored_with_careers(job)
    return render(
        "scored.html",
        links,
        record=record,
        matches=matches,
        by_category=time_by_category(record["tasks"]),
    )


def methodology(site: Site, links: Links) -> str:
    """How the numbers are made: both cards, the calibration plot, figures of what is shown now."""
    rows = [row for row in site.overview() if row["risk"] is not None]
    width = [row["risk_high"] - row["risk_low"] for row in rows]
    return render(
        "methodology.html",
        links,
        engine=site.engine,
        runs=site.runs(),
        scored=len(rows),
        mean_risk=_mean(rows, "risk"),
        mean_width=sum(width) / len(width) if width else None,
        tiers=[
            (name, sum(row["tier"] == name for row in rows))
            for name in ("Low", "Moderate", "High", "Very high")
        ],
        reliability=_reliability(),
        model_card=_card("models"),
        data_card=_card("reference_tasks"),
    )


@cache
def _card(name: str) -> str:
    """A card as HTML, its headings a step lower: the page has the first."""
    path = resources.shipped(name) / "README.md"
    text = path.read_text(encoding="utf-8")
    lines = [
        f"#{line}" if line.startswith("#") else line
        for line in text.splitlines()
        if not line.startswith(("<!--", "!["))
    ]
    # Links to other files of the repository lead nowhere from here: their words stay.
    text = re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]+\)", r"\1", "\n".join(lines))
    html = MarkdownIt("js-default").render(text)
    # Tables scroll on their own, by keyboard too; an empty corner is no heading.
    numbers = itertools.count(1)
    html = re.sub(
        "<table>",
        lambda _: (
            f'<div class="wide" tabindex="0" role="region" aria-label="{name}, table '
            f'{next(numbers)}"><table>'
        ),
        html,
    )
    return html.replace("</table>", "</table></div>").replace("<th></th>", "<td></td>")


@cache
def _reliability() -> charts.Reliability:
    """The calibration plot of the model card, read off the figure that ships."""
    figure = resources.shipped("models") / "reliability.svg"
    return charts.reliability(figure.read_text(encoding="utf-8"))


def data(site: Site, links: Links) -> str:
    """Downloads and licences."""
    return render("data.html", links, reference=site.engine.corpus.name, runs=site.runs())


def api_guide(links: Links, schema: Mapping[str, Any]) -> str:
    """The JSON API, from its OpenAPI description."""
    operations = [
        (method.upper(), path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return render("api.html", links, operations=operations, names=_names)


def _names(operation: Mapping[str, Any]) -> str:
    return ", ".join(parameter["name"] for parameter in operation.get("parameters", []))


def search_index(site: Site) -> str:
    """Titles of the catalogue for a search in the browser: [code, title, other names]."""
    corpus = site.engine.corpus
    others: dict[str, list[str]] = {}
    for code, title in zip(
        corpus.alternate_titles["soc_code"], corpus.alternate_titles["title"], strict=True
    ):
        others.setdefault(code, []).append(title)
    rows = [
        [row["soc_code"], row["title"], others.get(row["soc_code"], [])] for row in site.overview()
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
