"""Save the parts of an engine to a folder, and load them."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from engine.careers.paths import StepGraph
from engine.careers.profiles import OccupationVectors
from engine.careers.similarity import SimilarityModel
from engine.corpus.columns import CROSSWALK_FILE, MOVES_FILE, OTHER_FILE
from engine.corpus.corpus import Corpus
from engine.encoders.probe import LinearProbe
from engine.errors import EngineError, InputError, abbreviate
from engine.model import serialization
from engine.persistence import artifact, score_arrays
from engine.persistence.artifact import Artifact
from engine.persistence.engine_parts import EngineParts
from engine.persistence.manifest import damaged
from engine.records.measures import OBSERVED, Source
from engine.retrieval.index import NeighbourIndex
from engine.retrieval.inverted_file import InvertedFile
from engine.retrieval.reference import Reference, evidence_rows
from engine.version import __version__

_INDEX = "index.safetensors"
"""The learned part of an approximate index; an exact index needs no file."""

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
    """Read an engine folder, check every file in it, and return the parts of the engine.

    Raises:
        ArtifactError: if it is missing, incomplete, modified or of another format.
    """
    start = time.perf_counter()
    parts = unpack(folder, artifact.read(folder))
    _logger.info("engine loaded", extra={"folder": str(folder)} | parts.log_facts(start))
    return parts


def write(folder: Path, parts: EngineParts) -> None:
    """Write an engine folder, replacing an engine that is there in one step.

    Raises:
        ArtifactError: if the folder holds anything else, or cannot be written.
    """
    artifact.write(folder, pack(parts))


def pack(parts: EngineParts) -> Artifact:
    """Convert an engine to facts and files; equal engines give equal bytes."""
    from safetensors.numpy import save

    reference, scores = parts.reference, parts.scores
    arrays = serialization.to_arrays(scores.models)
    if reference.probe is not None:
        arrays |= reference.probe.to_arrays()
    career_arrays, similarity_facts = parts.similarity.to_arrays()
    career_arrays |= parts.occupations.to_arrays() | parts.steps.to_arrays()
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
    tensors = {
        "vectors.safetensors": {"vectors": reference.vectors},
        "heads.safetensors": arrays,
        "scores.safetensors": score_arrays.to_arrays(scores),
        "careers.safetensors": career_arrays,
    }
    inverted_file = reference.index.inverted_file
    if inverted_file is not None:
        tensors[_INDEX] = inverted_file.to_arrays()
    files = reference.corpus.files()
    for name, parts_of_file in tensors.items():
        files[name] = save({k: np.ascontiguousarray(v) for k, v in parts_of_file.items()})
    return Artifact(facts, files)


def unpack(folder: Path, content: Artifact) -> EngineParts:
    """Convert the content of an engine folder to the parts of the engine.

    Args:
        folder: for error messages.
        content: as ``pack`` returned it.

    Raises:
        ArtifactError: if something is missing, or does not fit together.
        CorpusError: if the reference corpus is invalid.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    facts, files = content.facts, content.files
    names = ["tasks.csv", "occupations.csv", "alternate_titles.csv"]
    names += [name for name in (OTHER_FILE, CROSSWALK_FILE, MOVES_FILE) if name in files]
    try:
        texts = {f"{folder} {name}": files[name].decode("utf-8") for name in names}
        corpus = Corpus.parse(facts["reference"]["name"], texts)
        arrays = load(files["heads.safetensors"])
        career_arrays = load(files["careers.safetensors"])
        confidence = float(facts["confidence"])
        sources = {name: Source(**source) for name, source in facts["measures"].items()}
        vectors = load(files["vectors.safetensors"])["vectors"]
        if len(vectors) != len(corpus.tasks):
            raise ValueError(f"vectors of shape {vectors.shape} for {len(corpus.tasks)} tasks")
        occupations = OccupationVectors.from_arrays(career_arrays, facts["careers"]["encoder"])
        if occupations.tasks is not None and len(occupations.tasks) != len(vectors):
            raise ValueError(f"{len(occupations.tasks)} content vectors for {len(vectors)} tasks")
        parts = EngineParts(
            reference=Reference(
                corpus,
                vectors,
                probe=LinearProbe.from_arrays(arrays, facts["probe"]),
                index=_index(load(files[_INDEX]), corpus, vectors) if _INDEX in files else None,
            ),
            scores=score_arrays.from_arrays(
                load(files["scores.safetensors"]),
                corpus,
                serialization.from_arrays(arrays, sources, int(facts["folds"])),
                confidence,
            ),
            occupations=occupations,
            similarity=SimilarityModel.from_arrays(career_arrays, facts["careers"]),
            steps=StepGraph.from_arrays(career_arrays, len(corpus.rows_of)),
            encoder_name=str(facts["encoder"]["name"]),
            encoder_fingerprint=str(facts["encoder"]["fingerprint"]),
            confidence=confidence,
        )
        _check_scores(parts)
        return parts
    except EngineError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, SafetensorError) as error:
        raise damaged(folder, f"its content is invalid ({error!r})") from None


def _index(arrays: Mapping[str, np.ndarray], corpus: Corpus, vectors: np.ndarray) -> NeighbourIndex:
    """Restore the approximate index of the tasks with outcomes.

    Raises:
        KeyError: if an array is missing.
        ValueError: if an array does not fit these tasks.
    """
    rated = vectors[evidence_rows(corpus)]
    return NeighbourIndex.restore(rated, InvertedFile.from_arrays(arrays, *rated.shape))


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
