#!/usr/bin/env python
"""Embed the texts of the starter reference, and write the vectors that ship.

    python scripts/training/embed_starter.py

Run it after the encoder ``work`` or the starter reference has changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.careers.profiles import occupation_texts
from engine.corpus.corpus import Corpus
from engine.corpus.references import read_starter
from engine.encoders import shipped_vectors
from engine.encoders.base import Encoder
from engine.encoders.tuned import content_encoder
from engine.encoders.work import WorkEncoder
from engine.utils import resources
from scripts.training.rounding import round_for


def main() -> None:
    corpus = read_starter()
    tasks = corpus.tasks["task"].tolist()
    work = WorkEncoder()
    for name, encoder in (("work", work), ("minilm", content_encoder(work))):
        texts, groups = texts_of(corpus) if name == "minilm" else (tasks, [])
        vectors, means = embed(encoder, texts, groups)
        if name == "work":
            rounded = round_for(
                work.probe.weight, np.stack([*vectors.values()]), shipped_vectors.LARGEST[name]
            )
            vectors = dict(zip(vectors, rounded, strict=True))
        folder = resources.shipped("models") / name
        written = shipped_vectors.write(folder, encoder.fingerprint, vectors, means, tasks)
        print(f"wrote {written}, {written.stat().st_size / 1e6:.1f} MB")


def texts_of(corpus: Corpus) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the texts that careers are compared by, and the groups of names of occupations."""
    occupations = occupation_texts(corpus)
    texts = corpus.tasks["task"].tolist()
    texts += [text for one in occupations for text in (one.title, one.description) if text]
    return list(dict.fromkeys(texts)), [one.names for one in occupations if one.names]


def embed(
    encoder: Encoder, texts: Sequence[str], groups: Sequence[tuple[str, ...]]
) -> tuple[dict[str, np.ndarray], dict[tuple[str, ...], np.ndarray]]:
    """Return the vector of each text and the mean vector of each group, never from a cache."""
    every = [*texts, *(name for group in groups for name in group)]
    distinct = list(dict.fromkeys(every))
    vectors = dict(zip(distinct, encoder.encode(distinct, progress=True), strict=True))
    means = {group: np.mean([vectors[name] for name in group], axis=0) for group in groups}
    return {text: vectors[text] for text in texts}, means


if __name__ == "__main__":
    main()
