"""The image that social networks show for an occupation."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from starlette.testclient import TestClient

from engine.web.content.site import Site
from engine.web.pages.share_image import SIZE, draw
from tests.web.conftest import ART

AXIS = 480
"""Row of the axis, which reaches from column 80, for 0, to column 1,120, for 100%."""


def _image(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    assert image.size == SIZE
    return image.convert("RGB")


@pytest.mark.parametrize("risk", [0.1, 0.3, 0.5, 0.9])
def test_the_image_shows_the_interval_on_its_axis(site: Site, risk: float) -> None:
    """The pixels above the axis are colored from the lower to the upper end, and nowhere else."""
    ends = [risk - 0.1, risk + 0.05]
    image = _image(draw(site.occupation(ART) | {"risk": risk, "risk_interval": ends}))
    line = [image.getpixel((x, AXIS - 11)) for x in range(80, 1_121)]
    colored = [x for x, pixel in enumerate(line) if pixel != (255, 255, 255)]
    # The ends of the bar are round.
    assert colored[0] == pytest.approx(1_040 * ends[0], abs=10)
    assert colored[-1] == pytest.approx(1_040 * ends[1], abs=10)


def test_the_image_is_served_small(client: TestClient, site: Site) -> None:
    answer = client.get(f"/og/{ART}.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == draw(site.occupation(ART))
    assert len(answer.content) < 50_000


@pytest.mark.parametrize("title", ["Café " * 60, "法律", "x" * 500])
def test_any_title_can_be_drawn(site: Site, title: str) -> None:
    record = site.occupation(ART) | {"title": title}
    _image(draw(record))
    _image(draw(record | {"run_id": None}))
