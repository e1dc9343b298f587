"""Render templates to HTML, with links for a server or for files."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from engine.careers.filters import FAILED_WORDS
from engine.careers.similarity_levels import LEVELS
from engine.display.wording import gettext, phrase, spoken
from engine.records import codes, rubric
from engine.records.time_share import RELATIVE_ERRORS
from engine.report import formatting
from engine.utils.text import CONTROL_PICTURES
from engine.version import __version__
from engine.web import MAX_TYPED_CHARACTERS
from engine.web.content.explore import own_employment
from engine.web.content.time_form import as_typed
from engine.web.pages import browser_data, charts, comparison_bars, labels, reading, scenarios
from engine.web.pages.links import Links
from engine.web.pages.script_messages import script_messages

_WEB = Path(__file__).parents[1]
STATIC = _WEB / "static"


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
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: spoken().message(text),
        ngettext=lambda one, many, number: spoken().plural(one, many, number),
        newstyle=True,
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
        "failed_words": lambda name: phrase(FAILED_WORDS[name]),
        "in_english": in_english,
        "phrase": phrase,
        "education": phrase,
        "upper_first": _upper_first,
        "whole": lambda number, digits=0: spoken().percent(number, digits),
        "decimal": lambda number, digits=0: spoken().decimal(number, digits),
        "dollars": formatting.wage,
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
        "risk_and_interval": formatting.risk_and_interval,
        "script_messages": script_messages,
        "what_risk_is": formatting.WHAT_RISK_IS,
        "engine_version": __version__,
        "asset_version": asset_version(),
    }
    return environment


def in_english(text: str) -> str:
    """Return English text for a page; marked as such if the page is in another language."""
    return text if spoken().code == "en" else Markup('<span lang="en">{}</span>').format(text)


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


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
    language = spoken().code
    html = (
        _environment()
        .get_template(template)
        .render(
            url=links,
            reference=reference,
            site_name=gettext("Occupation risk"),
            language=language,
            # An attribute for data, which are in English on every page.
            en="" if language == "en" else Markup(' lang="en"'),
            **values,
        )
    )
    return _CONTROL.sub(lambda found: found[0].translate(CONTROL_PICTURES), html)
