"""The engine: build it from a corpus, save and load it, score tasks and occupations with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Unpack

from engine.careers.comparison import Comparison, compare
from engine.careers.index import CareerIndex
from engine.careers.paths import MAX_STEPS, find_paths
from engine.careers.results import (
    DEFAULT_FILTERS,
    CareerMatches,
    CareerPaths,
    MoveFilters,
    MoveOptions,
    RankingWeights,
)
from engine.corpus.catalogue import find_by_code
from engine.corpus.corpus import Corpus
from engine.encoders.base import DEFAULT_ENCODER, Encoder, check_fingerprint
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import find_encoder
from engine.errors import InputError
from engine.persistence import engine_folder
from engine.persistence.engine_parts import EngineParts
from engine.records.inputs import Occupation, Task, as_tasks
from engine.records.results import OccupationRisk, TaskRisk
from engine.records.rubric import LOW_RISK
from engine.scoring import assemble
from engine.scoring.build import build_parts, extend_parts
from engine.scoring.careers import OriginFinder, build_career_index
from engine.scoring.default_engine import DEFAULT_CONFIDENCE, default_folder
from engine.scoring.table import ScoreTable, score_rows

AnyOccupation = OccupationRisk | Occupation | str
"""A scored occupation, an occupation to score, or the SOC code of one in the catalog."""


class RiskEngine:
    """A fitted engine. Create one with ``load`` or ``build``.

    Args:
        parts: what was built or loaded.
        encoder: the encoder that the parts name; it is not loaded before a text has to be embedded.
    """

    def __init__(self, parts: EngineParts, encoder: Encoder) -> None:
        self._parts = parts
        self._vectors = assemble.task_vectors(parts, encoder)

    @classmethod
    def build(
        cls,
        corpus: Corpus | str | Path,
        encoder: str | Encoder = DEFAULT_ENCODER,
        *,
        confidence: float = DEFAULT_CONFIDENCE,
        progress: bool = False,
        cache: EmbeddingCache | None = None,
    ) -> RiskEngine:
        """Build an engine from a reference corpus.

        Args:
            corpus: a corpus, or the path of one (see ``engine.corpus.corpus``).
            encoder: ``work``, ``static``, ``minilm``, the folder or name of another
                sentence-transformer, or an encoder.
            confidence: probability of the intervals.
            progress: show a progress bar while encoding.
            cache: where vectors are kept between builds; the user's cache folder by default.

        Raises:
            EngineError: if the corpus is invalid or too small, or the encoder is not available.
        """
        used = find_encoder(encoder) if isinstance(encoder, str) else encoder
        cache = cache or EmbeddingCache()
        parts = build_parts(
            Corpus.of(corpus), used, cache, confidence=confidence, progress=progress
        )
        return cls(parts, used)

    def extended(
        self,
        more: Corpus | str | Path,
        *,
        progress: bool = False,
        cache: EmbeddingCache | None = None,
    ) -> RiskEngine:
        """Return an engine with further reference tasks; this one does not change.

        The tasks become evidence where their exposure or automation is known. The heads and their
        calibration stay as they were fitted: rebuild the engine from all tasks when there are half
        as many again with outcomes (a warning says so), or when they are of a different kind.

        Args:
            more: a corpus, or the path of one, with tasks that the reference does not have and with
                no other measures than the engine's.
            progress, cache: as for ``build``.

        Raises:
            CorpusError: listing every duplicate task or ID, conflicting title and unknown measure.
            EncoderError: if the encoder is not the one the engine was built with.
        """
        encoder, cache = self._vectors.encoder, cache or EmbeddingCache()
        parts = extend_parts(self._parts, Corpus.of(more), encoder, cache, progress=progress)
        return RiskEngine(parts, encoder)

    def save(self, path: str | Path) -> None:
        """Write the engine to a folder, replacing an engine there in one step.

        Raises:
            ArtifactError: if the folder holds something else, or cannot be written.
        """
        engine_folder.write(Path(path), self._parts)

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        *,
        encoder: Encoder | None = None,
        confidence: float | None = None,
    ) -> RiskEngine:
        """Load a saved engine; see ``engine.scoring.default_engine`` for the default.

        Args:
            path: an engine folder; the default engine if None.
            encoder: an encoder to use instead of loading the one that the engine names; it must
                have the same fingerprint.
            confidence: probability of the intervals; as built if None.

        Raises:
            ArtifactError: if the folder is missing, incomplete, modified or of another format.
            EncoderError: if ``encoder`` is not the one the engine was built with.
        """
        folder = default_folder() if path is None else engine_folder.as_folder(path)
        parts = engine_folder.read(folder)
        if encoder is not None:
            check_fingerprint(encoder, parts.encoder_fingerprint, str(folder))
        if confidence is not None:
            parts = replace(parts, confidence=confidence)
        return cls(parts, encoder or find_encoder(parts.encoder_name))

    @property
    def confidence(self) -> float:
        """Probability of the intervals, such as 0.9."""
        return self._parts.confidence

    @property
    def corpus(self) -> Corpus:
        """The reference corpus; its occupations are the engine's catalog."""
        return self._parts.reference.corpus

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures that the engine estimates."""
        return tuple(self._parts.model.measures)

    @property
    def encoder_name(self) -> str:
        """Name of the encoder that the engine was built with."""
        return self._parts.encoder_name

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the engine; engines with the same fingerprint give the same scores."""
        return engine_folder.pack(self._parts).fingerprint

    def score_tasks(self, tasks: Sequence[str | Task]) -> list[TaskRisk]:
        """Score tasks that belong to no occupation.

        Raises:
            InputError: naming the task at fault and what to do.
        """
        return assemble.score_tasks(self._parts, self._vectors, as_tasks(tasks))

    def score_table(
        self, texts: Sequence[object], soc_codes: Sequence[str | None] | None = None
    ) -> ScoreTable:
        """Score many tasks as columns without evidence: the same numbers, much faster.

        Invalid rows (blank, too long, not text, not English) are returned with reasons.

        Args:
            texts: one sentence a row, any number of rows.
            soc_codes: occupation of each row, whose reference tasks are left out of its evidence;
                None or blank where it has none.
        """
        return score_rows(self._parts, self._vectors.encode, texts, soc_codes)

    def score_occupation(self, occupation: Occupation | str) -> OccupationRisk:
        """Score an occupation: its tasks, and their time-weighted sum.

        Reference tasks of the same SOC code are left out of its evidence, as they were when the
        engine was fitted.

        Raises:
            UnknownOccupationError: if the catalog has no such code.
            InputError: naming the task at fault and what to do.
        """
        occupation = self.find(occupation) if isinstance(occupation, str) else occupation
        if not isinstance(occupation, Occupation):
            raise InputError(f"got a {type(occupation).__name__}; give an Occupation or a SOC code")
        return assemble.score_occupation(self._parts, self._vectors, occupation)

    def find(self, soc_code: str) -> Occupation:
        """The catalog's occupation with this code, or with the code that superseded it.

        Raises:
            UnknownOccupationError: with similar codes, if there is none.
            InputError: if it is not a SOC code.
        """
        return find_by_code(self.corpus, soc_code)

    def similar_careers(
        self,
        occupation: AnyOccupation,
        k: int = 10,
        *,
        weights: RankingWeights | None = None,
        diversity: float = 0.0,
        **filters: Unpack[MoveOptions],
    ) -> CareerMatches:
        """The best moves to other occupations of the catalog, best first.

        Args:
            k: number of matches; fewer are returned if fewer pass the filters, and ``reason`` of
                the list says what each filter removed.
            weights: what to rank by; similarity alone if None.
            diversity: 0 for the best matches however alike, up to 1 for matches unlike each other.
            filters: fields of ``MoveFilters`` by name, such as ``safer_only=False`` or
                ``max_job_zone_gap=None``.

        Raises:
            InputError: if an argument is out of range or the occupation is unknown.
        """
        return self._careers.similar(
            self._origins(self._scored(occupation)),
            k=k,
            filters=MoveFilters(**filters),
            weights=weights,
            diversity=diversity,
        )

    def career_paths(
        self,
        occupation: AnyOccupation,
        target: str | None = None,
        k: int = 5,
        *,
        max_steps: int = MAX_STEPS,
        max_risk: float = LOW_RISK,
        filters: MoveFilters = DEFAULT_FILTERS,
    ) -> CareerPaths:
        """Paths of feasible moves to one occupation, or to the nearest ones of low risk.

        Args:
            target: SOC code of the occupation to reach; any of low risk if None.
            k: number of destinations; one path to each, the least effort first.
            max_steps: maximum number of moves in a path, 1 to 3.
            max_risk: highest risk that counts as low, in [0, 1]; ignored with a target.
            filters: ``max_job_zone_gap`` and ``min_carries_over`` apply to each move, the others to
                the destination compared with the start; with a target, only the first two.

        Raises:
            UnknownOccupationError: if the catalog has no such code.
            InputError: if an argument is out of range, or the target is the start.
        """
        return find_paths(
            self._careers,
            self._parts.steps,
            self._origins(self._scored(occupation)),
            target=None if target is None else self.find(target).soc_code,
            k=k,
            max_steps=max_steps,
            max_risk=max_risk,
            filters=filters,
        )

    def compare(self, occupations: Sequence[AnyOccupation]) -> Comparison:
        """Two to five occupations side by side.

        Raises:
            UnknownOccupationError: if the catalog has no such code.
            InputError: if there are fewer than two or more than five, or one cannot be scored.
        """
        if isinstance(occupations, str) or not isinstance(occupations, Sequence):
            raise InputError(f"got a {type(occupations).__name__}; give a list of occupations")
        scored = [self._scored(occupation) for occupation in occupations]
        return compare(scored, [self._origins(result) for result in scored])

    def _scored(self, occupation: AnyOccupation) -> OccupationRisk:
        if isinstance(occupation, OccupationRisk):
            return occupation
        return self.score_occupation(occupation)

    @cached_property
    def _careers(self) -> CareerIndex:
        return build_career_index(self._parts)

    @cached_property
    def _origins(self) -> OriginFinder:
        return OriginFinder(self._parts, self._careers, self._vectors)
