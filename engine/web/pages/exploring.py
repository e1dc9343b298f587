"""The pages that show all occupations at once: the map and the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.display.wording import gettext, phrase
from engine.records import codes
from engine.report.formatting import BARRIER_NAMES
from engine.web.content import explore as map_content
from engine.web.content import ranking as ranking_content
from engine.web.content.explore import VERTICALS, MapChoices, Vertical
from engine.web.content.listing import page_of
from engine.web.content.ranking import RANKED, RankChoices
from engine.web.content.site import Site
from engine.web.pages.links import Links
from engine.web.pages.rendering import render
from engine.web.pages.scatter import LABELS, Scatter, scatter
from engine.web.store.store import Record


@dataclass(frozen=True, kw_only=True)
class Map:
    """A map of all scored occupations.

    Attributes:
        chart: its dots and axes.
        vertical: what the vertical axis shows.
        path: path of the page that shows it with filters.
        axes: the vertical axes to choose from: name, path of the page, and name for people.
    """

    chart: Scatter
    vertical: Vertical
    path: str
    axes: Sequence[tuple[Vertical, str, str]]


def map_of(rows: Sequence[Record], vertical: Vertical | None = None) -> Map | None:
    """The map of scored occupations; None if there are none.

    Args:
        vertical: what the vertical axis shows; the first that is known if None, or if it is not.
    """
    available = map_content.verticals(rows)
    if not available:
        return None
    if vertical not in available:
        vertical = available[0]
    # The first has the short path.
    paths = {
        name: f"explore/{name}" if place else "explore" for place, name in enumerate(available)
    }
    return Map(
        chart=scatter(rows, VERTICALS[vertical]),
        vertical=vertical,
        path=paths[vertical],
        axes=[(name, path, phrase(LABELS[VERTICALS[name]])) for name, path in paths.items()],
    )


def explore(
    site: Site, links: Links, vertical: Vertical | None = None, choices: MapChoices | None = None
) -> str:
    """The map of all occupations, its filters, and its table.

    Args:
        vertical: what the vertical axis shows; the first that is known if None.
        choices: which occupations pass, and the order and page of the table.
    """
    choices = choices or MapChoices()
    rows = map_content.scored(site.overview())
    available = map_content.verticals(rows)
    passing = map_content.shown(site, rows, choices)
    return render(
        "explore.html",
        links,
        reference=site.engine.corpus.name,
        progress=site.monitor.progress(),
        map=map_of(rows, vertical),
        choices=choices,
        passing={row["soc_code"] for row in passing},
        # Without a server, the browser filters, so the page has all rows.
        listing=page_of(passing, choices.page) if links.live else page_of(passing, 1, len(rows)),
        groups=[(code, phrase(name)) for code, name, _ in site.groups(rows)],
        zones=sorted({row["job_zone"] for row in rows if row["job_zone"]}),
        pay_choices=map_content.PAY_CHOICES,
        has_wages="pay" in available,
        has_outlook="growth" in available,
    )


def ranking(site: Site, links: Links, by: str = "risk", choices: RankChoices | None = None) -> str:
    """Occupations ranked by risk or by a barrier.

    Raises:
        UnknownOccupationError: if the catalog has no occupation of the chosen major group.
    """
    choices = choices or RankChoices()
    rows = map_content.scored(site.overview())
    found = ranking_content.ranking(site, by, choices)
    with_barriers = ranking_content.has_barriers(rows)
    return render(
        "ranking.html",
        links,
        reference=site.engine.corpus.name,
        progress=site.monitor.progress(),
        by=by,
        paths={name: "ranking" if name == "risk" else f"ranking/{name}" for name in RANKED},
        ranked={name: phrase(RANKED[name]) for name in (RANKED if with_barriers else ("risk",))},
        with_barriers=with_barriers,
        barriers={name: phrase(words) for name, words in BARRIER_NAMES.items()},
        choices=choices,
        group_name=phrase(codes.major_group_name(choices.group)) if choices.group else "",
        listing=page_of(found, choices.page) if links.live else page_of(found, 1, len(rows) or 1),
        groups=[(code, phrase(name)) for code, name, _ in site.groups(rows)],
        highest_words=_highest_words,
        passes=lambda row: _passes(row, with_barriers),
        confidence=site.engine.confidence,
    )


def _passes(row: Record, with_barriers: bool) -> str:
    """For scripts: the values of the fields of the form that an occupation passes."""
    barriers = ranking_content.highest_barriers(row)[:1] if with_barriers else []
    return " ".join([codes.major_group(row["soc_code"]), *barriers])


def _highest_words(row: Record) -> str:
    """The highest barrier of an occupation in words, with those that are about as high."""
    names = [phrase(BARRIER_NAMES[name]) for name in ranking_content.highest_barriers(row)]
    if not names:
        return gettext("little")
    if len(names) == 1:
        return names[0]
    return gettext(
        "%(first)s; about the same: %(others)s", first=names[0], others=", ".join(names[1:])
    )
