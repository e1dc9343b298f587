"""Templates to pages, with links that fit where the pages will lie."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.records import rubric, soc
from engine.report import formatting as numbers
from engine.version import __version__
from engine.web.pages import charts, formatting

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


class Links(Protocol):
    """Where pages and files are, as seen from the page that is being made."""

    live: bool
    """True where a server answers: what is typed can be scored and searched there."""

    def __call__(self, path: str) -> str:
        """Address of ``path``, such as ``occupations/29-1141.00``; "" is the start page."""
        ...


class ServerLinks:
    """Addresses below the root path of a running server."""

    live = True

    def __init__(self, root_path: str = "") -> None:
        self._root = root_path.rstrip("/")

    def __call__(self, path: str) -> str:
        return f"{self._root}/{path}"


class FileLinks:
    """Relative addresses between files, which hold below any path and without a server.

    Args:
        page: path of the page that links, such as ``occupations/29-1141.00``; a page is the
            ``index.html`` of its folder.
    """

    live = False

    def __init__(self, page: str) -> None:
        self._up = "../" * len(PurePosixPath(page).parts)

    def __call__(self, path: str) -> str:
        plain, _, fragment = path.partition("#")
        file = plain if is_file(plain) else f"{plain}/index.html".lstrip("/")
        return f"{self._up}{file}" + (f"#{fragment}" if fragment else "")


def is_file(path: str) -> bool:
    """Whether a path of the site is a file to load, not a page."""
    return path.endswith((".css", ".js", ".json", ".csv", ".svg"))


@cache
def asset_version() -> str:
    """Changes whenever a static file does, so that browsers can keep them for long."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _wage(facts: Mapping[str, Any]) -> str:
    return numbers.wage(facts["median_wage"], is_minimum=bool(facts.get("wage_is_minimum")))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": numbers.percent,
        "interval": numbers.interval,
        "difference": numbers.risk_difference,
        "chance": numbers.chance,
        "rank": formatting.rank,
        "wage": _wage,
        "growth": numbers.growth,
        "compact": formatting.compact,
        "measure": formatting.measure,
        "job_zone": formatting.job_zone,
        "tier": rubric.tier,
        "tier_class": formatting.tier_class,
    }
    environment.globals |= {
        "p": formatting,
        "what_risk_is": numbers.WHAT_RISK_IS,
        "charts": charts,
        "major_groups": soc.MAJOR_GROUPS,
        "engine_version": __version__,
        "asset_version": asset_version(),
    }
    return environment


def render(template: str, links: Links, **values: Any) -> str:
    """A page as HTML; control characters of what users typed become visible signs."""
    html = _environment().get_template(template).render(url=links, **values)
    return _CONTROL.sub(lambda found: _PICTURES[found[0]], html)


_PICTURES = {chr(code): chr(0x2400 + code) for code in range(32)} | {"\x7f": "\u2421"}
"""Control character -> its picture."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""All of them but line ends and tabs, which stay."""
