"""Small parts of a workforce report as HTML: bars, marks and sections."""

from __future__ import annotations

import re
from html import escape

from engine.display.wording import ENGLISH, spoken
from engine.records import rubric
from engine.records.workforce import WorkforceGroup
from engine.report.formatting import PARTS, parts_sentence, percent, risk_and_interval
from engine.utils.text import CONTROL_PICTURES

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def safe(value: str) -> str:
    """Return text that is safe in HTML; control characters become pictures of them."""
    return escape(_CONTROL.sub(lambda found: found[0].translate(CONTROL_PICTURES), value))


def in_english(text: str) -> str:
    """Return data as safe HTML: they are in English, and marked so in another language."""
    return safe(text) if spoken() is ENGLISH else f'<span lang="en">{safe(text)}</span>'


def section(name: str, heading: str, content: str) -> str:
    """Return a section with its heading."""
    return (
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{heading}</h2>\n{content}</section>\n'
    )


def tier_class(risk: float) -> str:
    """Return the class of a risk's tier in the style sheet."""
    return rubric.tier(risk).lower().replace(" ", "-")


def parts_bar(parts: tuple[int, int, int], height: int) -> str:
    """Return the three parts of working time as a bar of 100%."""
    words = parts_sentence(parts)
    x, drawn = 0, []
    for (part_class, _, _), width in zip(PARTS, parts, strict=True):
        drawn.append(f'<rect class="{part_class}" x="{x}%" width="{width}%" height="{height}"/>')
        x += width
    return (
        f'<svg class="bar parts" width="100%" height="{height}" role="img" '
        f'aria-label="{words}">{"".join(drawn)}</svg>'
    )


def swatch(part_class: str) -> str:
    """Return a square in the color of a part."""
    return (
        '<svg class="swatch" width="12" height="12" aria-hidden="true">'
        f'<rect class="{part_class}" width="12" height="12"/></svg>'
    )


def risk_mark(risk: float) -> str:
    """Return a risk in the color of its tier."""
    return f'<span class="mark {tier_class(risk)}">{percent(risk)}</span>'


def risk_span(group: WorkforceGroup) -> str:
    """Return a risk and its interval on an axis from 0 to 100%."""
    low, high = (100 * end for end in group.risk_interval)
    return (
        '<svg width="100%" height="18" role="img" '
        f'aria-label="{risk_and_interval(group.risk, group.risk_interval)}">'
        '<rect class="track" x="0" y="7" width="100%" height="4" '
        f'rx="2"/><rect class="reach {tier_class(group.risk)}" x="{low:.1f}%" y="3" '
        f'width="{max(high - low, 1):.1f}%" height="12" rx="3"/>'
        f'<circle cx="{100 * group.risk:.1f}%" cy="9" r="5"/></svg>'
    )


def details(summary: str, content: str) -> str:
    """Return content that a click opens."""
    return f"<details><summary>{summary}</summary>\n{content}</details>\n"
