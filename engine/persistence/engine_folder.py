"""What an engine folder holds, packed into files and unpacked from them."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine.careers.paths import StepGraph
from engine.careers.profiles import OccupationVectors
from engine.careers.similarity import SimilarityModel
from engine.corpus.corpus import Corpus
from engine.encoders.probe import Readout
from engine.errors import ArtifactError, EngineError, InputError
from engine.model.risk_model import CatalogueScores, RiskModel
from engine.persistence import artifact
from engine.persistence.artifact import Artifact
from engine.persistence.engine_parts import EngineParts
from engine.retrieval.index import NeighbourIndex
from engine.retrieval.inverted_file import InvertedFile
from engine.retrieval.reference import Reference, evidence_rows
from engine.version import __version__

_INDEX = "index.safetensors"
"""What the index has learned; only where there are too many tasks to compare with all."""


_logger = logging.getLogger(__name__)


def as_folder(path: object) -> Path:
    """The path of an engine folder.

    Raises:
        InputError: if it is not a path.
    """
    if not isinstance(path, (str, Path)):
        raise InputError(f"got a {type(path).__name__}; give the path of an engine folder")
    return Path(path)


def read(folder: Path) -> EngineParts:
    """Read an engine folder, check every file in it, and restore the engine's parts.

    Raises:
        ArtifactError: if it is missing, incomplete, modified or of another format.
    """
    start = time.perf_counter()
    parts = unpack(folder, artifact.read(folder))
    _logger.info("engine loaded", extra={"folder": str(folder)} | parts.log_facts(start))
    return parts


def write(folder: Path, parts: EngineParts) -> None:
    """Write an engine folder, replacing an engine there in one step.

    Raises:
        ArtifactError: if the folder holds something else, or cannot be written.
    """
    artifact.write(folder, pack(parts))


def pack(parts: EngineParts) -> Artifact:
    """An engine as facts and files; the same engine gives the same bytes."""
    from safetensors.numpy import save

    reference, model, scores = parts.reference, parts.model, parts.scores
    arrays = model.to_arrays() | {"shares": scores.shares}
    if reference.readout is not None:
        arrays |= reference.readout.to_arrays()
    for name in model.measures:
        arrays[f"values.{name}"] = scores.values[name]
        arrays[f"scales.{name}"] = scores.scales[name]
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
        "measures": list(model.measures),
        "confidence": parts.confidence,
        "careers": similarity_facts | {"encoder": parts.occupations.encoder},
        "libraries": _library_versions(),
    }
    learned = reference.index.inverted_file
    files = {
        **reference.corpus.files(),
        "vectors.safetensors": save({"vectors": np.ascontiguousarray(reference.vectors)}),
        "heads.safetensors": save({k: np.ascontiguousarray(v) for k, v in arrays.items()}),
        "careers.safetensors": save({k: np.ascontiguousarray(v) for k, v in career_arrays.items()}),
    }
    if learned is not None:
        files[_INDEX] = save({k: np.ascontiguousarray(v) for k, v in learned.to_arrays().items()})
    return Artifact(facts, files)


def unpack(folder: Path, content: Artifact) -> EngineParts:
    """The parts of an engine folder that was read and checked.

    Raises:
        ArtifactError: if they do not make an engine.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    facts, files = content.facts, content.files
    names = ("tasks.csv", "occupations.csv", "alternate_titles.csv")
    try:
        texts = {f"{folder} {name}": files[name].decode("utf-8") for name in names}
        corpus = Corpus.parse(facts["reference"]["name"], texts)
        arrays = load(files["heads.safetensors"])
        career_arrays = load(files["careers.safetensors"])
        measures = list(facts["measures"])
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
                Readout.from_arrays(arrays),
                _index(load(files[_INDEX]), corpus, vectors) if _INDEX in files else None,
            ),
            model=RiskModel.from_arrays(arrays, measures),
            scores=CatalogueScores(
                {name: arrays[f"values.{name}"] for name in measures},
                {name: arrays[f"scales.{name}"] for name in measures},
                arrays["shares"],
            ),
            occupations=occupations,
            similarity=SimilarityModel.from_arrays(career_arrays, facts["careers"]),
            steps=StepGraph.from_arrays(career_arrays, len(corpus.rows_of)),
            encoder_name=str(facts["encoder"]["name"]),
            encoder_fingerprint=str(facts["encoder"]["fingerprint"]),
            confidence=float(facts["confidence"]),
        )
        _try(parts)
        return parts
    except EngineError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, SafetensorError) as error:
        raise ArtifactError(
            f"{folder} is not a whole engine: {error!r} is missing or wrong; expected a folder as "
            f"it was built; build it again with 'python scripts/build_index.py --output {folder}'"
        ) from None


def _index(arrays: Mapping[str, np.ndarray], corpus: Corpus, vectors: np.ndarray) -> NeighbourIndex:
    """The index that was learned when the engine was built.

    Raises:
        KeyError, ValueError: if it does not fit the tasks with outcomes and their vectors.
    """
    rated = vectors[evidence_rows(corpus)]
    return NeighbourIndex.assembled(rated, InvertedFile.from_arrays(arrays, *rated.shape))


def _try(parts: EngineParts) -> None:
    """Score a task: arrays that do not fit each other are found now, not by the first to ask.

    Raises:
        LookupError, ValueError: if they do not.
    """
    reference = parts.reference
    evidence = reference.look_up(reference.vectors[:1], [None], [reference.corpus.text_keys[0]])
    for name, value in parts.model.predict(evidence, 0.5).values.items():
        if not 0 <= value[0] <= 1:
            raise ValueError(f"{name} of a task is {value[0]}: expected a number from 0 to 1")


def _library_versions() -> dict[str, str]:
    from importlib.metadata import version

    libraries = (
        "faiss-cpu",
        "numpy",
        "safetensors",
        "scikit-learn",
        "scipy",
        "sentence-transformers",
        "tokenizers",
        "torch",
        "transformers",
    )
    return {name: version(name) for name in libraries}
