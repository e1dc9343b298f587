"""The occupation whose numbers explain what the numbers mean."""

from __future__ import annotations

from engine.web.content.explore import scored
from engine.web.content.site import Site
from engine.web.store.store import Record


def worked_example(site: Site) -> Record | None:
    """The scored occupation in the middle when all are ordered by risk; None if none is scored."""
    rows = scored(site.overview())
    if not rows:
        return None
    rows.sort(key=lambda row: (row["risk"], row["soc_code"]))
    return site.occupation(rows[len(rows) // 2]["soc_code"])


def largest_part(record: Record) -> Record:
    """The task that adds most to the risk of a scored occupation."""
    return max(record["tasks"], key=lambda task: task["contribution"])
