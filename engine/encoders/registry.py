"""Encoders by name, and which of them an engine may load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from engine.encoders.base import Encoder
from engine.encoders.minilm import MiniLMEncoder
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.encoders.static import StaticEncoder
from engine.encoders.work import WorkEncoder
from engine.errors import EncoderError, InputError, abbreviate

TUNED: dict[str, type[WorkEncoder] | type[StaticEncoder]] = {
    encoder.name: encoder for encoder in (WorkEncoder, StaticEncoder)
}
"""Encoders that ship, tuned on outcomes, by name."""

SHIPPED = frozenset({*TUNED, MiniLMEncoder.name})
"""Names of the encoders that ship."""

_OTHER_NAMES = {"multilingual": WorkEncoder.name}  # its engines read other languages


def find_encoder(name: str) -> Encoder:
    """Return an encoder by a name that the user gave, which may be downloaded.

    Args:
        name: ``work`` (or ``multilingual``, the same), ``static``, ``minilm``, or the folder or
            name of a sentence-transformer.

    Raises:
        InputError: if ``name`` is not text.
        EncoderError: if the files of a shipped encoder are missing or modified.
    """
    if not isinstance(name, str) or not name or not name.isprintable():
        raise InputError(f"encoder is {abbreviate(name)}; give its name or folder")
    name = _OTHER_NAMES.get(name, name)
    if name in TUNED:
        return TUNED[name]()
    return MiniLMEncoder() if name == MiniLMEncoder.name else SentenceTransformerEncoder(name)


def allowed_encoder(name: str, allowed: str | None, where: str) -> Encoder:
    """Return the encoder that an engine names, if it ships or the user allows it.

    An engine may come from a stranger. Another name could make a model hub answer a request, or
    name a folder with code. Without permission, the engine still scores its catalog, which needs no
    encoder.

    Args:
        name: as the engine names it.
        allowed: the name that the user allows besides those that ship; None for no other.
        where: the engine, for errors.

    Returns:
        the encoder; one that raises ``EncoderError`` when it is used, if it is not allowed.
    """
    if name in SHIPPED or (allowed is not None and name == allowed):
        return find_encoder(name)
    return _ForbiddenEncoder(name, where)


class _ForbiddenEncoder:
    """Stands for an encoder that must not be loaded."""

    def __init__(self, name: str, where: str) -> None:
        self.name = name
        self._where = where

    @property
    def fingerprint(self) -> str:
        self._fail()

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Raise ``EncoderError``."""
        self._fail()

    def _fail(self) -> NoReturn:
        raise EncoderError(
            f"{self._where} names the encoder {abbreviate(self.name)}, which does not ship with "
            "this package, so it was not loaded; if you trust it, allow it with --allow-encoder "
            "NAME or RiskEngine.load(allow_encoder=NAME)"
        )
