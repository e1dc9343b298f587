"""The image that social networks show for an occupation: its risk with the interval, as PNG."""

from __future__ import annotations

import io
import unicodedata

from PIL import Image, ImageDraw, ImageFont

from engine.report.formatting import percent
from engine.web.pages import labels
from engine.web.store.store import Record

SIZE = 1_200, 630
"""Width and height in pixels, which networks recommend."""

_PAPER, _INK, _SOFT, _LINE = "#ffffff", "#1b1f24", "#51585f", "#d5d9de"
_TIER_COLORS = {
    "low": "#17653a",
    "moderate": "#7a5200",
    "high": "#a8410a",
    "very-high": "#a3172f",
}
"""The colors of tiers in site.css, on white."""

_LEFT, _RIGHT = 80, 1_120
_TITLE_LINES = 2


def draw(record: Record) -> bytes:
    """Draw the image of an occupation as a PNG file of ``SIZE``, about 20 kB.

    Args:
        record: as ``Site.occupation`` returns it; without a score, the image says so.
    """
    image = Image.new("RGB", SIZE, _PAPER)
    canvas = ImageDraw.Draw(image)
    y = 70.0
    title = _plain(record["title"]) or labels.code(record["soc_code"])
    for line in _wrapped(canvas, title, _font(64)):
        canvas.text((_LEFT, y), line, _INK, _font(64), stroke_width=1)
        y += 80
    canvas.text((_LEFT, y + 4), labels.code(record["soc_code"]), _SOFT, _font(32))
    if record["run_id"] is None:
        canvas.text((_LEFT, 330), "Not scored yet", _SOFT, _font(48))
    else:
        _draw_risk(canvas, record)
        note = f"What software could take over, not a forecast. Reference: {record['reference']}"
        canvas.text((_LEFT, 560), _plain(note), _SOFT, _font(28))
    file = io.BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw_risk(canvas: ImageDraw.ImageDraw, record: Record) -> None:
    """Draw the risk in large figures, and the interval on an axis from 0 to 100%."""
    risk, (low, high) = record["risk"], record["risk_interval"]
    color = _TIER_COLORS[labels.tier_class(risk)]
    canvas.text((_LEFT, 300), percent(risk), color, _font(120), stroke_width=2)
    after = _LEFT + canvas.textlength(percent(risk), _font(120)) + 40
    canvas.text((after, 318), f"risk: {record['tier'].lower()}", color, _font(44), stroke_width=1)
    # The font has no dash of ranges.
    interval = f"interval {percent(low)} to {percent(high)}"
    canvas.text((after, 374), interval, _SOFT, _font(36))
    across = _RIGHT - _LEFT
    y = 480
    canvas.rounded_rectangle((_LEFT, y - 6, _RIGHT, y + 6), 6, _LINE)
    ends = _LEFT + across * low, _LEFT + across * high
    canvas.rounded_rectangle((ends[0], y - 14, max(ends[1], ends[0] + 8), y + 14), 14, color)
    canvas.circle((_LEFT + across * risk, y), 18, _PAPER, _INK, 6)
    for x, text, anchor in ((_LEFT, "0", "la"), (_RIGHT, "100%", "ra")):
        canvas.text((x, y + 24), text, _SOFT, _font(26), anchor=anchor)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with Pillow, which has the letters of ASCII."""
    return ImageFont.load_default(size)


def _plain(text: str) -> str:
    """Text in the letters that the font has: "Café" as "Cafe"."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip()


def _wrapped(
    canvas: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont
) -> list[str]:
    """Break text into at most two lines; the last one ends in "..." if there is more."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or canvas.textlength(longer, font) <= _RIGHT - _LEFT:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > _TITLE_LINES:
        lines = lines[:_TITLE_LINES]
        while canvas.textlength(f"{lines[-1]}...", font) > _RIGHT - _LEFT:
            lines[-1] = lines[-1][:-1]
        lines[-1] += "..."
    return lines
