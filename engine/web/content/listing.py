"""Lists that readers sort and page through: choices in an address, and the rows they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode

from engine.web.store.store import Record

PER_PAGE = 25
"""Rows on a page of a list."""

Order = Literal["asc", "desc"]

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Choices of a reader, each under the name that it has in addresses.

    Attributes:
        order: "desc" for the highest first.
        page: number of the page, from 1 up.
    """

    order: Order = "desc"
    page: int = 1

    def query(self, **changes: Any) -> str:
        """The choices after some changes as the query of an address; "" if all are the defaults.

        A change of anything but the page leads to the first page.
        """
        changed = replace(self, **{"page": 1} | changes)
        values = {field.name: getattr(changed, field.name) for field in fields(changed)}
        differing = {
            field.name: int(values[field.name])
            if isinstance(values[field.name], bool)
            else values[field.name]
            for field in fields(changed)
            if values[field.name] != field.default
        }
        return f"?{urlencode(differing)}" if differing else ""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A page of a list.

    Attributes:
        rows: of this page.
        total: rows of all pages.
        page, pages: number of this page and of all, from 1 up.
    """

    rows: Sequence[Any]
    total: int
    page: int
    pages: int


def page_of(rows: Sequence[Any], page: int, per_page: int = PER_PAGE) -> Listing:
    """A page of a list; the last one if ``page`` is beyond it."""
    pages = max(1, -(-len(rows) // per_page))
    page = min(page, pages)
    first = (page - 1) * per_page
    return Listing(rows=rows[first : first + per_page], total=len(rows), page=page, pages=pages)


def ordered(
    rows: Sequence[Record], value: Callable[[Record], Any], *, descending: bool
) -> list[Record]:
    """Rows by value, then by code; those whose value is None come last in both directions."""
    by_code = sorted(rows, key=lambda row: str(row["soc_code"]))
    known = [row for row in by_code if value(row) is not None]
    unknown = [row for row in by_code if value(row) is None]
    return sorted(known, key=value, reverse=descending) + unknown
