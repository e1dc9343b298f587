"""A real browser, Chromium driven by Playwright, and what tests do in it."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from engine.report.formatting import interval, percent, three_parts
from engine.web.pages import charts, labels

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    # Playwright closes its event loop and sockets when the interpreter ends.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
"""Marks of a module whose tests need the browser."""


def new_context(browser: Any, **settings: Any) -> Any:
    """A new browser profile with long timeouts, for busy machines."""
    context = browser.new_context(**settings)
    context.set_default_timeout(180_000)
    return context


@contextmanager
def files_served(folder: Path) -> Iterator[str]:
    """Serve the files of a folder; yield the address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def type_time(page: Any) -> list[float]:
    """Type a new Time % for every task; they do not sum to 100. Return the numbers."""
    boxes = page.locator("table.tasks .share").all()
    shares = [3 * row + 1.03125 for row in range(len(boxes))]
    for box, share in zip(boxes, shares, strict=True):
        box.fill(str(share))
    return shares


def assert_shown(page: Any, expected: dict[str, Any]) -> None:
    """Compare the numbers, the gauge and the bar of a page with a record."""
    low, high = expected["risk_interval"]
    assert page.locator("#risk").inner_text() == percent(expected["risk"])
    assert page.locator("#risk-interval").inner_text() == interval((low, high))
    assert page.locator("#tier").inner_text() == expected["tier"]
    assert page.locator("#capability").inner_text() == percent(expected["ai_capability"])
    ends = tuple(expected["ai_capability_interval"])
    assert page.locator("#capability-interval").inner_text() == interval(ends)
    drawn = charts.span(expected["ai_capability"], ends)
    for shape, name, place in (
        ("rect.reach", "x", drawn.low),
        ("rect.reach", "width", drawn.width),
        ("circle", "cx", drawn.value),
    ):
        shown = page.locator(f".figures .reaches {shape}").get_attribute(name)
        assert float(shown.removesuffix("%")) == pytest.approx(place, abs=0.051)  # the page rounds
    widths = three_parts(expected["can_take_over"], expected["can_help"])
    for name, width in zip(("take", "help", "human"), widths, strict=True):
        assert page.locator(f"#{name}").inner_text() == f"{width}%"
        bar = page.locator(f".headline rect.{name}")
        assert bar.first.get_attribute("width") == f"{width}%"
    rated = expected["known_outcomes"].get("automation")
    if rated is None:
        assert not page.locator("#known:visible").count()
    else:
        assert page.locator("#rated").inner_text() == percent(rated)
        assert page.locator("#rated-tier").inner_text() == expected["rated_tier"]
    assert page.locator("#high-risk").inner_text() == percent(expected["high_risk_time_share"])
    gauge = charts.gauge(expected["risk"], low, high)
    dashes = page.locator("#reach").get_attribute("stroke-dasharray").split()
    expected_dashes = [float(dash) for dash in gauge.dashes.split()]
    assert [float(dash) for dash in dashes] == pytest.approx(expected_dashes, abs=1e-4)
    (angle,) = re.findall(r"rotate\(([\d.]+)\)", page.locator("#needle").get_attribute("transform"))
    assert float(angle) == pytest.approx(gauge.angle, abs=0.02)
    times = dict(labels.time_by_category(expected["tasks"]))
    for row in page.locator(".categories .legend tr").all():
        if row.locator("td").count():
            assert row.locator("td").inner_text() == percent(
                times[row.locator("th").inner_text().strip()]
            )
