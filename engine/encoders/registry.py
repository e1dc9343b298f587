"""Encoders by name."""

from __future__ import annotations

from engine.encoders.base import Encoder
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.encoders.static import StaticEncoder
from engine.encoders.work import WorkEncoder

TUNED: dict[str, type[WorkEncoder] | type[StaticEncoder]] = {
    encoder.name: encoder for encoder in (WorkEncoder, StaticEncoder)
}
"""Encoders that ship, tuned on outcomes."""


def find_encoder(name: str) -> Encoder:
    """The encoder of a name: ``work``, ``static``, or what ``SentenceTransformerEncoder`` takes."""
    return TUNED[name]() if name in TUNED else SentenceTransformerEncoder(name)
