"""The interface of encoders, which turn texts into vectors, and a check that an encoder fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from engine.errors import EncoderError, InputError

DEFAULT_ENCODER = "work"


class Encoder(Protocol):
    """What the engine needs from an encoder.

    Attributes:
        name: name to show and to find the encoder by.
    """

    name: str

    @property
    def fingerprint(self) -> str:
        """A hash of everything that the vectors depend on; equal only if the vectors are equal."""
        ...

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Embed texts.

        Args:
            texts: any number of texts.
            progress: show a progress bar.

        Returns:
            Unit vectors, shape (n_texts, n_dimensions), float32.
        """
        ...


def check_fingerprint(encoder: Encoder, fingerprint: str, where: str) -> None:
    """Check that an encoder is the one that an engine was built with.

    Args:
        encoder: the encoder to check.
        fingerprint: fingerprint of the encoder that built the engine.
        where: the engine, as error messages name it.

    Raises:
        InputError: if ``encoder`` is not an encoder.
        EncoderError: if it is another encoder, or it cannot be loaded.
    """
    if not hasattr(encoder, "fingerprint"):
        raise InputError(f"encoder is {encoder!r}; give an encoder, or leave it out")
    if encoder.fingerprint != fingerprint:
        raise EncoderError(
            f"encoder {encoder.name!r} (fingerprint {encoder.fingerprint[:12]}) is not the one "
            f"that {where} was built with ({fingerprint[:12]}), so its scores would be "
            "meaningless; rebuild the engine with this encoder, or use the original one"
        )
