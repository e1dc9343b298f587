"""A scored occupation as the start of a move, with what the catalogue knows of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine import taxonomy
from engine.career_data import time_in_activities
from engine.career_records import NO_OUTLOOK
from engine.careers import CatalogueEntry, Origin
from engine.records import UNTITLED, OccupationRisk
from engine.similarity import Profile
from engine.text import is_english, text_key
from engine.vectors import VectorSource


def origin_of(
    scored: OccupationRisk,
    entry: CatalogueEntry | None,
    described: str,
    contents: VectorSource,
    activities: Mapping[str, tuple[str, ...]],
) -> Origin:
    """Where a move from a scored occupation starts.

    Args:
        scored: the occupation.
        entry, described: the occupation of its code in the catalogue, if there is one, and how the
            catalogue describes it; what the two have in common is not embedded anew.
        contents: vectors of texts, by the encoder of content.
        activities: key of a task's text -> its work activities, where they are known.
    """
    texts = [task.task for task in scored.tasks]
    known: dict[str, np.ndarray | None] = {}
    if entry is not None:
        known = {described: entry.profile.description, entry.title: entry.profile.title}
    title = scored.title if scored.title != UNTITLED else ""
    named = [text for text in (title, scored.description) if text and text not in known]
    spoken = [text for text in named if is_english(text)]
    content = contents([*texts, *spoken], f"occupation {scored.title!r}")
    known |= dict(zip(spoken, content[len(texts) :], strict=True))
    shares = np.array([task.time_share or 0.0 for task in scored.tasks])
    profile = Profile(
        texts,
        content[: len(texts)],
        shares,
        known.get(title),
        known.get(scored.description) if scored.description else None,
        entry.profile.names if entry else None,
        time_in_activities([activities.get(text_key(text), ()) for text in texts], shares),
        scored.job_zone,
    )
    return Origin(
        profile,
        scored.estimates[taxonomy.RISK_MEASURE],
        entry.soc_code if entry else None,
        entry.outlook if entry else NO_OUTLOOK,
    )
