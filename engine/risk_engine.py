"""The engine: build it from a corpus, save and load it, score tasks and occupations with it."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from engine import artifacts, extension, places, shipped_heads, storage
from engine.career_data import CareerData, task_activities
from engine.career_records import (
    CareerMatches,
    CareerPaths,
    MoveFilters,
    RankingWeights,
    check_count,
    check_number,
)
from engine.careers import CareerIndex, Origin
from engine.catalogue import CatalogueScores, catalogue_code, find_by_code
from engine.comparison import COMPARED, Comparison, compare
from engine.corpus import Corpus
from engine.cross_fitting import fit_own, make_reference
from engine.encoder import DEFAULT_ENCODER, EmbeddingCache, Encoder
from engine.encoders import find_encoder
from engine.errors import EngineError, InputError
from engine.origins import origin_of
from engine.paths import MAX_STEPS, StepGraph, find_paths
from engine.records import Occupation, OccupationRisk, Task, TaskRisk, as_tasks
from engine.reference import Evidence, Reference
from engine.results import career_index, error_models, occupation_estimates, task_risks
from engine.risk_model import RiskModel
from engine.score_table import ScoreTable, check_rows, score_rows
from engine.taxonomy import LOW_RISK
from engine.text import text_key
from engine.time_share import allocate
from engine.tuned_encoder import content_encoder
from engine.vectors import VectorSource, check_fingerprint

DEFAULT_CONFIDENCE = 0.9

_logger = logging.getLogger(__name__)


class RiskEngine:
    """A fitted engine. Make one with ``load`` or ``build``.

    Args:
        reference: the reference corpus, made searchable.
        encoder: the encoder whose vectors the reference has.
        model: heads fitted on the reference.
        scores: the model's predictions for the reference's own tasks.
        careers: what careers are compared by.
        steps: single moves between the catalogue's occupations; found when asked for, if not given.
        confidence: probability that intervals are made for, between 0 and 1.
        encoder_fingerprint: fingerprint the encoder must have; None takes the encoder as it is.
    """

    def __init__(
        self,
        reference: Reference,
        encoder: Encoder,
        model: RiskModel,
        scores: CatalogueScores,
        careers: CareerData,
        steps: StepGraph | None = None,
        *,
        confidence: float = DEFAULT_CONFIDENCE,
        encoder_fingerprint: str | None = None,
    ) -> None:
        if isinstance(confidence, (str, bool)) or not 0 < confidence < 1:
            raise EngineError(f"confidence is {confidence!r}: expected a number between 0 and 1")
        self._reference = reference
        self._model = model
        self._scores = scores
        self._career_data = careers
        self._given_steps = steps
        self._confidence = confidence
        fingerprint = encoder.fingerprint if encoder_fingerprint is None else encoder_fingerprint
        corpus = reference.corpus
        self._vectors = VectorSource(corpus, reference.vectors, encoder, fingerprint)
        self._contents = self._vectors
        if careers.tasks is not None:
            content = content_encoder(encoder)
            self._contents = VectorSource(corpus, careers.tasks, content, careers.encoder)

    # Making an engine -------------------------------------------------------------------------

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
        """Fit an engine to a reference corpus.

        The starter reference with the encoder ``work`` takes the heads that ship with it.

        Args:
            corpus: a corpus, or the path of one (see ``engine.corpus``).
            encoder: ``work``, ``static``, ``minilm``, the folder or name of another
                sentence-transformer, or an encoder.
            confidence: probability that intervals are made for.
            progress: show a progress bar while encoding.
            cache: where vectors are kept between builds; the user's cache folder by default.

        Raises:
            EngineError: if the corpus has faults or is too small, or the encoder is not to be had.
        """
        begun = time.perf_counter()
        corpus = _as_corpus(corpus)
        if isinstance(encoder, str):
            encoder = find_encoder(encoder)
        cache = cache or EmbeddingCache()
        vectors = cache.encode(encoder, corpus.tasks["task"].tolist(), progress=progress)
        reference = make_reference(corpus, encoder, vectors)
        evidence = reference.look_up_own()
        shares = reference.time_shares(evidence)
        model = shipped_heads.find(corpus, encoder)
        if model is None:
            model = fit_own(reference, shares, encoder, cache, progress=progress)
        predictions = model.predict(evidence, confidence)
        scores = CatalogueScores(predictions.values, predictions.scales, shares)
        careers = CareerData.build(reference, shares, encoder, cache, progress=progress)
        engine = cls(reference, encoder, model, scores, careers, confidence=confidence)
        _logger.info("engine built", extra=_told(engine, begun))
        return engine

    def extended(
        self,
        more: Corpus | str | Path,
        *,
        progress: bool = False,
        cache: EmbeddingCache | None = None,
    ) -> RiskEngine:
        """An engine with further reference tasks; this one stays as it is.

        They belong to occupations of the catalogue or to new ones, and become evidence where their
        exposure or automation is known. Only what is new is embedded, and the index grows; time
        shares, scores of the catalogue and what careers are compared by are made for all anew.
        What the catalogue says of an occupation that it has, and time shares that were given, stay.

        The heads and their calibration stay as they were fitted, on the tasks that were there.
        Build an engine of all tasks when those with outcomes have become half as many again
        (``extension.BUILD_AGAIN_AT``), which a warning says, or when they are of another kind.

        Args:
            more: a corpus, or the path of one (see ``engine.corpus``), of tasks that the reference
                does not have, with outcomes of no other measures than the engine's.
            progress, cache: as ``build``.

        Raises:
            CorpusError: listing every task id or task of the same occupation that is there already,
                occupation of another title, and measure that the engine does not estimate.
            EncoderError: if the encoder is not the one the engine was built with.
        """
        begun = time.perf_counter()
        encoder = self._vectors.encoder
        check_fingerprint(encoder, self._vectors.fingerprint, "this engine")
        whole = extension.extend(
            self._reference,
            self._model,
            self._career_data,
            _as_corpus(more),
            encoder,
            cache or EmbeddingCache(),
            confidence=self._confidence,
            progress=progress,
        )
        engine = RiskEngine(
            whole.reference,
            encoder,
            self._model,
            whole.scores,
            whole.careers,
            confidence=self._confidence,
        )
        _logger.info("engine extended", extra=_told(engine, begun))
        return engine

    def save(self, path: str | Path) -> None:
        """Write the engine into a folder; what was there before is replaced in one step.

        Raises:
            ArtifactError: if the folder holds something else, or cannot be written.
        """
        artifacts.write(Path(path), self._packed())

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        *,
        encoder: Encoder | None = None,
        confidence: float | None = None,
    ) -> RiskEngine:
        """Read an engine that was saved.

        Without a path, the default engine: the one ``OCCUPATION_RISK_ENGINE`` names; else the
        published engine where one has been built; else the starter engine, which is built the
        first time it is asked for.

        Args:
            path: an engine folder.
            encoder: an encoder to use instead of loading the one the engine names; it must have
                the same fingerprint.
            confidence: probability that intervals are made for; as built, if not given.

        Raises:
            ArtifactError: if the folder is missing, incomplete, changed or of another format.
            EncoderError: if ``encoder`` is not the one the engine was built with.
        """
        if path is not None and not isinstance(path, (str, Path)):
            raise InputError(f"got a {type(path).__name__}: expected the path of an engine folder")
        if isinstance(encoder, str):
            raise InputError(
                f"encoder is {encoder!r}: expected an encoder; an engine knows its own"
            )
        begun = time.perf_counter()
        folder = Path(path) if path is not None else default_folder()
        parts = storage.unpack(folder, artifacts.read(folder))
        if encoder is not None:
            check_fingerprint(encoder, parts.encoder_fingerprint, str(folder))
        engine = cls(
            parts.reference,
            encoder or find_encoder(parts.encoder_name),
            parts.model,
            parts.scores,
            parts.careers,
            parts.steps,
            confidence=parts.confidence if confidence is None else confidence,
            encoder_fingerprint=parts.encoder_fingerprint,
        )
        _logger.info("engine loaded", extra={"folder": str(folder), **_told(engine, begun)})
        return engine

    # What it is -------------------------------------------------------------------------------

    @property
    def confidence(self) -> float:
        """Probability that intervals are made for, such as 0.9."""
        return self._confidence

    @property
    def corpus(self) -> Corpus:
        """The reference corpus, whose occupations are the engine's catalogue."""
        return self._reference.corpus

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures the engine estimates."""
        return tuple(self._model.measures)

    @property
    def encoder_name(self) -> str:
        """Name of the encoder the engine was built with."""
        return self._vectors.encoder.name

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the engine: two with the same give the same scores."""
        return self._packed().fingerprint

    # Scoring ----------------------------------------------------------------------------------

    def score_tasks(self, tasks: Sequence[str | Task]) -> list[TaskRisk]:
        """Score tasks on their own, without an occupation.

        Args:
            tasks: sentences or ``Task``; at least one.

        Raises:
            InputError: naming the task at fault, what was expected and the mend.
        """
        records = as_tasks(tasks)
        evidence = self._evidence(records, None, "tasks")
        predictions = self._model.predict(evidence, self._confidence)
        return task_risks(records, self._reference, evidence, predictions)

    def score_table(
        self, texts: Sequence[object], soc_codes: Sequence[str | None] | None = None
    ) -> ScoreTable:
        """Score many tasks at once, as columns without evidence; the same numbers, much faster.

        A row that cannot be scored, because it is blank, too long, not text or not English, is
        set aside with the reason, and the others are scored.

        Args:
            texts: one sentence a row; as many rows as there are.
            soc_codes: occupation of each row, whose reference tasks are left out of its evidence;
                None or blank where it has none.
        """
        checked = check_rows(texts, soc_codes, self.corpus, self.corpus.vocabulary)
        return score_rows(
            checked, self._reference, self._model, self._vectors.encode, self._confidence
        )

    def score_occupation(self, occupation: Occupation | str) -> OccupationRisk:
        """Score an occupation: its tasks, and their time-weighted sum.

        Reference tasks of the same SOC code are left out of its evidence, as they were when the
        engine was fitted.

        Args:
            occupation: an ``Occupation``, or the SOC code of one in the catalogue.

        Raises:
            UnknownOccupationError: if the catalogue has no such code.
            InputError: naming the task at fault, what was expected and the mend.
        """
        occupation = self.find(occupation) if isinstance(occupation, str) else occupation
        if not isinstance(occupation, Occupation):
            raise InputError(
                f"got a {type(occupation).__name__}: expected an Occupation or a SOC code"
            )
        tasks = occupation.task_records
        evidence = self._evidence(tasks, occupation.soc_code, f"occupation {occupation.title!r}")
        predictions = self._model.predict(evidence, self._confidence)
        shares, sources = allocate(tasks, evidence.similar_time)
        scored = task_risks(tasks, self._reference, evidence, predictions, shares, sources)
        return OccupationRisk(
            title=occupation.title,
            soc_code=occupation.soc_code,
            job_zone=occupation.job_zone,
            description=occupation.description,
            tasks=tuple(scored),
            estimates=occupation_estimates(
                self._model, predictions.values, predictions.scales, shares, self._confidence
            ),
            confidence=self._confidence,
            reference=self.corpus.name,
            errors=error_models(self._model, self._confidence),
        )

    def find(self, soc_code: str) -> Occupation:
        """The occupation of the catalogue with this code, or with the code that succeeded it.

        Raises:
            UnknownOccupationError: with similar codes, if there is none.
            InputError: if it is not a SOC code.
        """
        return find_by_code(self.corpus, soc_code)

    def similar_careers(
        self,
        occupation: OccupationRisk | Occupation | str,
        k: int = 10,
        *,
        safer_only: bool = True,
        max_job_zone_gap: int | None = 1,
        min_risk_reduction: float = 0.0,
        min_probability_safer: float = 0.0,
        min_wage_ratio: float | None = None,
        growing_only: bool = False,
        min_carries_over: float = 0.0,
        weights: RankingWeights | None = None,
        diversity: float = 0.0,
    ) -> CareerMatches:
        """The best moves to other occupations of the catalogue, best first.

        Args:
            occupation: a scored occupation, an occupation, or a SOC code of the catalogue.
            k: number of matches; fewer come back if fewer pass the filters; ``reason`` of the
                list then says what the filters took out.
            safer_only, max_job_zone_gap, min_risk_reduction, min_probability_safer,
                min_wage_ratio, growing_only, min_carries_over: see ``MoveFilters``.
            weights: what to rank by; by similarity alone if not given.
            diversity: 0 for the best matches however alike, up to 1 for unlike ones.

        Raises:
            InputError: if an argument is out of range or the occupation is not known.
        """
        return self._careers.similar(
            self._origin(occupation),
            k=k,
            filters=MoveFilters(
                safer_only,
                max_job_zone_gap,
                min_risk_reduction,
                min_probability_safer,
                min_wage_ratio,
                growing_only,
                min_carries_over,
            ),
            weights=weights,
            diversity=diversity,
        )

    def career_paths(
        self,
        occupation: OccupationRisk | Occupation | str,
        target: str | None = None,
        k: int = 5,
        *,
        max_steps: int = MAX_STEPS,
        max_risk: float = LOW_RISK,
        filters: MoveFilters | None = None,
    ) -> CareerPaths:
        """Paths of feasible moves to one occupation, or to the nearest of low risk.

        Args:
            occupation: where one is: a scored occupation, an occupation, or a SOC code.
            target: SOC code of the occupation to reach; any of low risk if not given.
            k: number of destinations; one path to each, the least effort first.
            max_steps: moves in a path at most, 1 to 3.
            max_risk: what counts as low, in [0, 1]; without effect with a target.
            filters: ``max_job_zone_gap`` and ``min_carries_over`` hold for each move, the others
                for the destination against where one is; with a target, only the first two.
                As ``MoveFilters()`` if not given.

        Raises:
            UnknownOccupationError: if the catalogue has no such code.
            InputError: if an argument is out of range, or the target is where one is.
        """
        check_count("k", k)
        check_count("max_steps", max_steps)
        check_number("max_steps", max_steps, 1, MAX_STEPS)
        check_number("max_risk", max_risk, 0.0, 1.0)
        origin = self._origin(occupation)
        code = None if target is None else self.find(target).soc_code
        if code is not None and code == origin.own_code:
            raise InputError(f"target {target} is the occupation itself: expected another one")
        return find_paths(
            self._careers,
            self._steps,
            origin,
            target=code,
            k=k,
            max_steps=max_steps,
            max_risk=max_risk,
            filters=filters or MoveFilters(),
        )

    def compare(self, occupations: Sequence[OccupationRisk | Occupation | str]) -> Comparison:
        """Two to five occupations side by side.

        Args:
            occupations: scored occupations, occupations or SOC codes of the catalogue.

        Raises:
            UnknownOccupationError: if the catalogue has no such code.
            InputError: if there are fewer than two or more than five, or one cannot be scored.
        """
        if isinstance(occupations, str) or not isinstance(occupations, Sequence):
            raise InputError(f"got a {type(occupations).__name__}: expected a list of occupations")
        check_number("number of occupations to compare", len(occupations), *COMPARED)
        scored = [self._scored(occupation) for occupation in occupations]
        return compare(scored, [self._origin(result) for result in scored])

    # Within -----------------------------------------------------------------------------------

    def _packed(self) -> artifacts.Artifact:
        return storage.pack(
            self._reference,
            self._model,
            self._scores,
            self._career_data,
            self._steps,
            encoder_name=self._vectors.encoder.name,
            encoder_fingerprint=self._vectors.fingerprint,
            confidence=self._confidence,
        )

    def _evidence(self, tasks: Sequence[Task], soc_code: str | None, where: str) -> Evidence:
        texts = [task.text for task in tasks]
        code = catalogue_code(self.corpus, soc_code) if soc_code else None
        keys = [text_key(text) for text in texts]
        return self._reference.look_up(self._vectors(texts, where), [code] * len(texts), keys)

    def _scored(self, occupation: OccupationRisk | Occupation | str) -> OccupationRisk:
        if isinstance(occupation, OccupationRisk):
            return occupation
        return self.score_occupation(occupation)

    def _origin(self, occupation: OccupationRisk | Occupation | str) -> Origin:
        """Where a move from an occupation starts; what the catalogue knows of it is added."""
        scored = self._scored(occupation)
        code = catalogue_code(self.corpus, scored.soc_code) if scored.soc_code else None
        row = self._careers.row_of.get(code) if code else None
        return origin_of(
            scored,
            None if row is None else self._careers.entries[row],
            self.corpus.occupation(code).description if code and row is not None else "",
            self._contents,
            self._activities,
        )

    @cached_property
    def _activities(self) -> dict[str, tuple[str, ...]]:
        known = zip(self.corpus.text_keys, task_activities(self.corpus), strict=True)
        return {key: activities for key, activities in known if activities}

    @cached_property
    def _careers(self) -> CareerIndex:
        return career_index(
            self._reference, self._model, self._scores, self._career_data, self._confidence
        )

    @cached_property
    def _steps(self) -> StepGraph:
        return self._given_steps or StepGraph.build(self._careers.occupations)


def default_folder() -> Path:
    """The engine that is taken where none is named, as ``RiskEngine.load`` says."""
    named = places.named_engine()
    if named is not None:
        return named
    published, starter = places.engine_dir("published"), places.engine_dir("starter")
    if (published / artifacts.MANIFEST).is_file():
        return published
    if not (starter / artifacts.MANIFEST).is_file():
        _logger.warning("building the starter engine, once, into %s", starter)
        corpus = Corpus.read(places.shipped("reference_tasks"), "starter")
        RiskEngine.build(corpus).save(starter)
    return starter


def _as_corpus(given: Corpus | str | Path) -> Corpus:
    corpus = Corpus.read(given) if isinstance(given, (str, Path)) else given
    if not isinstance(corpus, Corpus):
        raise InputError(f"got a {type(corpus).__name__}: expected a Corpus or the path of one")
    return corpus


def _told(engine: RiskEngine, begun: float) -> dict[str, object]:
    """What the log says of an engine that was asked for at ``begun``."""
    return {
        "reference": engine.corpus.name,
        "tasks": len(engine.corpus.tasks),
        "encoder": engine.encoder_name,
        "seconds": round(time.perf_counter() - begun, 3),
    }
