"""TODO."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from engine.errors import EncoderError

DEFAULT_ENCODER = "work"


class Encoder(Protocol):
    """What the engine asks of an encoder."""

    name: str

    @property
    def fingerprint(self) -> str:
        """Changes whenever vectors may: an engine works only with the encoder that built it."""
        ...

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Unit vectors of ``texts``, shape (n_texts, n_dimensions), float32."""
        ...


def check_fingerprint(encoder: Encoder, expected: str, where: str) -> None:
    """Raise ``EncoderError`` if ``encoder`` is not the one that ``where`` was built with."""
    if encoder.fingerprint != expected:
        raise EncoderError(
            f"encoder {encoder.name!r} is not the one {where} was built with (fingerprint "
            f"{encoder.fingerprint[:12]}…, expected {expected[:12]}…): scores would mean nothing; "
            "build the engine again with this encoder, or install the one it had"
        )
