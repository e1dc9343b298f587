"""Save the parts of an engine to a folder, and load them."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from engine.careers.paths import StepGraph
from engine.careers.profiles import OccupationVectors
from engine.careers.similarity import SimilarityModel
from engine.corpus.columns import (
    CROSSWALK_FILE,
    MOVES_FILE,
    OCCUPATIONS_FILE,
    OTHER_FILE,
    TASKS_FILE,
    TITLES_FILE,
)
from engine.corpus.corpus import Corpus
from engine.encoders.probe import LinearProbe
from engine.errors import ArtifactError, EngineError, InputError, abbreviate
from engine.model import serialization
from engine.persistence import artifact, consistency, score_arrays
from engine.persistence.array_checks import check_headers, check_values
from engine.persistence.artifact import Artifact, Outline
from engine.persistence.engine_parts import EngineParts
from engine.persistence.facts import Facts, InvalidContentError
from engine.persistence.manifest import damaged
from engine.persistence.schema import CAREERS, HEADS, INDEX, REQUIRED, SCORES, VECTORS, Schema
from engine.persistence.tensors import ENDING, Declared, parse_header
from engine.records.measures import OBSERVED
from engine.retrieval.index import NeighbourIndex
from engine.retrieval.inverted_file import InvertedFile
from engine.retrieval.reference import Reference, evidence_rows
from engine.utils.delimited import decode
from engine.version import __version__

_TABLES = (TASKS_FILE, OCCUPATIONS_FILE, TITLES_FILE)
_OPTIONAL_TABLES = (OTHER_FILE, CROSSWALK_FILE, MOVES_FILE)

Arrays = dict[str, dict[str, np.ndarray]]
"""File -> name -> array."""

_logger = logging.getLogger(__name__)


def as_folder(path: object) -> Path:
    """Return the path of an engine folder as a ``Path``.

    Raises:
        InputError: if it is neither a string nor a path.
    """
    if not isinstance(path, (str, Path)):
        raise InputError(
            f"{abbreviate(path)} does not name an engine folder; give its path as a string"
        )
    return Path(path)


def read(folder: Path) -> EngineParts:
    """Read an engine folder, check everything in it, and return the parts of the engine.

    Raises:
        ArtifactError: if it is missing, incomplete, modified or of another format, or if anything
            in it is not as ``engine.persistence.schema`` declares it.
        CorpusError: if the reference corpus is invalid.
    """
    start = time.perf_counter()
    parts = unpack(folder, artifact.read(folder, _inspect))
    _logger.info("engine loaded", extra={"folder": str(folder)} | parts.log_facts(start))
    return parts


def write(folder: Path, parts: EngineParts) -> None:
    """Write an engine folder, replacing an engine that is there in one step.

    Raises:
        ArtifactError: if the engine could not be loaded again, the folder holds anything else, or
            it cannot be written.
    """
    facts, arrays = _describe(parts)
    try:
        headers = {file: _headers(found) for file, found in arrays.items()}
        known = Facts.parse(facts)
        schema = check_headers(known, headers)
        check_values(schema, arrays)
        consistency.check_corpus(known, schema, parts.reference.corpus)
        consistency.check_arrays(known, arrays, parts.reference.corpus)
    except InvalidContentError as error:
        raise ArtifactError(
            f"the engine was not written to {folder}, because it could not be loaded again: "
            f"{error}; correct the corpus and build the engine again"
        ) from None
    artifact.write(folder, _packed(facts, arrays, parts.reference.corpus))


def pack(parts: EngineParts) -> Artifact:
    """Convert an engine to facts and files; equal engines give equal bytes."""
    return _packed(*_describe(parts), parts.reference.corpus)


def _packed(facts: Mapping[str, Any], arrays: Arrays, corpus: Corpus) -> Artifact:
    from safetensors.numpy import save

    files = corpus.files()
    for name, found in arrays.items():
        files[name] = save({key: np.ascontiguousarray(array) for key, array in found.items()})
    return Artifact(facts, files)


def _describe(parts: EngineParts) -> tuple[dict[str, Any], Arrays]:
    """Return the facts and the arrays of an engine."""
    reference, scores = parts.reference, parts.scores
    heads = serialization.to_arrays(scores.models)
    if reference.probe is not None:
        heads |= reference.probe.to_arrays()
    careers, similarity_facts = parts.similarity.to_arrays()
    careers |= parts.occupations.to_arrays() | parts.steps.to_arrays()
    facts = {
        "engine_version": __version__,
        "reference": {
            "name": reference.corpus.name,
            "fingerprint": reference.corpus.fingerprint,
            "occupations": len(reference.corpus.rows_of),
            "tasks": len(reference.corpus.tasks),
        },
        "encoder": {"name": parts.encoder_name, "fingerprint": parts.encoder_fingerprint},
        "measures": {name: asdict(source) for name, source in parts.model.sources.items()},
        "folds": len(scores.models) - 1,
        "probe": [] if reference.probe is None else list(reference.probe.measures),
        "confidence": parts.confidence,
        "careers": similarity_facts | {"encoder": parts.occupations.encoder},
        "libraries": _library_versions(),
    }
    arrays = {
        VECTORS: {"vectors": reference.vectors},
        HEADS: heads,
        SCORES: score_arrays.to_arrays(scores),
        CAREERS: careers,
    }
    inverted_file = reference.index.inverted_file
    if inverted_file is not None:
        arrays[INDEX] = inverted_file.to_arrays()
    return facts, arrays


def unpack(folder: Path, content: Artifact) -> EngineParts:
    """Convert the content of an engine folder to the parts of the engine.

    Args:
        folder: for error messages.
        content: as ``pack`` returned it.

    Raises:
        ArtifactError: if something is missing, not as the schema declares it, or does not fit
            together.
        CorpusError: if the reference corpus is invalid.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    files = content.files
    try:
        sizes = {name: len(file) for name, file in files.items()}
        headers = {
            name: parse_header(file, len(file))
            for name, file in files.items()
            if name.endswith(ENDING)
        }
        facts, schema = _inspect(Outline(content.facts, sizes, headers))
        arrays = {name: load(files[name]) for name in headers}
        check_values(schema, arrays)
        corpus = _corpus(folder, facts, files)
        consistency.check_corpus(facts, schema, corpus)
        consistency.check_arrays(facts, arrays, corpus)
        parts = _restored(facts, arrays, corpus)
        _check_scores(parts)
        return parts
    except EngineError:
        raise
    except InvalidContentError as error:
        raise damaged(folder, str(error)) from None
    except (LookupError, TypeError, ValueError, AttributeError, SafetensorError) as error:
        raise damaged(folder, f"its content is invalid ({error!r})") from None


def _inspect(outline: Outline) -> tuple[Facts, Schema]:
    """Check an engine before its files are read.

    Raises:
        InvalidContentError: saying what is wrong.
    """
    unknown = outline.sizes.keys() - {*_TABLES, *_OPTIONAL_TABLES, *REQUIRED, INDEX}
    if unknown:
        raise InvalidContentError(f"{min(unknown)} is not part of an engine")
    facts = Facts.parse(outline.facts)
    consistency.check_sizes(facts, outline.sizes)
    return facts, check_headers(facts, outline.headers)


def _headers(arrays: Mapping[str, np.ndarray]) -> dict[str, Declared]:
    return {name: Declared(array.dtype.name, array.shape) for name, array in arrays.items()}


def _corpus(folder: Path, facts: Facts, files: Mapping[str, bytes]) -> Corpus:
    given = {name: files[name] for name in (*_TABLES, *_OPTIONAL_TABLES) if name in files}
    consistency.check_fingerprint(facts, given)
    texts = {f"{folder} {name}": decode(file, name) for name, file in given.items()}
    return Corpus.parse(facts.reference, texts)


def _restored(facts: Facts, arrays: Arrays, corpus: Corpus) -> EngineParts:
    """Return the parts of an engine from arrays that have been checked."""
    vectors, heads, careers = arrays[VECTORS]["vectors"], arrays[HEADS], arrays[CAREERS]
    models = serialization.from_arrays(heads, facts.sources, facts.folds)
    return EngineParts(
        reference=Reference(
            corpus,
            vectors,
            probe=LinearProbe.from_arrays(heads, facts.probe),
            index=_index(arrays[INDEX], corpus, vectors) if INDEX in arrays else None,
        ),
        scores=score_arrays.from_arrays(arrays[SCORES], corpus, models, facts.confidence),
        occupations=OccupationVectors.from_arrays(careers, facts.content_encoder),
        similarity=SimilarityModel.from_arrays(careers, {"similarity": facts.similarity}),
        steps=StepGraph.from_arrays(careers),
        encoder_name=facts.encoder_name,
        encoder_fingerprint=facts.encoder_fingerprint,
        confidence=facts.confidence,
    )


def _index(arrays: Mapping[str, np.ndarray], corpus: Corpus, vectors: np.ndarray) -> NeighbourIndex:
    """Restore the approximate index of the tasks with outcomes.

    Raises:
        InvalidContentError: if an array does not fit these tasks.
    """
    rated = vectors[evidence_rows(corpus)]
    try:
        return NeighbourIndex.restore(rated, InvertedFile.from_arrays(arrays, len(rated)))
    except ValueError as error:
        raise InvalidContentError(str(error)) from None


def _check_scores(parts: EngineParts) -> None:
    """Score one task, to find arrays that do not fit together now rather than at the first use.

    Raises:
        LookupError: if an array or a feature is missing.
        ValueError: if shapes do not match, or a score is out of range.
    """
    reference = parts.reference
    evidence = reference.look_up(reference.vectors[:1], [None], [reference.corpus.text_keys[0]])
    for name, value in parts.model.predict(evidence, 0.5).values.items():
        unused = name in OBSERVED and np.isnan(value[0])
        if not (0 <= value[0] <= 1 or unused):
            raise ValueError(f"{name} of a task is {value[0]}, outside the range from 0 to 1")


def _library_versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    libraries = (
        "faiss-cpu",
        "numpy",
        "onnxruntime",
        "safetensors",
        "scikit-learn",
        "scipy",
        "sentence-transformers",
        "tokenizers",
        "torch",
        "transformers",
    )
    found = {}
    for name in libraries:
        with contextlib.suppress(PackageNotFoundError):  # onnxruntime may be missing
            found[name] = version(name)
    return found
