"""Index the careers of a scored catalog, and describe the occupation that a move starts from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from engine.careers.index import CareerIndex, CatalogueEntry, Origin
from engine.careers.moves import MoveModel, Moves
from engine.careers.profiles import (
    outlook_of,
    task_activities,
    time_in_activities,
)
from engine.careers.results import NO_OUTLOOK
from engine.careers.similarity import Profile
from engine.corpus.catalogue import catalogue_code
from engine.encoders.text_vectors import VectorSource
from engine.encoders.tuned import content_encoder
from engine.persistence.engine_parts import EngineParts
from engine.records import rubric
from engine.records.inputs import UNTITLED
from engine.records.results import OccupationRisk
from engine.scoring.catalogue import catalogue_estimates
from engine.utils.text import text_key


def build_career_index(parts: EngineParts) -> CareerIndex:
    """Index the scored occupations of the catalog, to search for similar careers."""
    reference, scores = parts.reference, parts.scores
    corpus = reference.corpus
    entries = []
    profiles = parts.occupations.profiles(reference, scores.shares)
    for (code, estimates), profile in zip(
        catalogue_estimates(parts).items(), profiles, strict=True
    ):
        entries.append(
            CatalogueEntry(
                soc_code=code,
                title=str(corpus.occupations["title"].iat[corpus.occupation_rows[code]]),
                profile=profile,
                risk=estimates[rubric.RISK_MEASURE],
                ai_capability=estimates[rubric.CAPABILITY_MEASURE],
                outlook=outlook_of(corpus, code),
            )
        )
    residuals = np.sort(parts.model.measures[rubric.RISK_MEASURE].occupations.scores)
    moves = Moves(MoveModel.shipped(), corpus.moves)
    return CareerIndex(entries, parts.similarity, residuals, moves)


class OriginFinder:
    """Describe scored occupations as origins of moves, with facts from the catalog.

    Args:
        parts: parts of the engine.
        index: careers of the catalog.
        vectors: vectors of tasks. They also describe content, unless the engine has a separate
            content encoder.
    """

    def __init__(self, parts: EngineParts, index: CareerIndex, vectors: VectorSource) -> None:
        self._corpus = parts.reference.corpus
        self._index = index
        self._contents = vectors
        occupations = parts.occupations
        if occupations.tasks is not None:
            encoder = content_encoder(vectors.encoder)
            self._contents = VectorSource(
                self._corpus, occupations.tasks, encoder, occupations.encoder
            )

    def __call__(self, scored: OccupationRisk) -> Origin:
        """Return the origin of a move; embed only texts that the catalog does not have.

        Raises:
            InputError: if a task is of a language that the engine does not read.
        """
        entry = self._entry(scored.soc_code)
        known: dict[str, np.ndarray | None] = {}
        if entry is not None:
            description = self._corpus.occupation(entry.soc_code).description
            known = {description: entry.profile.description, entry.title: entry.profile.title}
        title = scored.title if scored.title != UNTITLED else ""
        new = [text for text in (title, scored.description) if text and text not in known]
        readable = [text for text in new if self._contents.can_read(text)]
        texts = [task.task for task in scored.tasks]
        vectors = self._contents([*texts, *readable], f"occupation {scored.title!r}")
        known |= dict(zip(readable, vectors[len(texts) :], strict=True))
        shares = np.array([task.time_share or 0.0 for task in scored.tasks])
        activities = [self._activities.get(text_key(text), ()) for text in texts]
        return Origin(
            profile=Profile(
                texts=texts,
                vectors=vectors[: len(texts)],
                shares=shares,
                title=known.get(title),
                description=known.get(scored.description) if scored.description else None,
                names=entry.profile.names if entry else None,
                activities=time_in_activities(activities, shares),
                job_zone=scored.job_zone,
            ),
            risk=scored.estimates[rubric.RISK_MEASURE],
            own_code=entry.soc_code if entry else None,
            outlook=entry.outlook if entry else NO_OUTLOOK,
        )

    def _entry(self, soc_code: str | None) -> CatalogueEntry | None:
        code = catalogue_code(self._corpus, soc_code) if soc_code else None
        row = self._index.row_of.get(code) if code else None
        return None if row is None else self._index.entries[row]

    @cached_property
    def _activities(self) -> Mapping[str, tuple[str, ...]]:
        """Text key of a corpus task -> its work activities, if they are known."""
        known = zip(self._corpus.text_keys, task_activities(self._corpus), strict=True)
        return {key: activities for key, activities in known if activities}
