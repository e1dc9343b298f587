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
from engine.web.pages import browser_data, exploring, views
from engine.web.pages.pasted_job import score_form
from engine.web.pages.rendering import STATIC, FileLinks, is_file
from engine.web.pages.workforce import workforce_form

_MARK = ".occupation-risk-export"
"""Name of a file that marks a folder as an export, which the next export may replace."""


def export(
    site: Site,
    folder: Path,
    progress: Callable[[int, int, str], None] = lambda done, total, title: None,
) -> int:
    """Write the site into ``folder``; replace an earlier export there once everything is written.

    Args:
        progress: called after each occupation with the number done, the total, and its title.

    Returns:
        the number of files.

    Raises:
        InputError: if the folder holds something else, or cannot be written.
        StoreError: if the store cannot be read.
    """
    with replaced_folder(folder, lambda earlier: (earlier / _MARK).is_file()) as written:
        return _write_all(site, written, progress)


def _write_all(site: Site, folder: Path, progress: Callable[[int, int, str], None]) -> int:
    shutil.copytree(STATIC, folder / "static")
    (folder / _MARK).write_text("occupation-risk\n", encoding="utf-8")
    (folder / ".nojekyll").touch()  # GitHub Pages then serves the files unchanged
    count = 2 + sum(1 for _ in STATIC.iterdir())
    for path, content in _content(site, progress):
        target = folder / (path if is_file(path) else f"{path}/index.html".lstrip("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
        count += 1
    return count


def _content(site: Site, progress: Callable[[int, int, str], None]) -> Iterator[tuple[str, str]]:
    """Path and text of every page and file."""
    yield "", views.home(site, FileLinks(""))
    if site.has_wages:
        yield "wages", views.home(site, FileLinks("wages"), vertical="median_wage")
    yield from _explored(site)
    yield "compare", views.compare(site, FileLinks("compare"))
    yield "score", score_form(FileLinks("score"), site.engine.corpus.name)
    yield "workforce", workforce_form(FileLinks("workforce"), site.engine.corpus.name)
    yield "search.json", browser_data.search_index(site)
    yield "numbers", views.numbers(site, FileLinks("numbers"))
    yield "quality", views.quality(site, FileLinks("quality"))
    yield "methodology", views.methodology(site, FileLinks("methodology"))
    yield "data", views.data(site, FileLinks("data"))
    rows = site.overview()
    yield "data/occupations.csv", downloads.summary_csv(rows)
    for code, _, _ in site.groups(rows):
        yield f"groups/{code}", views.group(site, FileLinks(f"groups/{code}"), code)
    for number, row in enumerate(rows, start=1):
        yield from _occupation(site, row["soc_code"])
        progress(number, len(rows), row["title"])


def _explored(site: Site) -> Iterator[tuple[str, str]]:
    """Path and text of the map and the ranking, and of the files of the map."""
    rows = explore.scored(site)
    yield "explore", exploring.explore(site, FileLinks("explore"))
    for number, vertical in enumerate(explore.verticals(rows)):
        yield f"explore/{vertical}.json", browser_data.map_points(site, vertical)
        if number:  # the first is the map itself
            path = f"explore/{vertical}"
            yield path, exploring.explore(site, FileLinks(path), vertical)
    yield "ranking", exploring.ranking(site, FileLinks("ranking"))
    if ranking.has_barriers(rows):
        for barrier in BARRIERS:
            path = f"ranking/{barrier}"
            yield path, exploring.ranking(site, FileLinks(path), barrier)


def _occupation(site: Site, code: str) -> Iterator[tuple[str, str]]:
    """Path and text of the page of an occupation and of its files."""
    path = f"occupations/{code}"
    record = site.occupation(code)
    matches = site.matches(record)
    yield path, views.occupation(site, FileLinks(path), record, matches, CareerChoices())
    if record["run_id"] is not None:
        yield f"{path}.csv", downloads.tasks_csv(record)
        yield f"{path}.json", downloads.occupation_json(record, matches)
        compared = browser_data.comparison(record, matches)
        yield f"compare/{code}.json", compared
