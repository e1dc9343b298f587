"""Where the outcomes of a corpus come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.records.measures import PUBLISHED_SOURCES, STARTER_SOURCES, Source

STARTER, PUBLISHED, ISCO = "starter", "published", "isco"
"""Names of the references whose sources are known."""

NAME_SEPARATOR = "+"
"""Separates the names of merged corpora, the first corpus first."""

_KNOWN: Mapping[str, Mapping[str, Source]] = {
    STARTER: STARTER_SOURCES,
    PUBLISHED: PUBLISHED_SOURCES,
    ISCO: PUBLISHED_SOURCES,
}


def sources_of(name: str, measures: Iterable[str], dates: Mapping[str, str]) -> dict[str, Source]:
    """Return measure -> its source.

    Args:
        name: name of the corpus; that of a merged corpus begins with the first one's.
        measures: measures of the corpus.
        dates: measure -> latest date of its outcomes, for measures whose source is the corpus.
    """
    known = _KNOWN.get(name.split(NAME_SEPARATOR)[0], {})
    return {
        measure: known.get(measure) or Source(title=name, date=dates.get(measure, ""))
        for measure in measures
    }
