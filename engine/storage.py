"""What an engine folder holds, packed into files and unpacked from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.artifacts import Artifact
from engine.career_data import CareerData
from engine.catalogue import CatalogueScores
from engine.corpus import Corpus
from engine.errors import ArtifactError, EngineError
from engine.index import NeighbourIndex
from engine.inverted_file import InvertedFile
from engine.paths import StepGraph
from engine.readout import Readout
from engine.reference import Reference, evidence_rows
from engine.risk_model import RiskModel
from engine.version import __version__

_INDEX = "index.safetensors"
"""What the index has learned; only where there are too many tasks to compare with all."""


@dataclass(frozen=True)
class EngineParts:
    """The parts an engine is put together from."""

    reference: Reference
    model: RiskModel
    scores: CatalogueScores
    careers: CareerData
    steps: StepGraph
    encoder_name: str
    encoder_fingerprint: str
    confidence: float


def pack(
    reference: Reference,
    model: RiskModel,
    scores: CatalogueScores,
    careers: CareerData,
    steps: StepGraph,
    *,
    encoder_name: str,
    encoder_fingerprint: str,
    confidence: float,
) -> Artifact:
    """An engine as facts and files; the same engine gives the same bytes."""
    from safetensors.numpy import save

    arrays = model.to_arrays() | {"shares": scores.shares}
    if reference.readout is not None:
        arrays |= reference.readout.to_arrays()
    for name in model.measures:
        arrays[f"values.{name}"] = scores.values[name]
        arrays[f"scales.{name}"] = scores.scales[name]
    career_arrays, career_text = careers.to_arrays()
    career_arrays |= steps.to_arrays()
    facts = {
        "engine_version": __version__,
        "reference": {
            "name": reference.corpus.name,
            "fingerprint": reference.corpus.fingerprint,
            "occupations": len(reference.corpus.rows_of),
            "tasks": len(reference.corpus.tasks),
        },
        "encoder": {"name": encoder_name, "fingerprint": encoder_fingerprint},
        "measures": list(model.measures),
        "confidence": confidence,
        "careers": career_text,
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


def unpack(folder: Path, artifact: Artifact) -> EngineParts:
    """The parts of an engine folder that was read and checked.

    Raises:
        ArtifactError: if they do not make an engine.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    facts, files = artifact.facts, artifact.files
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
        careers = CareerData.from_arrays(career_arrays, facts["careers"])
        if careers.tasks is not None and len(careers.tasks) != len(vectors):
            raise ValueError(f"{len(careers.tasks)} vectors of content for {len(vectors)} tasks")
        parts = EngineParts(
            Reference(
                corpus,
                vectors,
                Readout.from_arrays(arrays),
                _index(load(files[_INDEX]), corpus, vectors) if _INDEX in files else None,
            ),
            RiskModel.from_arrays(arrays, measures),
            CatalogueScores(
                {name: arrays[f"values.{name}"] for name in measures},
                {name: arrays[f"scales.{name}"] for name in measures},
                arrays["shares"],
            ),
            careers,
            StepGraph.from_arrays(career_arrays, len(corpus.rows_of)),
            str(facts["encoder"]["name"]),
            str(facts["encoder"]["fingerprint"]),
            float(facts["confidence"]),
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
