"""An occupation on other sites: a card to embed, and structured data for search engines."""

from __future__ import annotations

from typing import Any

from engine.records import codes
from engine.web.pages.links import Links
from engine.web.pages.rendering import render
from engine.web.store.store import Record


def card(links: Links, record: Record) -> str:
    """The card that other sites show in a frame: title, risk, interval, tier and a link.

    Args:
        record: as ``Site.occupation`` returns it, scored or not.
    """
    return render("embed.html", links, reference=record.get("reference"), record=record)


def structured_data(record: Record, url: str | None) -> dict[str, Any]:
    """An occupation as ``Occupation`` of schema.org, for JSON-LD; only what the record says.

    Args:
        record: as ``Site.occupation`` returns it.
        url: address of its page for visitors; None if it is not known.
    """
    code = record["soc_code"]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Occupation",
        "name": record["title"],
        "description": record["description"],
        "occupationalCategory": {
            "@type": "CategoryCode",
            "codeValue": codes.number(code),
            "inCodeSet": codes.classification(code),
        },
    }
    if url:
        data["url"] = url
    # A wage of a wider group is not the wage of this occupation, and a lower bound is no median.
    if (
        record.get("median_wage")
        and not record.get("wage_is_minimum")
        and not record.get("outlook_group")
    ):
        data["occupationLocation"] = {"@type": "Country", "name": "US"}
        data["estimatedSalary"] = {
            "@type": "MonetaryAmountDistribution",
            "name": "base",
            "currency": "USD",
            "duration": "P1Y",
            "median": record["median_wage"],
        }
    return data
