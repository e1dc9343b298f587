"""Load and save the heads that ship for the starter reference.

The starter engine gets heads that were fitted to published outcomes, which it does not have. Heads
of measures that the starter reference alone knows were fitted to its own outcomes. They ship once
more for each fold of its occupations, fitted without that fold, so that its own tasks are scored
left out. Heads are valid for the tasks of one reference and for one encoder, and contain the
fingerprints of both. If either changes, an engine fits its own heads until
``scripts/training/fit_heads.py`` has run again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from engine.corpus.corpus import TASKS_FILE, Corpus
from engine.corpus.references import STARTER
from engine.encoders.base import Encoder
from engine.encoders.tuned import TunedEncoder
from engine.model import serialization
from engine.model.risk_model import RiskModel
from engine.records.measures import Source
from engine.utils import checksums

FILE = "starter_heads.safetensors"

_SOURCES = "sources"

_STORED: Mapping[str, type[np.floating[Any]]] = {
    "task_scores": np.float16,
    "occupation_estimates": np.float32,
    "occupation_scores": np.float32,
}
"""Large arrays that are stored in fewer bits, by the last part of their names."""

_logger = logging.getLogger(__name__)


def save(models: Sequence[RiskModel], corpus: Corpus, encoder: TunedEncoder) -> Path:
    """Write heads into the folder of their encoder, and update its checksums.

    Large arrays are stored in single or half precision. It moves an interval by at most .0005 of
    its width.

    Args:
        models: the final model, then one for each fold of the encoder.
        corpus: the reference corpus that the heads are for.
        encoder: that the heads were fitted with.

    Returns:
        The file.
    """
    from safetensors.numpy import save_file

    arrays = {
        name: np.ascontiguousarray(array, _STORED.get(name.rpartition(".")[2], array.dtype))
        for name, array in serialization.to_arrays(models).items()
    }
    facts = {
        _SOURCES: json.dumps({name: asdict(one) for name, one in models[0].sources.items()}),
        **_fingerprints(corpus, encoder),
    }
    target = encoder.folder / FILE
    save_file(arrays, str(target), metadata=facts)
    target.chmod(0o644)  # readable by all users, as the other weights
    checksums.write(target.parent)
    return target


def load(corpus: Corpus, encoder: Encoder) -> tuple[RiskModel, ...] | None:
    """Load the shipped heads for this corpus and encoder; None if none ship.

    Returns:
        The final model, then one for each fold of the encoder.

    Raises:
        EncoderError: if the file of heads is not the one that ships.
    """
    from safetensors import safe_open

    if not isinstance(encoder, TunedEncoder) or corpus.name != STARTER:
        return None
    if (encoder.folder / FILE).is_file():
        checksums.check(encoder.folder, FILE)
        with safe_open(str(encoder.folder / FILE), framework="numpy") as stream:
            facts = stream.metadata()
            if facts.items() >= _fingerprints(corpus, encoder).items():
                _logger.info("using the shipped heads %s", FILE)
                arrays = {key: stream.get_tensor(key) for key in stream.keys()}  # noqa: SIM118
                found = json.loads(facts[_SOURCES])
                sources = {name: Source(**source) for name, source in found.items()}
                return serialization.from_arrays(arrays, sources, encoder.folds.count)
    _logger.warning(
        "no shipped heads belong to this version of the %s reference and the encoder %r; "
        "fitting heads instead",
        corpus.name,
        encoder.name,
    )
    return None


def _fingerprints(corpus: Corpus, encoder: TunedEncoder) -> dict[str, str]:
    """Fingerprint the tasks and the encoder; wages and alternate titles do not affect heads."""
    tasks = hashlib.sha256(corpus.files()[TASKS_FILE]).hexdigest()
    return {"tasks": tasks, "encoder": encoder.fingerprint}
