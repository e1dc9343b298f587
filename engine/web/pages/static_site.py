"""Export the site as files that any web server or CDN can serve, under any path."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.records.measures import BARRIERS
from engine.utils.atomic_folder import replaced_folder
from engine.web.content import downloads, explore, ranking
from engine.web.content.career_filters import CareerChoices
from engine.web.content.site import Site
from engine.web.pages import browser_data, exploring, share_image, sharing, views
from engine.web.pages.languages import DEFAULT, Visit, visiting
from engine.web.pages.links import FileLinks, is_file
from engine.web.pages.pasted_job import score_form
from engine.web.pages.rendering import STATIC
from engine.web.pages.workforce import workforce_form

_MARK = ".occupation-risk-export"
"""Name of a file that marks a folder as an export, which the next export may replace."""


def export(
    site: Site,
    folder: Path,
    progress: Callable[[int, int, str], None] = lambda done, total, title: None,
    *,
    public_url: str = "",
    language: str = DEFAULT,
) -> int:
    """Write the site into ``folder``; replace an earlier export there once everything is written.

    Args:
        progress: called after each occupation with the number done, the total, and its title.
        public_url: address of the home page for visitors, so that shared links show an image; "" if
            it is not known.
        language: of the pages, one of ``LANGUAGES``; downloads are in English.

    Returns:
        the number of files.

    Raises:
        InputError: if the folder holds something else, or cannot be written.
        StoreError: if the store cannot be read.
    """
    marked = replaced_folder(folder, lambda earlier: (earlier / _MARK).is_file())
    with marked as written, visiting(Visit(language)):
        return _write_all(site, written, progress, public_url)


def _write_all(
    site: Site, folder: Path, progress: Callable[[int, int, str], None], public_url: str
) -> int:
    shutil.copytree(STATIC, folder / "static")
    (folder / _MARK).write_text("occupation-risk\n", encoding="utf-8")
    (folder / ".nojekyll").touch()  # GitHub Pages then serves the files unchanged
    count = 2 + sum(1 for _ in STATIC.iterdir())
    for path, content in _content(site, progress, public_url):
        target = folder / (path if is_file(path) else f"{path}/index.html".lstrip("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        count += 1
    return count


def _content(
    site: Site, progress: Callable[[int, int, str], None], public_url: str
) -> Iterator[tuple[str, str | bytes]]:
    """Path and content of every page and file."""

    def links(path: str) -> FileLinks:
        return FileLinks(path, public_url)

    yield "", views.home(site, links(""))
    yield from _explored(site, links)
    yield "compare", views.compare(site, links("compare"))
    yield "score", score_form(links("score"), site.engine.corpus.name)
    yield "workforce", workforce_form(links("workforce"), site.engine.corpus.name)
    yield "search.json", browser_data.search_index(site)
    yield "numbers", views.numbers(site, links("numbers"))
    yield "quality", views.quality(site, links("quality"))
    yield "methodology", views.methodology(site, links("methodology"))
    yield "data", views.data(site, links("data"))
    rows = site.overview()
    yield "data/occupations.csv", downloads.summary_csv(rows)
    for code, _, _ in site.groups(rows):
        yield f"groups/{code}", views.group(site, links(f"groups/{code}"), code)
    for number, row in enumerate(rows, start=1):
        yield from _occupation(site, row["soc_code"], links)
        progress(number, len(rows), row["title"])


def _explored(site: Site, links: Callable[[str], FileLinks]) -> Iterator[tuple[str, str]]:
    """Path and text of the map and the ranking, and of the files of the map."""
    rows = explore.scored(site.overview())
    yield "explore", exploring.explore(site, links("explore"))
    for number, vertical in enumerate(explore.verticals(rows)):
        yield f"explore/{vertical}.json", browser_data.map_points(site, vertical)
        if number:  # the first is the map itself
            path = f"explore/{vertical}"
            yield path, exploring.explore(site, links(path), vertical)
    yield "ranking", exploring.ranking(site, links("ranking"))
    if ranking.has_barriers(rows):
        for barrier in BARRIERS:
            path = f"ranking/{barrier}"
            yield path, exploring.ranking(site, links(path), barrier)


def _occupation(
    site: Site, code: str, links: Callable[[str], FileLinks]
) -> Iterator[tuple[str, str | bytes]]:
    """Path and content of the page of an occupation and of its files."""
    path = f"occupations/{code}"
    record = site.occupation(code)
    matches = site.matches(record)
    yield path, views.occupation(site, links(path), record, matches, CareerChoices())
    card = f"embed/{code}.html"
    yield card, sharing.card(links(card), record)
    if record["run_id"] is not None:
        yield f"{path}.csv", downloads.tasks_csv(record)
        with visiting(Visit()):
            text = downloads.occupation_json(record, site.matches(record))
        yield f"{path}.json", text
        if links("").public(""):  # the address of an image must be absolute
            yield f"og/{code}.png", share_image.draw(record)
        compared = browser_data.comparison(record, matches)
        yield f"compare/{code}.json", compared
