"""Data for scripts of a site without a server. Scripts show it unchanged, and decide nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.report.formatting import interval, percent, wage
from engine.web.content.site import Site
from engine.web.pages import labels
from engine.web.store.store import Record


def search_index(site: Site) -> str:
    """Occupations for the search: [code, title, [names]], as ``TitleIndex.browser_index``."""
    return _compact_json(site.titles.browser_index())


def comparison(record: Record, matches: Sequence[Record], *, with_wages: bool) -> str:
    """An occupation for the comparison of two, every number as text.

    The keys are ``soc_code``, ``title``, ``risk``, ``figures``, ``categories`` and ``moves``.
    ``risk`` has text, interval, tier and its class; ``figures`` and ``categories`` have rows of
    label, text and a remark. ``moves`` maps the SOC code of each similar career to facts about the
    move.

    Args:
        with_wages: include the median wage.
    """
    figures = [
        [
            "AI capability",
            percent(record["ai_capability"]),
            interval(record["ai_capability_interval"]),
        ],
        ["Time in high-risk tasks", percent(record["high_risk_time_share"]), ""],
        ["Job Zone", str(record["job_zone"] or "unknown"), ""],
    ]
    if with_wages:
        figures.append(["Median wage", _wage(record), ""])
    content = {
        "soc_code": record["soc_code"],
        "title": record["title"],
        "risk": {
            "text": percent(record["risk"]),
            "interval": interval(record["risk_interval"]),
            "tier": record["tier"],
            "tier_class": labels.tier_class(record["risk"]),
        },
        "figures": figures,
        "categories": [
            [f"Time: {name}", percent(share), ""]
            for name, share in labels.time_by_category(record["tasks"])
        ],
        "moves": {match["soc_code"]: _move(match) for match in matches},
    }
    return _compact_json(content)


def _wage(record: Record) -> str:
    if not record.get("median_wage"):
        return labels.NOT_PUBLISHED
    return wage(record["median_wage"], is_minimum=bool(record.get("wage_is_minimum")))


def _move(match: Record) -> dict[str, Any]:
    return {
        "carries_over": percent(match["carries_over"]),
        "shared_tasks": [[pair["task"], pair["matches"]] for pair in match["shared_tasks"]],
        "new_tasks": [[task["task"], percent(task["time_share"])] for task in match["new_tasks"]],
    }


def _compact_json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
