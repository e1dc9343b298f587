"""Build, save and load an engine, score tasks and occupations with it, and find careers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Unpack

from engine.careers import filters as moves
from engine.careers.comparison import Comparison, compare
from engine.careers.index import CareerIndex
from engine.careers.paths import MAX_STEPS, find_paths
from engine.careers.results import CareerMatches, CareerPaths
from engine.corpus.corpus import Corpus
from engine.corpus.crosswalk import Crosswalk
from engine.encoders.base import DEFAULT_ENCODER, Encoder, check_fingerprint
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import allowed_encoder, find_encoder
from engine.errors import InputError, abbreviate
from engine.intake.roster import read_roster
from engine.intake.titles import TitleMatcher
from engine.persistence import engine_folder
from engine.persistence.engine_parts import EngineParts
from engine.records.inputs import Occupation, Task, as_tasks
from engine.records.results import OccupationRisk
from engine.records.task_risk import TaskRisk
from engine.records.title_match import TitleMatches
from engine.report.move_reasons import explain, explain_paths
from engine.scoring import assemble, linked
from engine.scoring.build import build_parts, extend_parts
from engine.scoring.careers import OriginFinder, build_career_index
from engine.scoring.default_engine import DEFAULT_CONFIDENCE, default_folder
from engine.scoring.engine_views import EngineViews
from engine.scoring.table import ScoreTable, score_rows
from engine.utils.concurrency import check_not_forked
from engine.workforce.matching import Tools
from engine.workforce.result import WorkforceRisk
from engine.workforce.scoring import WorkforceOptions, score_workforce

AnyOccupation = OccupationRisk | Occupation | str
"""A scored occupation, an occupation to score, or a code as ``RiskEngine.find`` takes it."""


class RiskEngine(EngineViews):
    """A fitted engine. Create one with ``load`` or ``build``.

    Args:
        parts: what was built or loaded.
        encoder: the encoder that the parts name; it loads its model when it first embeds a text.
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
            confidence: probability of the intervals, between 0 and 1.
            progress: show on stderr what is done.
            cache: keeps vectors between builds; in the user's cache folder by default.

        Raises:
            EngineError: if the corpus is invalid or too small, or the encoder is not available.
        """
        used = find_encoder(encoder) if isinstance(encoder, str) else encoder
        reference = Corpus.of(corpus)
        parts = build_parts(reference, used, cache, confidence=confidence, progress=progress)
        return cls(parts, used)

    def extended(
        self,
        more: Corpus | str | Path,
        *,
        progress: bool = False,
        cache: EmbeddingCache | None = None,
    ) -> RiskEngine:
        """Return an engine with further reference tasks; this one does not change.

        New tasks with a known exposure or automation become evidence. The heads and their
        calibration do not change. Rebuild the engine from all tasks if the new ones are of another
        kind, or if the number of tasks with outcomes grows by half. In the latter case, a warning
        is logged.

        Args:
            more: a corpus, or the path of one, without measures that the engine lacks.
            cache: as for ``build``, and so is ``progress``.

        Raises:
            CorpusError: listing every duplicate task or ID, conflicting title and unknown measure.
            EncoderError: if the encoder is not the one that the engine was built with.
        """
        encoder = self._vectors.encoder
        parts = extend_parts(self._parts, Corpus.of(more), encoder, cache, progress=progress)
        return RiskEngine(parts, encoder)

    def save(self, path: str | Path) -> None:
        """Write the engine to a folder, atomically replacing an engine in it.

        Raises:
            ArtifactError: if the folder contains something else or cannot be written.
        """
        engine_folder.write(Path(path), self._parts)

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        *,
        encoder: str | Encoder | None = None,
        allow_encoder: str | None = None,
        confidence: float | None = None,
    ) -> RiskEngine:
        """Load a saved engine.

        Everything in the folder is checked. Encoders that do not ship are loaded only if
        ``encoder`` or ``allow_encoder`` names them; without, the engine still scores its catalog.

        Args:
            path: an engine folder; if None, the default engine, which is built on first use.
            encoder: replaces the encoder that the engine names: an encoder, or its name as for
                ``build``; needs the same fingerprint.
            allow_encoder: name of an encoder that the engine may load besides those that ship.
            confidence: probability of the intervals, between 0 and 1; as built if None.

        Raises:
            ArtifactError: if the folder is missing, incomplete, modified or of another format.
            EncoderError: if ``encoder`` is not the one that the engine was built with.
        """
        folder = default_folder() if path is None else engine_folder.as_folder(path)
        parts = engine_folder.read(folder)
        used = find_encoder(encoder) if isinstance(encoder, str) else encoder
        if used is None:
            used = allowed_encoder(parts.encoder_name, allow_encoder, str(folder))
        else:
            check_fingerprint(used, parts.encoder_fingerprint, str(folder))
        if confidence is not None:
            parts = parts.with_confidence(confidence)
        return cls(parts, used)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the engine; engines with equal fingerprints give equal scores."""
        return engine_folder.pack(self._parts).fingerprint

    def score_tasks(self, tasks: Sequence[str | Task]) -> list[TaskRisk]:
        """Score any number of tasks that belong to no occupation, each with its evidence.

        Raises:
            InputError: naming the invalid task.
        """
        check_not_forked()
        return assemble.score_tasks(self._parts, self._vectors, as_tasks(tasks))

    def score_table(
        self, texts: Sequence[object], soc_codes: Sequence[str | None] | None = None
    ) -> ScoreTable:
        """Score any number of tasks as columns, without evidence: the same numbers, much faster.

        Invalid rows (blank, too long, not text, of an unknown language) are returned with reasons.

        Args:
            texts: one sentence per row.
            soc_codes: occupation of each row, or None; its reference tasks are left out.

        Raises:
            InputError: if there is not one SOC code for each text.
        """
        check_not_forked()
        return score_rows(self._parts, self._vectors, texts, soc_codes)

    def score_occupation(self, occupation: Occupation | str) -> OccupationRisk:
        """Score an occupation, or a code as ``find``: its tasks and their weighted sum.

        Scoring leaves out the reference tasks of the occupation, as fitting did.

        Raises:
            UnknownOccupationError: if the catalog has no such code.
            InputError: naming the invalid task.
        """
        check_not_forked()
        found = self.find(occupation) if isinstance(occupation, str) else occupation
        return assemble.score_occupation(self._parts, self._vectors, found)

    def find(self, code: str) -> Occupation:
        """Return the occupation of the catalog that a code stands for.

        Args:
            code: a SOC code; a unit group of ISCO-08, such as ISCO-3313; or the URI of an ESCO
                occupation. The last two may stand for a mix of several (see ``linked``).

        Raises:
            UnknownOccupationError: if it stands for none; the message suggests similar codes.
            InputError: if it is not a code, or the engine has no crosswalk for it.
        """
        return linked.find_occupation(self._parts, code)

    def find_code(self, code: str) -> str:
        """Return the code of the one occupation that a code stands for; errors as ``find``."""
        return linked.find_code(self._parts, code)

    def linked(self, code: str, crosswalk: Crosswalk | None = None) -> linked.LinkedOccupation:
        """Return what a code of ISCO-08 or ESCO stands for, by its crosswalk or a given one."""
        return linked.find_linked(self._parts, code, crosswalk)

    @cached_property
    def titles(self) -> TitleMatcher:
        """The titles of the catalog's occupations: matched to job titles, and searched."""
        return TitleMatcher(self.corpus)

    def match_titles(
        self, titles: Sequence[str], departments: Sequence[str | None] | None = None
    ) -> TitleMatches:
        """Return the occupation that each job title names; ``soc_code`` is None where unsure.

        Args:
            titles: job titles as staff lists have them, in English, German, Spanish or French.
            departments: department of each title; "" or None where it is not known.

        Raises:
            InputError: naming the row, if a title is blank, too long or not text; or if there is
                not one department for each title.
        """
        return self.titles.match(titles, departments)

    def similar_careers(
        self,
        occupation: AnyOccupation,
        k: int = moves.DEFAULT_MATCHES,
        *,
        weights: moves.RankingWeights | None = None,
        diversity: float = 0.0,
        **filters: Unpack[moves.MoveOptions],
    ) -> CareerMatches:
        """Return the best moves to other occupations of the catalog, best first, with reasons.

        Args:
            k: maximum number of matches; ``reason`` of the list says what each filter removed.
            weights: what to rank by; similarity alone if None.
            diversity: in [0, 1]; 0 for the best matches, 1 for matches unlike each other.
            filters: fields of ``MoveFilters``, such as ``max_job_zone_gap=None``.

        Raises:
            InputError: if an argument is out of range or the occupation is unknown.
        """
        origin = self._origins(self._scored(occupation))
        chosen = moves.MoveFilters(**filters)
        return explain(
            self._careers.similar(origin, k=k, filters=chosen, weights=weights, diversity=diversity)
        )

    def career_paths(
        self,
        occupation: AnyOccupation,
        target: str | None = None,
        k: int = 5,
        *,
        max_steps: int = MAX_STEPS,
        max_risk: float | None = None,
        max_effort: float | None = moves.MAX_EFFORT,
        filters: moves.MoveFilters = moves.DEFAULT_FILTERS,
    ) -> CareerPaths:
        """Return paths of feasible moves to one occupation, or to several with better prospects.

        Args:
            target: code of the destination; any occupation with better prospects if None.
            k: maximum number of destinations; one path to each, least effort first.
            max_steps: maximum number of moves in a path, 1 to 3.
            max_risk, max_effort: limits without a target: risk in [0, 1], effort; or None.
            filters: ``max_job_zone_gap`` and ``min_carries_over`` apply to each move; the others
                compare the destination with the start, and are ignored with a target.

        Raises:
            UnknownOccupationError: if the catalog has no such code.
            InputError: if an argument is out of range, or the target is the start.
        """
        found = find_paths(
            self._careers,
            self._parts.steps,
            self._origins(self._scored(occupation)),
            target=None if target is None else self.find_code(target),
            k=k,
            max_steps=max_steps,
            max_risk=max_risk,
            max_effort=max_effort,
            filters=filters,
        )
        return explain_paths(found)

    def compare(self, occupations: Sequence[AnyOccupation]) -> Comparison:
        """Compare two to five occupations.

        Raises:
            UnknownOccupationError: if the catalog has no such code.
            InputError: if there are fewer than two or more than five, or one cannot be scored.
        """
        if isinstance(occupations, str) or not isinstance(occupations, Sequence):
            raise InputError(f"{abbreviate(occupations)} is not a list; give a list of occupations")
        scored = [self._scored(occupation) for occupation in occupations]
        return compare(scored, [self._origins(result) for result in scored])

    def score_workforce(self, staff: Any, **options: Unpack[WorkforceOptions]) -> WorkforceRisk:
        """Score a staff list: the risk of its jobs, by department, and the tasks that could move.

        Args:
            staff: a file, frame, or rows, as ``engine.intake.roster.read_roster`` takes them.
            options: ``weight``, ``confirmed`` and ``show_small``; see ``WorkforceOptions``.

        Raises:
            InputError: if the list cannot be read, counts nobody, or has no pay to weight by.
        """
        check_not_forked()
        tools = Tools(match=self.match_titles, find=self.find, score=self.score_occupation)
        return score_workforce(read_roster(staff), tools, self._parts, **options)

    def _scored(self, given: AnyOccupation) -> OccupationRisk:
        check_not_forked()
        return given if isinstance(given, OccupationRisk) else self.score_occupation(given)

    @cached_property
    def _careers(self) -> CareerIndex:
        return build_career_index(self._parts)

    @cached_property
    def _origins(self) -> OriginFinder:
        return OriginFinder(self._parts, self._careers, self._vectors)
