"""The site as files that any web server or CDN can serve, below any path."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.errors import InputError
from engine.web.content import downloads
from engine.web.content.site import Site
from engine.web.pages import views
from engine.web.pages.rendering import STATIC, FileLinks, is_file
from engine.web.pages.views import CareerFilters

_MARK = ".occupation-risk-export"
"""Says that a folder is an export, which the next one may replace."""


def export(
    site: Site,
    folder: Path,
    progress: Callable[[int, int, str], None] = lambda done, total, title: None,
) -> int:
    """Write the site into ``folder``; an export that was there is replaced once all is written.

    Returns:
        how many files were written.

    Raises:
        InputError: if the folder is something else, or cannot be written.
        StoreError: if the store cannot be read.
    """
    if folder.exists() and not (folder.is_dir() and _may_replace(folder)):
        raise InputError(
            f"{folder} is not an export: expected a new or empty folder, or an export to replace"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as parent:
            made = Path(parent) / "site"
            made.mkdir()
            count = _write_all(site, made, progress)
            if folder.exists():
                folder.rename(Path(parent) / "old")
            made.rename(folder)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written ({error.strerror}): expected a folder to write in; free "
            "space, check permissions, or name another"
        ) from None
    return count


def _may_replace(folder: Path) -> bool:
    return (folder / _MARK).is_file() or not any(folder.iterdir())


def _write_all(site: Site, folder: Path, progress: Callable[[int, int, str], None]) -> int:
    shutil.copytree(STATIC, folder / "static")
    (folder / _MARK).write_text("occupation-risk\n", encoding="utf-8")
    (folder / ".nojekyll").touch()  # GitHub Pages then serves the files as they are
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
    yield "compare", views.compare(site, FileLinks("compare"))
    yield "score", views.score_form(FileLinks("score"))
    yield "search.json", views.search_index(site)
    yield "methodology", views.methodology(site, FileLinks("methodology"))
    yield "data", views.data(site, FileLinks("data"))
    yield "data/occupations.csv", downloads.summary_csv(site.overview())
    for code, _, _ in site.groups(site.overview()):
        yield f"groups/{code}", views.group(site, FileLinks(f"groups/{code}"), code)
    rows = site.overview()
    for number, row in enumerate(rows, start=1):
        path = f"occupations/{row['soc_code']}"
        record = site.occupation(row["soc_code"])
        yield path, views.occupation(site, FileLinks(path), record, CareerFilters())
        if record["run_id"] is not None:
            yield f"{path}.csv", downloads.tasks_csv(record)
            careers = site.similar(record)
            yield f"{path}.json", downloads.occupation_json(record, careers)
            yield f"compare/{row['soc_code']}.json", downloads.comparison_json(record, careers)
        progress(number, len(rows), row["title"])
