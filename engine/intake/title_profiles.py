"""Rank titles by how alike they are, for lists of titles that are not a catalog's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.encoders.multilingual import FOLDER, read_student
from engine.intake import title_encoder
from engine.intake.title_text import title_words
from engine.utils import resources

STUDENT_WEIGHT = 0.3
"""Weight of the cosine by the student."""

HEAD_WEIGHTS = {"soc": 0.3, "esco": 0.6, "isco": 0.3}
"""Weights of the occupations that titles may name, by the heads of the title encoder."""


def title_profiles(titles: Sequence[str]) -> np.ndarray:
    """Return vectors whose products say how alike two titles are.

    The product of two is the cosine of their vectors by the title encoder, plus a part of that by
    the student that reads sentences of several languages, plus weighted Bhattacharyya coefficients
    of the occupations that the titles may name, by each head.

    Args:
        titles: job titles, in English, German, Spanish or French.

    Returns:
        Shape (n_titles, n), float32.

    Raises:
        EncoderError: if weights are missing or modified.
    """
    student = read_student(resources.shipped("models") / FOLDER)
    encoder = title_encoder.shipped()
    vectors = encoder.encode([title_words(title) for title in titles])
    parts = [vectors, np.sqrt(np.float32(STUDENT_WEIGHT)) * student.embed(titles)]
    for name, weight in HEAD_WEIGHTS.items():
        heads = encoder.heads[name]
        scores = heads.scale * vectors @ heads.vectors.T + heads.biases
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        parts.append(np.sqrt(weight * share / share.sum(axis=1, keepdims=True)))
    return np.hstack(parts)
