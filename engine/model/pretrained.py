"""Load and save the heads that ship for the starter and the published reference.

Each tuned encoder ships with both. The starter engine gets heads that were fitted to published
outcomes. For the published engine, they save most of the build time: embedding the tasks with the
adapter of every fold. Heads are valid for the tasks of one reference and for one encoder, and
contain the fingerprints of both. If either changes, an engine fits its own heads until
``scripts/training/fit_heads.py`` has run again.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import numpy as np

from engine.corpus.corpus import TASKS_FILE, Corpus
from engine.corpus.references import PUBLISHED, STARTER
from engine.encoders.base import Encoder
from engine.encoders.tuned import TunedEncoder
from engine.model import serialization
from engine.model.risk_model import RiskModel
from engine.utils import checksums

REFERENCES = (STARTER, PUBLISHED)
"""References that heads ship for."""

_logger = logging.getLogger(__name__)


def file_name(reference: str) -> str:
    """Return the name of the file with the heads for a reference, in the folder of the encoder."""
    return f"{reference}_heads.safetensors"


def save(model: RiskModel, reference: str, corpus: Corpus, encoder: TunedEncoder) -> Path:
    """Write heads into the folder of their encoder, and update its checksums.

    Args:
        model: the heads.
        reference: one of ``REFERENCES``.
        corpus: the reference corpus that the heads are for.
        encoder: that the heads were fitted with.

    Returns:
        The file.
    """
    from safetensors.numpy import save_file

    arrays = {
        name: np.ascontiguousarray(array) for name, array in serialization.to_arrays(model).items()
    }
    facts = {"measures": " ".join(model.measures), **_fingerprints(corpus, encoder)}
    target = encoder.folder / file_name(reference)
    save_file(arrays, str(target), metadata=facts)
    checksums.write(target.parent)
    return target


def load(corpus: Corpus, encoder: Encoder) -> RiskModel | None:
    """Load the shipped heads for this corpus and encoder; None if none ship.

    Raises:
        EncoderError: if a file of heads is not the one that ships.
    """
    from safetensors import safe_open

    if not isinstance(encoder, TunedEncoder):
        return None
    fingerprints = _fingerprints(corpus, encoder).items()
    for name in map(file_name, REFERENCES):
        if not (encoder.folder / name).is_file():
            continue
        checksums.check(encoder.folder, name)
        with safe_open(str(encoder.folder / name), framework="numpy") as stream:
            facts = stream.metadata()
            if facts.items() >= fingerprints:
                _logger.info("using the shipped heads %s", name)
                arrays = {key: stream.get_tensor(key) for key in stream.keys()}  # noqa: SIM118
                return serialization.from_arrays(arrays, facts["measures"].split())
    if corpus.name in REFERENCES:
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
