"""Heads of the starter engine, fitted to published outcomes and shipped beside each tuned encoder.

Weights only. They belong to one reference and one encoder, whose fingerprints they carry: change
either, and an engine fits its own heads until ``scripts/fit_starter_heads.py`` has run again.
"""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from engine import checksums
from engine.corpus import Corpus
from engine.encoder import Encoder
from engine.risk_model import RiskModel
from engine.tuned_encoder import TunedEncoder

FILE = "starter_heads.safetensors"

_logger = logging.getLogger(__name__)


def write(model: RiskModel, corpus: Corpus, encoder: TunedEncoder) -> Path:
    """Write the heads that belong to a reference corpus beside their encoder; returns the file."""
    from safetensors.numpy import save_file

    arrays = {name: np.ascontiguousarray(array) for name, array in model.to_arrays().items()}
    facts = {
        "measures": " ".join(model.measures),
        "corpus": corpus.fingerprint,
        "encoder": encoder.fingerprint,
    }
    target = encoder.folder / FILE
    save_file(arrays, str(target), metadata=facts)
    checksums.write(target.parent)
    return target


def find(corpus: Corpus, encoder: Encoder) -> RiskModel | None:
    """The shipped heads, if they belong to this corpus and encoder; else None."""
    from safetensors import safe_open

    if not isinstance(encoder, TunedEncoder) or not (encoder.folder / FILE).is_file():
        return None
    checksums.check(encoder.folder, FILE)
    with safe_open(str(encoder.folder / FILE), framework="numpy") as stream:
        facts = stream.metadata()
        if facts["corpus"] != corpus.fingerprint or facts["encoder"] != encoder.fingerprint:
            return None
        arrays = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
    return RiskModel.from_arrays(arrays, facts["measures"].split())
