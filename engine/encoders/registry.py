"""Encoders by name."""

from __future__ import annotations

from engine.encoders.base import Encoder
from engine.encoders.minilm import MiniLMEncoder
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.encoders.static import StaticEncoder
from engine.encoders.work import WorkEncoder

TUNED: dict[str, type[WorkEncoder] | type[StaticEncoder]] = {
    encoder.name: encoder for encoder in (WorkEncoder, StaticEncoder)
}
"""Encoders that ship, tuned on outcomes, by name."""

_OTHER_NAMES = {"multilingual": WorkEncoder.name}  # its engines read other languages


def find_encoder(name: str) -> Encoder:
    """Return an encoder by name.

    Args:
        name: ``work`` (or ``multilingual``, the same), ``static``, ``minilm``, or the folder or
            name of a sentence-transformer.

    Raises:
        EncoderError: if the files of a shipped encoder are missing or modified.
    """
    name = _OTHER_NAMES.get(name, name)
    if name in TUNED:
        return TUNED[name]()
    return MiniLMEncoder() if name == MiniLMEncoder.name else SentenceTransformerEncoder(name)
