"""The engine: build it from a corpus, save and load it, score tasks and occupations with it."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from engine import artifacts, places, storage, taxonomy
from engine.careers import CareerIndex, CatalogueEntry, Profile
from engine.catalogue import CatalogueScores, find_by_code
from engine.corpus import Corpus
from engine.encoder import DEFAULT_ENCODER, EmbeddingCache, Encoder, SentenceTransformerEncoder
from engine.errors import EncoderError, EngineError, InputError
from engine.index import NOBODY
from engine.records import (
    CareerMatch,
    Estimate,
    Neighbour,
    Occupation,
    OccupationRisk,
    Task,
    TaskRisk,
    as_tasks,
)
from engine.reference import Evidence, Reference
from engine.risk_model import OUT_OF_SCOPE, Predictions, RiskModel
from engine.text import check_english, text_key
from engine.time_share import allocate

DEFAULT_CONFIDENCE = 0.9

EVIDENCE_SHOWN = 5
"""Neighbours returned with each task."""

_REMEMBERED_VECTORS = 10_000

_logger = logging.getLogger(__name__)


class RiskEngine:
    """A fitted engine. Make one with ``load`` or ``build``.

    Args:
        reference: the reference corpus, made searchable.
        encoder: the encoder whose vectors the reference has.
        model: heads fitted on the reference.
        scores: the model's predictions for the reference's own tasks.
        confidence: probability that intervals are made for, between 0 and 1.
        encoder_fingerprint: fingerprint the encoder must have; None takes the encoder as it is.
    """

    def __init__(
        self,
        reference: Reference,
        encoder: Encoder,
        model: RiskModel,
        scores: CatalogueScores,
        *,
        confidence: float = DEFAULT_CONFIDENCE,
        encoder_fingerprint: str | None = None,
    ) -> None:
        if not 0 < confidence < 1:
            raise EngineError(f"confidence is {confidence!r}: expected a number between 0 and 1")
        self._reference = reference
        self._encoder = encoder
        self._model = model
        self._scores = scores
        self._confidence = confidence
        self._expected_fingerprint = encoder_fingerprint
        self._remembered: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

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

        Args:
            corpus: a corpus, or the path of one (see ``engine.corpus``).
            encoder: ``minilm``, the folder or name of a sentence-transformer, or an encoder.
            confidence: probability that intervals are made for.
            progress: show a progress bar while encoding.
            cache: where vectors are kept between builds; the user's cache folder by default.

        Raises:
            EngineError: if the corpus has faults or is too small, or the encoder is not to be had.
        """
        if not isinstance(corpus, Corpus):
            corpus = Corpus.read(corpus)
        if isinstance(encoder, str):
            encoder = SentenceTransformerEncoder(encoder)
        texts = corpus.tasks["task"].tolist()
        vectors = (cache or EmbeddingCache()).encode(encoder, texts, progress=progress)
        reference = Reference(corpus, vectors)
        codes = corpus.tasks["soc_code"].tolist()
        evidence = reference.look_up(vectors, codes, corpus.text_keys.tolist())
        model = RiskModel.fit(reference, evidence)
        predictions = model.predict(evidence, confidence)
        scores = CatalogueScores.of(corpus, evidence, predictions)
        return cls(
            reference,
            encoder,
            model,
            scores,
            confidence=confidence,
            encoder_fingerprint=encoder.fingerprint,
        )

    def save(self, path: str | Path) -> None:
        """Write the engine into a folder; what was there before is replaced in one step.

        Raises:
            ArtifactError: if the folder holds something else, or cannot be written.
        """
        artifacts.write(
            Path(path),
            storage.pack(
                self._reference,
                self._model,
                self._scores,
                encoder_name=self._encoder.name,
                encoder_fingerprint=self._expected_fingerprint or self._encoder.fingerprint,
                confidence=self._confidence,
            ),
        )

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
        folder = Path(path) if path is not None else _default_folder()
        parts = storage.unpack(folder, artifacts.read(folder))
        if encoder is not None:
            _check_fingerprint(encoder, parts.encoder_fingerprint, str(folder))
        return cls(
            parts.reference,
            encoder or SentenceTransformerEncoder(parts.encoder_name),
            parts.model,
            parts.scores,
            confidence=parts.confidence if confidence is None else confidence,
            encoder_fingerprint=parts.encoder_fingerprint,
        )

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
        return self._encoder.name

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
        return self._task_risks(records, evidence, self._predict(evidence))

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
        predictions = self._predict(evidence)
        shares, sources = allocate(tasks, evidence.similar_time)
        return OccupationRisk(
            title=occupation.title,
            soc_code=occupation.soc_code,
            job_zone=occupation.job_zone,
            description=occupation.description,
            tasks=tuple(self._task_risks(tasks, evidence, predictions, shares, sources)),
            estimates=self._occupation_estimates(predictions.values, predictions.scales, shares),
            confidence=self._confidence,
            reference=self.corpus.name,
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
    ) -> list[CareerMatch]:
        """The nearest occupations of the catalogue, most similar first.

        Args:
            occupation: a scored occupation, an occupation, or a SOC code of the catalogue.
            k: number of matches; fewer come back if fewer pass the filters.
            safer_only: keep only occupations of lower risk.
            max_job_zone_gap: keep only job zones at most this far off; None for no limit.

        Raises:
            InputError: if an argument is out of range or the occupation is not known.
        """
        if isinstance(occupation, OccupationRisk):
            scored = occupation
        else:
            scored = self.score_occupation(occupation)
        texts = [task.task for task in scored.tasks]
        shares = np.array([task.time_share or 0.0 for task in scored.tasks])
        return self._careers.similar(
            Profile(texts, self._vectors(texts, f"occupation {scored.title!r}"), shares),
            scored.risk,
            k=k,
            safer_only=safer_only,
            job_zone=scored.job_zone,
            max_job_zone_gap=max_job_zone_gap,
            own_code=taxonomy.current_soc(scored.soc_code) if scored.soc_code else None,
        )

    # Within -----------------------------------------------------------------------------------

    def _vectors(self, texts: Sequence[str], where: str) -> np.ndarray:
        """Unit vectors of texts, shape (n, d): from the reference, from memory, or encoded now."""
        rows = self._row_of_text
        with self._lock:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
        known |= {text: self._reference.vectors[rows[text]] for text in texts if text in rows}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            check_english([text if text in new else "" for text in texts], where)
            self._check_encoder()
            known |= dict(zip(new, self._encoder.encode(new), strict=True))
            with self._lock:
                self._remembered.update((text, known[text]) for text in new)
                while len(self._remembered) > _REMEMBERED_VECTORS:
                    self._remembered.popitem(last=False)
        return np.stack([known[text] for text in texts])

    def _check_encoder(self) -> None:
        if self._expected_fingerprint is not None:
            _check_fingerprint(self._encoder, self._expected_fingerprint, "this engine")

    @cached_property
    def _row_of_text(self) -> Mapping[str, int]:
        return {text: row for row, text in enumerate(self.corpus.tasks["task"])}

    def _evidence(self, tasks: Sequence[Task], soc_code: str | None, where: str) -> Evidence:
        texts = [task.text for task in tasks]
        code = taxonomy.current_soc(soc_code) if soc_code else None
        vectors = self._vectors(texts, where)
        return self._reference.look_up(
            vectors, [code] * len(texts), [text_key(text) for text in texts]
        )

    def _predict(self, evidence: Evidence) -> Predictions:
        return self._model.predict(evidence, self._confidence)

    def _task_risks(
        self,
        tasks: Sequence[Task],
        evidence: Evidence,
        predictions: Predictions,
        shares: np.ndarray | None = None,
        sources: Sequence[str] | None = None,
    ) -> list[TaskRisk]:
        scored = []
        for row, task in enumerate(tasks):
            known = self._reference.known_rows(text_key(task.text))
            scored.append(
                TaskRisk(
                    task=task.text,
                    estimates={
                        name: Estimate(
                            float(predictions.values[name][row]),
                            float(predictions.low[name][row]),
                            float(predictions.high[name][row]),
                        )
                        for name in self.measures
                    },
                    ai_capability_level=predictions.levels[row],
                    category=task.category or predictions.categories[row],
                    novelty=float(predictions.novelty[row]),
                    out_of_scope=bool(predictions.novelty[row] > OUT_OF_SCOPE),
                    neighbours=self._neighbours(evidence, row),
                    in_reference=len(known) > 0,
                    known_outcomes=self._known_outcomes(known),
                    time_share=None if shares is None else float(shares[row]),
                    time_share_source=None if sources is None else sources[row],
                )
            )
        return scored

    def _neighbours(self, evidence: Evidence, row: int) -> tuple[Neighbour, ...]:
        found = evidence.neighbours
        shown = zip(
            found.rows[row, :EVIDENCE_SHOWN], found.similarity[row, :EVIDENCE_SHOWN], strict=True
        )
        return tuple(
            self._neighbour(int(self._reference.rows[position]), float(similarity))
            for position, similarity in shown
            if position != NOBODY
        )

    def _neighbour(self, corpus_row: int, similarity: float) -> Neighbour:
        corpus = self.corpus
        code = str(corpus.tasks["soc_code"].iat[corpus_row])
        return Neighbour(
            text=str(corpus.tasks["task"].iat[corpus_row]),
            similarity=similarity,
            outcomes=self._known_outcomes(np.array([corpus_row])),
            occupation=str(corpus.occupations["title"].iat[corpus.occupation_rows[code]]),
            soc_code=code,
            task_id=str(corpus.tasks["task_id"].iat[corpus_row]),
        )

    def _known_outcomes(self, corpus_rows: np.ndarray) -> dict[str, float]:
        """Measure -> mean of the known outcomes of corpus rows; measures not known are absent."""
        known = {}
        for column, name in enumerate(self.corpus.measures):
            values = self.corpus.outcomes[corpus_rows, column]
            if not np.isnan(values).all():
                known[name] = float(np.nanmean(values))
        return known

    def _occupation_estimates(
        self,
        values: Mapping[str, np.ndarray],
        scales: Mapping[str, np.ndarray],
        shares: np.ndarray,
    ) -> dict[str, Estimate]:
        estimates = {}
        for name, heads in self._model.measures.items():
            value = float(np.clip(shares @ values[name], 0.0, 1.0))
            ends = heads.occupations.interval(value, shares, scales[name], self._confidence)
            estimates[name] = Estimate(value, *ends)
        return estimates

    @cached_property
    def _careers(self) -> CareerIndex:
        corpus, scores = self.corpus, self._scores
        entries = []
        for code, rows in corpus.rows_of.items():
            facts = corpus.occupations.iloc[corpus.occupation_rows[code]]
            shares = scores.shares[rows]
            estimates = self._occupation_estimates(
                {name: values[rows] for name, values in scores.values.items()},
                {name: scales[rows] for name, scales in scores.scales.items()},
                shares,
            )
            entries.append(
                CatalogueEntry(
                    soc_code=code,
                    title=str(facts["title"]),
                    job_zone=int(facts["job_zone"]) or None,
                    profile=Profile(
                        corpus.tasks["task"].iloc[rows].tolist(),
                        self._reference.vectors[rows],
                        shares,
                    ),
                    risk=estimates[taxonomy.RISK_MEASURE],
                    ai_capability=estimates[taxonomy.CAPABILITY_MEASURE],
                )
            )
        return CareerIndex(entries)


def _check_fingerprint(encoder: Encoder, expected: str, where: str) -> None:
    if encoder.fingerprint != expected:
        raise EncoderError(
            f"encoder {encoder.name!r} is not the one {where} was built with (fingerprint "
            f"{encoder.fingerprint[:12]}…, expected {expected[:12]}…): scores would mean nothing; "
            "build the engine again with this encoder, or install the one it had"
        )


def _default_folder() -> Path:
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
