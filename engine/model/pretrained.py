"""Heads of the starter and of the published engine, shipped beside each tuned encoder.

Those of the starter engine are fitted to published outcomes; those of a published one spare whoever
builds it the encoder's version for every fold. Weights only. They belong to the tasks of one
reference and to one encoder, whose fingerprints they carry: change either, and an engine fits its
own heads until ``scripts/fit_heads.py`` has run again.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder
from engine.encoders.tuned import TunedEncoder
from engine.model.risk_model import RiskModel
from engine.utils import checksums

REFERENCES = ("starter", "published")

_logger = logging.getLogger(__name__)


def file_name(reference: str) -> str:
    """Of the heads for a reference, in the folder of their encoder."""
    return f"{reference}_heads.safetensors"


def write(model: RiskModel, reference: str, corpus: Corpus, encoder: TunedEncoder) -> Path:
    """Write the heads that belong to a reference corpus beside their encoder; returns the file."""
    from safetensors.numpy import save_file

    arrays = {name: np.ascontiguousarray(array) for name, array in model.to_arrays().items()}
    facts = {"measures": " ".join(model.measures), **_belong_to(corpus, encoder)}
    target = encoder.folder / file_name(reference)
    save_file(arrays, str(target), metadata=facts)
    checksums.write(target.parent)
    return target


def find(corpus: Corpus, encoder: Encoder) -> RiskModel | None:
    """The shipped heads that belong to this corpus and encoder; None if none do.

    Raises:
        EncoderError: if heads are not the ones that ship.
    """
    from safetensors import safe_open

    if not isinstance(encoder, TunedEncoder):
        return None
    expected = _belong_to(corpus, encoder).items()
    for name in map(file_name, REFERENCES):
        if not (encoder.folder / name).is_file():
            continue
        checksums.check(encoder.folder, name)
        with safe_open(str(encoder.folder / name), framework="numpy") as stream:
            facts = stream.metadata()
            if facts.items() >= expected:
                _logger.info("heads that ship are used: %s", name)
                arrays = {key: stream.get_tensor(key) for key in stream.keys()}  # noqa: SIM118
                return RiskModel.from_arrays(arrays, facts["measures"].split())
    return None


def _belong_to(corpus: Corpus, encoder: TunedEncoder) -> dict[str, str]:
    """Of the corpus the tasks alone: wages and other titles, which it may lack, change no head."""
    tasks = hashlib.sha256(corpus.files()["tasks.csv"]).hexdigest()
    return {"tasks": tasks, "encoder": encoder.fingerprint}
