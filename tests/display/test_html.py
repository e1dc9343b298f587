from __future__ import annotations

from html.parser import HTMLParser

from engine.display.html import MAX_ROWS, card

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


class Page(HTMLParser):
    """The tags of a page, and the text of each cell and paragraph."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.numbers = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.numbers += ("class", "number") in attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_every_text_is_escaped() -> None:
    html = card(
        HOSTILE,
        (HOSTILE,),
        header=(HOSTILE, "n"),
        rows=[(HOSTILE, HOSTILE)],
        numbers=1,
        note=HOSTILE,
    )
    page = Page(html)
    assert {"script", "img"} & set(page.tags) == set()
    assert page.texts.count(HOSTILE) == 6


def test_numbers_align_right_and_blank_lines_are_left_out() -> None:
    html = card("Heading", ("", "Fact"), header=("a", "b", "c"), rows=[("1", "2", "3")], numbers=2)
    page = Page(html)
    assert page.numbers == 4
    assert page.tags.count("p") == 2


def test_only_the_first_rows_are_shown_and_the_rest_counted() -> None:
    rows = [(str(number),) for number in range(MAX_ROWS + 3)]
    texts = Page(card("Heading", header=("n",), rows=rows, more="to_frame() has all")).texts
    assert "… and 3 more; to_frame() has all" in texts
    assert str(MAX_ROWS - 1) in texts
    assert str(MAX_ROWS) not in texts


def test_no_color_is_fixed() -> None:
    """A notebook is light or dark; text and rules have to be legible on both."""
    html = card("Heading", ("Fact",), header=("n",), rows=[("1",)], note="Note")
    style = html[html.index("<style>") : html.index("</style>")]
    assert "color:" not in style
    assert "background" not in style
