from __future__ import annotations

import re

import pytest

from engine.utils import resources
from engine.web.pages import cards


def test_the_asterisk_of_onet_survives_markdown() -> None:
    html = cards.as_html("O*NET lists *all* of O*NET, in `O*NET` and O\\*NET.", "card")
    assert html.strip() == (
        "<p>O*NET lists <em>all</em> of O*NET, in <code>O*NET</code> and O*NET.</p>"
    )


@pytest.mark.parametrize("name", ["models", "reference_tasks"])
def test_the_shipped_cards_name_onet_correctly(name: str) -> None:
    html = cards.card(name)
    assert "O*NET" in html
    assert "ONET" not in html
    assert "<em>NET" not in html
    assert "<h1>" not in html


def test_links_to_files_become_text_and_headings_move_down() -> None:
    html = cards.as_html("# Card\n\n[a file](file.md), [a site](https://example.org)", "card")
    assert html == ('<h2>Card</h2>\n<p>a file, <a href="https://example.org">a site</a></p>\n')


def test_tables_scroll_and_have_names() -> None:
    table = "| | x |\n|---|---|\n| a | 1 |"
    html = cards.as_html(f"{table}\n\ntext\n\n{table}", "models")
    assert re.findall('aria-label="([^"]+)"', html) == ["models, table 1", "models, table 2"]
    assert html.count("</table></div>") == 2
    assert "<th></th>" not in html


def test_the_calibration_plot_shows_the_figure_of_the_model_card() -> None:
    figure = (resources.shipped("models") / "reliability.svg").read_text("utf-8")
    drawn = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', figure)
    points = cards.reliability().points
    assert len(points) == len(drawn) == 10
    for point, center in zip(points, drawn, strict=True):
        assert point == pytest.approx([float(part) for part in center], abs=0.11)  # rounded twice
