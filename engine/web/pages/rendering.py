"""Render templates to HTML, with links for a server or for files."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.careers.filters import FAILED_WORDS
from engine.careers.similarity_levels import LEVELS
from engine.records import codes, rubric
from engine.records.time_share import RELATIVE_ERRORS
from engine.report import formatting
from engine.utils.text import CONTROL_PICTURES
from engine.version import __version__
from engine.web import MAX_TYPED_CHARACTERS
from engine.web.content.explore import own_employment
from engine.web.content.time_form import as_typed
from engine.web.pages import browser_data, charts, comparison_bars, labels, reading, scenarios

_WEB = Path(__file__).parents[1]
STATIC = _WEB / "static"


class Links(Protocol):
    """Addresses of pages and files, relative to the page that is being rendered."""

    live: bool
    """True if a server answers, so that readers can score and search what they type."""

    def __call__(self, path: str) -> str:
        """Address of ``path``, such as ``occupations/29-1141.00``; "" is the home page."""
        ...

    def public(self, path: str) -> str | None:
        """Address of ``path`` for other sites; None if the site does not know its own address."""
        ...


class ServerLinks:
    """Addresses under the root path of a running server.

    Args:
        root_path: path under which a proxy serves the site, such as ``/risk``.
        public_url: address of the home page for visitors, such as ``https://risk.example.org``;
            "" if it is not known.
    """

    live = True

    def __init__(self, root_path: str = "", public_url: str = "") -> None:
        self._root = root_path.rstrip("/")
        self._public_url = public_url.rstrip("/")

    def __call__(self, path: str) -> str:
        return f"{self._root}/{path}"

    def public(self, path: str) -> str | None:
        return f"{self._public_url}/{path}" if self._public_url else None


class FileLinks:
    """Relative addresses between files, which work under any path and without a server.

    Args:
        page: path of the page that contains the links, such as ``occupations/29-1141.00``; its
            file is the ``index.html`` of that folder.
        public_url: as for ``ServerLinks``.
    """

    live = False

    def __init__(self, page: str, public_url: str = "") -> None:
        self._up = "../" * (len(PurePosixPath(page).parts) - is_file(page))
        self._public_url = public_url.rstrip("/")

    def __call__(self, path: str) -> str:
        plain, _, fragment = path.partition("#")
        file = plain if is_file(plain) else f"{plain}/index.html".lstrip("/")
        return f"{self._up}{file}" + (f"#{fragment}" if fragment else "")

    def public(self, path: str) -> str | None:
        if not self._public_url:
            return None
        return f"{self._public_url}/{path}" + ("/" if path and not is_file(path) else "")


def is_file(path: str) -> bool:
    """True if a path of the site is a file to load, not a page."""
    return path.endswith((".css", ".js", ".json", ".csv", ".svg", ".png", ".html"))


@cache
def asset_version() -> str:
    """A hash of the static files, so that browsers can cache them until they change."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": formatting.percent,
        "interval": formatting.interval,
        "difference": formatting.risk_difference,
        "chance": formatting.chance,
        "growth": formatting.growth,
        "people": formatting.people,
        "wage": labels.wage,
        "own_employment": own_employment,
        "similarity_rank": formatting.similarity_rank,
        "failed_words": FAILED_WORDS.__getitem__,
        "as_typed": as_typed,
        "compact": labels.compact,
        "date": labels.date,
        "relative_error": RELATIVE_ERRORS.__getitem__,
        "measure": labels.measure,
        "job_zone": labels.job_zone,
        "major_group": labels.major_group,
        "group_code": codes.major_group,
        "code_label": labels.code,
        "tier_class": labels.tier_class,
        "time_by_category": labels.time_by_category,
    }
    environment.globals |= {
        "browser_data": browser_data,
        "labels": labels,
        "reading": reading,
        "scenarios": scenarios,
        "max_typed_characters": MAX_TYPED_CHARACTERS,
        "rubric": rubric,
        "similarity_levels": LEVELS,
        "charts": charts,
        "comparison_bars": comparison_bars,
        "what_risk_is": formatting.WHAT_RISK_IS,
        "engine_version": __version__,
        "asset_version": asset_version(),
    }
    return environment


# Users can type control characters; pages show pictures of them, except for line ends and tabs.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def render(template: str, links: Links, *, reference: str | None, **values: Any) -> str:
    """Render a template to a page of HTML.

    Args:
        template: name of its file.
        links: addresses relative to the page.
        reference: name of the reference behind the numbers of the page; None before an engine is
            open.
        values: what the template shows.
    """
    html = _environment().get_template(template).render(url=links, reference=reference, **values)
    return _CONTROL.sub(lambda found: found[0].translate(CONTROL_PICTURES), html)
