"""Pages as HTML: choose the content of each page and render its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.careers.comparison import COMPARED
from engine.careers.filters import LEAST_WAGE_RATIO
from engine.careers.index import FEW
from engine.display.wording import phrase
from engine.records import codes, serialize
from engine.records.rubric import TIERS
from engine.web.content import career_filters, explore, figures
from engine.web.content.career_filters import CareerChoices
from engine.web.content.comparison import all_categories
from engine.web.content.example import largest_part, worked_example
from engine.web.content.figures import Figures
from engine.web.content.site import SIMILAR_SHOWN, Site
from engine.web.pages import cards, sharing
from engine.web.pages.exploring import map_of
from engine.web.pages.links import Links
from engine.web.pages.rendering import render
from engine.web.store.store import Record

_FOUND_SHOWN = 20
"""Occupations that a search shows."""


def home(site: Site, links: Links, query: str = "") -> str:
    """The home page: search, map, major groups, highest and lowest risk."""
    rows = site.overview()
    highest, lowest = site.extremes(rows)
    found = site.found(rows, query, _FOUND_SHOWN + 1) if query else None
    return render(
        "home.html",
        links,
        reference=site.engine.corpus.name,
        query=query,
        found=found and found[:_FOUND_SHOWN],
        more=found is not None and len(found) > _FOUND_SHOWN,
        groups=[
            (code, name, len(members), _mean(members, "risk"), _mean(members, "ai_capability"))
            for code, name, members in site.groups(rows)
        ],
        map=map_of(explore.scored(rows)),
        progress=site.monitor.progress(),
        highest=highest,
        lowest=lowest,
        count=len(rows),
        task_count=sum(map(len, site.engine.corpus.rows_of.values())),
        code_example=_code_example(rows),
    )


def _code_example(rows: Sequence[Record]) -> str:
    """A code of the catalog's classification, for the search field."""
    has_isco = any(codes.classification(row["soc_code"]) != "SOC" for row in rows[-1:])
    return "2221" if has_isco else "29-1141"


def _mean(rows: Sequence[Record], name: str) -> float | None:
    known = [row[name] for row in rows if row[name] is not None]
    return sum(known) / len(known) if known else None


def group(site: Site, links: Links, code: str) -> str:
    """The occupations of a major group."""
    rows = site.group(code)
    return render(
        "group.html",
        links,
        reference=site.engine.corpus.name,
        code=code,
        name=phrase(codes.major_group_name(code)),
        classification=phrase(codes.classification_of_group(code)),
        rows=rows,
    )


def occupation(
    site: Site,
    links: Links,
    record: Record,
    matches: Sequence[Record],
    choices: CareerChoices,
    *,
    pinned: bool = False,
) -> str:
    """The page of an occupation, scored or not.

    Args:
        record: as ``Site.occupation`` returns it.
        matches: all its similar careers, as ``Site.matches`` returns them.
        choices: which of them to show.
        pinned: the address names a run, so the page never changes.
    """
    order = site.task_order(record["soc_code"])
    if record["run_id"] is None:
        return render(
            "unscored.html",
            links,
            reference=site.engine.corpus.name,
            record=record | {"tasks": [record["tasks"][row] for row in order]},
            progress=site.monitor.progress(),
        )
    passing = career_filters.passing(matches, choices.filters)
    return render(
        "occupation.html",
        links,
        reference=record["reference"],
        record=record,
        order=order,
        pinned=pinned,
        # Without a server, the browser filters, so the page has all matches and what each passes.
        matches=passing[:SIMILAR_SHOWN] if links.live else matches,
        passed=[] if links.live else [career_filters.choices_passed(match) for match in matches],
        nearly=career_filters.nearly_passing(matches, choices.filters, max(0, FEW - len(passing)))
        if links.live
        else [],
        structured_data=sharing.structured_data(
            record, links.public(f"occupations/{record['soc_code']}")
        ),
        least_wage=LEAST_WAGE_RATIO,
        hidden=len(matches) - len(passing),
        choices=choices,
        zone_choices=career_filters.ZONE_CHOICES,
        wage_choices=career_filters.WAGE_CHOICES,
        with_wages=any(match["wage_ratio"] for match in matches),
    )


def at_shares(links: Links, record: Record, order: Sequence[int]) -> str:
    """An occupation with the reader's Time %, and a link to the published page.

    Args:
        order: rows of its tasks, in the order to list them.
    """
    return render("reshared.html", links, reference=record["reference"], record=record, order=order)


def compare(site: Site, links: Links, codes: Sequence[str] = (), query: str = "") -> str:
    """Occupations side by side, and a search to choose the first or add another.

    Raises:
        UnknownOccupationError, InputError: if a code is not in the catalog, or there are too many.
    """
    known = [site.code(code) for code in codes]
    overview = site.overview()
    rows = {row["soc_code"]: row for row in overview}
    found = site.found(overview, query) if query else None
    similar: list[Record] = []
    if len(set(known)) == 1:
        similar = site.matches(rows[known[0]])[:SIMILAR_SHOWN]
    compared = site.compared(known) if len(known) > 1 else None
    return render(
        "compare.html",
        links,
        reference=site.engine.corpus.name,
        chosen=[rows[code] for code in known],
        compared=compared,
        categories=all_categories(compared["occupations"]) if compared else [],
        query_text=query,
        found=found and [row for row in found if row["soc_code"] not in known],
        similar=similar,
        most=COMPARED[1],
        confidence=site.engine.confidence,
    )


def linked(site: Site, links: Links, code: str) -> str:
    """The occupations that a code of ISCO-08 or ESCO stands for, and their mix.

    Raises:
        UnknownOccupationError, InputError: as ``Site.linked``.
    """
    return render("linked.html", links, reference=site.engine.corpus.name, record=site.linked(code))


def numbers(site: Site, links: Links) -> str:
    """What the numbers mean, with an occupation of the site as an example."""
    record = worked_example(site)
    return render(
        "numbers.html",
        links,
        reference=site.engine.corpus.name,
        record=record,
        task=largest_part(record) if record else None,
        confidence=site.engine.confidence,
        sources=serialize.as_plain(site.engine.corpus.sources),
    )


def quality(site: Site, links: Links, found: Figures | None = None) -> str:
    """How good the numbers are.

    Args:
        found: the figures to show; those of this version if None.
    """
    return render(
        "quality.html",
        links,
        reference=site.engine.corpus.name,
        figures=found or figures.read(),
        confidence=site.engine.confidence,
    )


def methodology(site: Site, links: Links) -> str:
    """How the numbers are computed: figures of the current scores, calibration plot, both cards."""
    rows = explore.scored(site.overview())
    widths = [row["risk_high"] - row["risk_low"] for row in rows]
    return render(
        "methodology.html",
        links,
        reference=site.engine.corpus.name,
        engine=site.engine,
        runs=site.runs(),
        scored=len(rows),
        mean_risk=_mean(rows, "risk"),
        mean_width=sum(widths) / len(widths) if widths else None,
        tiers=[(name, sum(row["tier"] == name for row in rows)) for _, name in reversed(TIERS)],
        reliability=cards.reliability(),
        model_card=cards.card("models"),
        data_card=cards.card("reference_tasks"),
    )


def data(site: Site, links: Links) -> str:
    """Downloads and licenses."""
    return render("data.html", links, reference=site.engine.corpus.name, runs=site.runs())


def api_guide(site: Site, links: Links, schema: Mapping[str, Any]) -> str:
    """The JSON API, from its OpenAPI description."""
    operations = [
        (method.upper(), path, operation["description"], _parameter_names(operation))
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return render("api.html", links, reference=site.engine.corpus.name, operations=operations)


def _parameter_names(operation: Mapping[str, Any]) -> str:
    return ", ".join(parameter["name"] for parameter in operation.get("parameters", []))
