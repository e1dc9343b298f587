"""Data for scripts, which show it or add it up, and decide nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from engine.display.wording import gettext, phrase, spoken
from engine.records import rubric
from engine.records.results import MIN_RATED_TIME
from engine.report.formatting import interval, percent, three_parts
from engine.utils.text import text_key
from engine.web.content import explore
from engine.web.content.site import OUTLOOK, Site
from engine.web.pages import comparison_bars, labels, scatter
from engine.web.store.store import Record


def search_index(site: Site) -> str:
    """Occupations for the search: [code, title, [names]], as ``TitleMatcher.browser_index``."""
    return _compact_json(site.titles.browser_index())


def map_points(site: Site, vertical: explore.Vertical) -> str:
    """Occupations of the map, each as [code, title, facts in words, numbers of choices passed].

    The keys are ``choices``, which the numbers count from 0, and ``occupations``: first those of
    the dots, in their order, then those without a dot.
    """
    drawn = scatter.scatter(explore.scored(site.overview()), explore.VERTICALS[vertical])
    numbers: dict[str, int] = {}
    rows = [
        [
            row["soc_code"],
            row["title"],
            labels.facts(row),
            [numbers.setdefault(choice, len(numbers)) for choice in explore.passed(row)],
        ]
        for row in (*(point.row for point in drawn.points), *drawn.left_out)
    ]
    return _compact_json({"choices": list(numbers), "occupations": rows})


def comparison(record: Record, matches: Sequence[Record]) -> str:
    """An occupation for the comparison of two, its numbers as text.

    The keys are ``soc_code``, ``title``, ``risk``, ``figures``, ``bars``, ``categories`` and
    ``moves``. ``bars`` has ``comparison_bars.Named`` records, whose numbers are drawn.
    ``risk`` has text, interval, tier and its class; ``figures`` and ``categories`` have rows of
    label, text and a remark. ``moves`` maps the SOC code of each similar career to facts about the
    move.
    """
    outlook = {name: record.get(name) for name in OUTLOOK}
    outlook["group"] = outlook["outlook_group"] or ""
    known = record["known_outcomes"].get(rubric.RISK_MEASURE)
    rated = (
        [gettext("not rated"), ""]
        if known is None
        else [percent(known), phrase(record["rated_tier"])]
    )
    _, help_with, human = three_parts(record["can_take_over"], record["can_help"])
    figures = [
        [gettext("Rated risk"), *rated],
        [gettext("AI can help beyond the risk"), spoken().percent(help_with), ""],
        [gettext("Stays human"), spoken().percent(human), ""],
        [gettext("Job Zone"), str(record["job_zone"] or gettext("unknown")), ""],
    ]
    content = {
        "soc_code": record["soc_code"],
        "title": record["title"],
        "risk": {
            "text": percent(record["risk"]),
            "interval": interval(record["risk_interval"]),
            "tier": phrase(record["tier"]),
            "tier_class": labels.tier_class(record["risk"]),
        },
        "figures": figures,
        "bars": [asdict(one) for one in comparison_bars.values(record | {"outlook": outlook})],
        "categories": [
            [gettext("Time: %(category)s", category=phrase(name)), percent(share), ""]
            for name, share in labels.time_by_category(record["tasks"])
        ],
        "moves": {match["soc_code"]: _move(match) for match in matches},
    }
    return _compact_json(content)


def time_model(record: Record) -> dict[str, Any]:
    """What a script needs to combine the tasks of an occupation at other time shares.

    ``risk`` and ``capability`` are error models (``engine.records.pooling.ErrorModel``), in which a
    reach of None is infinite; ``tiers`` as ``labels.tiers``; ``high_risk`` and ``min_rated_time``
    are limits in [0, 1].
    """
    return {
        "risk": record["errors"][rubric.RISK_MEASURE],
        "capability": record["errors"][rubric.CAPABILITY_MEASURE],
        "tiers": labels.tiers(),
        "high_risk": rubric.HIGH_RISK,
        "min_rated_time": MIN_RATED_TIME,
    }


def first_copies(tasks: Sequence[Record], order: Sequence[int]) -> list[int]:
    """For each listed task, the place of the first with the same text; errors of copies are one.

    Args:
        tasks: the tasks of an occupation.
        order: their rows, in the order in which the page lists them.
    """
    first: dict[str, int] = {}
    return [
        first.setdefault(text_key(tasks[row]["task"]), place) for place, row in enumerate(order)
    ]


def _move(match: Record) -> dict[str, Any]:
    return {
        "carries_over": percent(match["carries_over"]),
        "shared_tasks": [[pair["task"], pair["matches"]] for pair in match["shared_tasks"]],
        "new_tasks": [[task["task"], percent(task["time_share"])] for task in match["new_tasks"]],
    }


def _compact_json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
