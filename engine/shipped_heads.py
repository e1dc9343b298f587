"""Heads of the starter engine, fitted to published outcomes and shipped beside its encoder.

Weights only. They belong to one reference and one encoder, whose fingerprints they carry: change
either, and an engine fits its own heads until ``scripts/fit_starter_heads.py`` has run again.
"""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from engine import checksums, places
from engine.corpus import Corpus
from engine.encoder import Encoder
from engine.risk_model import RiskModel

FILE = "starter_heads.safetensors"

_logger = logging.getLogger(__name__)


def path() -> Path:
    """Where the heads ship."""
    return places.shipped("models") / "work" / FILE


def write(target: Path, model: RiskModel, corpus: Corpus, encoder: Encoder) -> None:
    """Write the heads that belong to a reference corpus and an encoder."""
    from safetensors.numpy import save_file

    arrays = {name: np.ascontiguousarray(array) for name, array in model.to_arrays().items()}
    facts = {
        "measures": " ".join(model.measures),
        "corpus": corpus.fingerprint,
        "encoder": encoder.fingerprint,
    }
    save_file(arrays, str(target), metadata=facts)
    checksums.write(target.parent)


def find(corpus: Corpus, encoder: Encoder) -> RiskModel | None:
    """The shipped heads, if they belong to this corpus and encoder; else None."""
    from safetensors import safe_open

    if not path().is_file():
        return None
    checksums.check(path().parent, FILE)
    with safe_open(str(path()), framework="numpy") as stream:
        facts = stream.metadata()
        if facts["corpus"] != corpus.fingerprint or facts["encoder"] != encoder.fingerprint:
            return None
        arrays = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
    return RiskModel.from_arrays(arrays, facts["measures"].split())
