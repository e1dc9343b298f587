"""Learned kinds of the segments of a posting, in two steps.

1. A logistic regression on the vector, the layout and the hashed words of the segment alone.
2. Small networks that see the first result, the layout, and the surroundings; their mean counts.

``scripts/training/fit_postings.py`` fits both.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.encoders.base import Encoder, check_fingerprint
from engine.errors import EncoderError
from engine.intake import segment_features
from engine.intake.posting_segments import Segment
from engine.intake.segment_context import context
from engine.records.posting import KINDS
from engine.utils import checksums, resources
from engine.utils.concurrency import check_not_forked
from engine.utils.vectors import softmax

VECTOR_SCALE = 3.0
"""The vectors enter the first step times this number, so that they weigh as much as layout."""

FILE = "reader.safetensors"

_FIRST = ("vectors", "layout", "words", "bias")
_NETWORK = ("hidden", "hidden_bias", "output", "output_bias")


@dataclass(frozen=True, slots=True)
class Features:
    """Features of the segments of one text.

    Attributes:
        vectors: unit vectors, shape (n_segments, n_dimensions).
        layout: shape (n_segments, n_layout).
        words: columns of the hashed words of each segment.
    """

    vectors: np.ndarray
    layout: np.ndarray
    words: Sequence[np.ndarray]

    @property
    def own(self) -> np.ndarray:
        """Layout that a text has by itself, wherever it stands, shape (n_segments, OWN)."""
        return self.layout[:, : segment_features.OWN]

    @classmethod
    def of(cls, segments: Sequence[Segment], vectors: np.ndarray) -> Features:
        """Return the features of segments with these vectors."""
        texts = [segment.text for segment in segments]
        return cls(vectors, segment_features.layout(segments), segment_features.hashed(texts))


def second_input(segments: Sequence[Segment], features: Features, first: np.ndarray) -> np.ndarray:
    """Return the input of the second step, shape (n_segments, n_features), float32.

    Args:
        segments: of one text.
        features: their features.
        first: probabilities by the first step, shape (n_segments, n_kinds).
    """
    return np.hstack([features.layout, context(segments, first, features.vectors)])


class SegmentClassifier:
    """Probability of each kind for each segment of a text.

    Args:
        arrays: weights of both steps by name, as ``fit_postings.py`` writes them.
        verbs: English verbs of work, for splitting sentences into clauses.
        encoder_fingerprint: of the encoder whose vectors the weights were learned from.
    """

    def __init__(
        self, arrays: Mapping[str, np.ndarray], verbs: frozenset[str], encoder_fingerprint: str
    ) -> None:
        single = {name: array.astype(np.float32) for name, array in arrays.items()}
        self._vectors, self._layout, self._words, self._bias = (single[name] for name in _FIRST)
        self._networks = [
            tuple(single[f"{name}_{number}"] for name in _NETWORK)
            for number in range(sum(name.startswith("hidden_bias_") for name in single))
        ]
        self.verbs = verbs
        self.encoder_fingerprint = encoder_fingerprint

    @classmethod
    def load(cls, folder: Path | None = None) -> SegmentClassifier:
        """Load the classifier that ships, or the one in a folder.

        Raises:
            EncoderError: if the file is missing, or does not match its checksum.
        """
        from safetensors import safe_open

        folder = folder or shipped_folder()
        checksums.check(folder, FILE)
        with safe_open(str(folder / FILE), framework="numpy") as stream:
            facts = stream.metadata()
            arrays = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
        if json.loads(facts["kinds"]) != list(KINDS):
            raise EncoderError(
                f"{folder / FILE} was fitted for other kinds of lines; run "
                "'python scripts/training/fit_postings.py'"
            )
        return cls(arrays, frozenset(facts["verbs"].split()), facts["encoder"])

    def probabilities(self, segments: Sequence[Segment], vectors: np.ndarray) -> np.ndarray:
        """Return the probability of each kind, shape (n_segments, n_kinds), rows sum to 1.

        Args:
            segments: of one text, in order.
            vectors: their unit vectors, shape (n_segments, n_dimensions).
        """
        if not segments:
            return np.zeros((0, len(KINDS)))
        features = Features.of(segments, vectors)
        inputs = second_input(segments, features, self.first_step(features))
        return np.mean([_network(inputs, *weights) for weights in self._networks], axis=0)

    def first_step(self, features: Features) -> np.ndarray:
        """Return the probabilities that each segment gets alone, shape (n_segments, n_kinds)."""
        words = np.stack(
            [self._words[columns].sum(axis=0) / np.sqrt(len(columns)) for columns in features.words]
        )
        known = VECTOR_SCALE * features.vectors @ self._vectors + features.own @ self._layout
        return softmax(known + words + self._bias)


def _network(
    inputs: np.ndarray,
    hidden: np.ndarray,
    hidden_bias: np.ndarray,
    output: np.ndarray,
    output_bias: np.ndarray,
) -> np.ndarray:
    return softmax(np.maximum(inputs @ hidden + hidden_bias, 0) @ output + output_bias)


def shipped_folder() -> Path:
    """Return the folder of the classifier that ships."""
    return resources.shipped("models") / "postings"


_loading = threading.Lock()
_shipped: tuple[SegmentClassifier, Encoder] | None = None


def shipped() -> tuple[SegmentClassifier, Encoder]:
    """Return the classifier that ships and its encoder, loaded once in a process.

    Raises:
        EncoderError: if a file is missing or modified, or this process was forked after an engine
            or an encoder was loaded.
    """
    global _shipped
    check_not_forked()
    with _loading:
        if _shipped is None:
            from engine.encoders.minilm import MiniLMEncoder

            classifier = SegmentClassifier.load()
            encoder = MiniLMEncoder()
            check_fingerprint(encoder, classifier.encoder_fingerprint, str(shipped_folder()))
            _shipped = classifier, encoder
    return _shipped
