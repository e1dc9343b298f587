"""all-MiniLM-L6-v2, plain or with an adapter, in the lightest library that is installed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders import side_by_side
from engine.encoders.minilm_files import MINILM_FINGERPRINT, adapted_fingerprint
from engine.encoders.precision import computes_in_bfloat16
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.utils.concurrency import check_not_forked
from engine.utils.vectors import unit

_loading = threading.Lock()


class MiniLMEncoder:
    """An ``Encoder``: MiniLM in onnxruntime if it is installed, or else in sentence-transformers.

    Both give the same vectors up to rounding. The weights are read when a text is first embedded.
    Any number of threads may share the encoder. Only sentence-transformers computes in bfloat16.

    Args:
        adapter: folder of a LoRA adapter to merge into the weights.
    """

    name = "minilm"

    def __init__(self, adapter: Path | None = None) -> None:
        self._adapter = adapter
        self._network: Callable[..., np.ndarray] | None = None
        self._fingerprint: str | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of weights, tokenizer, maximum length and adapter; it loads no weights."""
        if self._fingerprint is None:
            plain, adapter = MINILM_FINGERPRINT, self._adapter
            self._fingerprint = plain if adapter is None else adapted_fingerprint(plain, adapter)
        return self._fingerprint

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        """Return unit vectors, shape (n_texts, 384), float32.

        Each distinct text is embedded once.

        Raises:
            EncoderError: if a file is missing or modified, or the encoder was loaded before a fork.
        """
        distinct = list(dict.fromkeys(texts))
        vectors = self._load()(distinct, progress=progress)
        row = {text: number for number, text in enumerate(distinct)}
        return vectors[[row[text] for text in texts]]

    def _load(self) -> Callable[..., np.ndarray]:
        check_not_forked()
        with _loading:
            if self._network is None:
                self._network = _network(self._adapter)
        return self._network

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_network": None}


def _network(adapter: Path | None) -> Callable[..., np.ndarray]:
    """Return a function from texts to unit vectors."""
    if find_spec("onnxruntime") is None or computes_in_bfloat16():
        return SentenceTransformerEncoder("minilm", adapter=adapter).encode
    from engine.encoders.onnx_network import OnnxNetwork

    network = OnnxNetwork(adapter)

    def encode(texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        with side_by_side.turn():
            return unit(network(texts, progress=progress))

    return encode
