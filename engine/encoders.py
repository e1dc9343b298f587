"""Encoders by name."""

from __future__ import annotations

from engine.encoder import Encoder, SentenceTransformerEncoder
from engine.static_encoder import StaticEncoder
from engine.work_encoder import WorkEncoder


def find_encoder(name: str) -> Encoder:
    """The encoder of a name: ``work``, ``static``, or what ``SentenceTransformerEncoder`` takes."""
    own = {encoder.name: encoder for encoder in (WorkEncoder, StaticEncoder)}
    return own[name]() if name in own else SentenceTransformerEncoder(name)
