#!/usr/bin/env python
"""Tune the title encoder and fit the ranking of titles: models/titles.

It takes about half an hour on one core. The ESCO-O*NET crosswalk, TalentCLEF and MELO are not read.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine import Corpus
from engine.encoders.cache import EmbeddingCache
from engine.encoders.minilm import MiniLMEncoder
from engine.intake.title_encoder import TitleEncoder
from engine.intake.title_index import NameIndex
from engine.intake.title_ranking import FILE
from engine.intake.title_text import title_words
from engine.utils import checksums, resources
from scripts.training import muse
from scripts.training.title_calibration import (
    fit_ranking,
    general_examples,
    onet_examples,
    read_staff_titles,
    with_threshold,
)
from scripts.training.title_examples import Titles, read_titles
from scripts.training.title_tuning import Concepts, tune, write

ROOT = Path(__file__).resolve().parents[2]
PHRASES = Path(__file__).parent / "title_phrases.csv"
STAFF = ROOT / "tests" / "data" / "titles.csv"
OUTPUT = ROOT / "models" / "titles"
PRIOR_DIMENSIONS = 128
OTHER_LANGUAGES = ("de", "es", "fr")
WORDS = 8_000
"""Most frequent words of each of them that get vectors."""
TOKEN = re.compile(r"[^\W\d_]+")
HELD_OUT = 0.03
"""Part of the titles of O*NET alone that the encoder is not tuned on, to fit the ranking."""
OWN_TIMES = 3
"""How often an epoch has each title written for this project; it has those not in English twice."""
LEAST_COMPOUNDS = 3
"""Number of compounds that make what they start with a part."""
LEAST_PART = 4
"""Least number of characters of a part of a German compound."""
EPOCHS = 22.0
THRESHOLD = 0.55
"""Least probability of a match; see the card for what other thresholds give."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=resources.data_dir(), metavar="DIR")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="DIR")
    parser.add_argument("--epochs", type=float, default=EPOCHS)
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--ranking-only", action="store_true", help="keep the encoder; fit the ranking again"
    )
    options = parser.parse_args()
    reference = resources.shipped("reference_tasks")
    titles = read_titles(options.data_dir, reference, PHRASES)
    held_out = held_out_rows(titles)
    if not options.ranking_only:
        tune_encoder(titles, held_out, options)
    checksums.write(options.output)
    index = NameIndex(Corpus.of(reference), TitleEncoder.read(options.output))
    judged = read_staff_titles(STAFF, "judged")
    examples = [
        *read_staff_titles(STAFF, "fit"),
        *onet_examples(titles, np.flatnonzero(held_out).tolist(), options.seed + 5),
        *general_examples(judged),
    ]
    ranking = with_threshold(fit_ranking(index, examples), options.threshold)
    (options.output / FILE).write_text(ranking.to_json(), encoding="utf-8")
    checksums.write(options.output)


def tune_encoder(titles: Titles, held_out: np.ndarray, options: argparse.Namespace) -> None:
    """Tune the encoder and write it."""
    parts = compound_words(titles)
    words, prior = word_prior(titles, parts)
    senses = muse.embed(titles.texts)
    kept = np.flatnonzero(~held_out)
    own = np.flatnonzero(np.array(titles.own))
    other = np.flatnonzero(np.array(titles.languages) != "en")
    rows = np.concatenate([kept, np.repeat(own, OWN_TIMES - 1), other])
    concepts = Concepts.of(titles)
    network = tune(
        titles,
        concepts,
        words,
        prior,
        senses,
        parts=parts,
        rows=rows,
        epochs=options.epochs,
        seed=options.seed,
    )
    write(options.output, network, concepts, words, parts)


def held_out_rows(titles: Titles) -> np.ndarray:
    """Return which titles the encoder is not tuned on: some that only O*NET lists."""
    return np.array(
        [
            bool(soc)
            and not esco
            and not own
            and zlib.crc32(f"x{text}".encode()) % 100 < 100 * HELD_OUT
            for text, soc, esco, own in zip(
                titles.texts, titles.soc, titles.esco, titles.own, strict=True
            )
        ]
    )


def compound_words(titles: Titles) -> set[str]:
    """Return the words that German compounds are made of.

    They are the words of German titles, and what several of their compounds have before such a
    word, as "kunden" in "kundenberater" and "kundendienst".
    """
    words = {
        word
        for text, language in zip(titles.texts, titles.languages, strict=True)
        if language == "de"
        for word in title_words(text)
    }
    alone = {word for word in words if len(word) >= LEAST_PART}
    before: Counter[str] = Counter()
    for word in words:
        for start in range(LEAST_PART, len(word) - LEAST_PART + 1):
            if word[start:] in alone:
                first = word[:start]
                before[first.removesuffix("s") if len(first) > LEAST_PART else first] += 1
                break
    return alone | {word for word, count in before.items() if count >= LEAST_COMPOUNDS}


def word_prior(titles: Titles, parts: set[str]) -> tuple[list[str], np.ndarray]:
    """Return all words to know, and their vectors by two encoders, in fewer dimensions.

    The words are those of the titles, the parts of compounds, the whole words of MiniLM's own
    vocabulary, and frequent words of other languages. So words that no title has are near words of
    similar meaning: of English by MiniLM, of any language by multilingual USE.
    """
    from tokenizers import Tokenizer

    from engine.encoders.minilm_files import minilm_folder

    vocabulary = Tokenizer.from_file(str(minilm_folder() / "tokenizer.json")).get_vocab()
    spelled = [
        word for word in sorted(vocabulary) if word.isalpha() and word.isascii() and len(word) > 2
    ]
    for language in OTHER_LANGUAGES:
        spelled += [word for word in muse.frequent_words(language, WORDS) if word.isalpha()]
    spellings = _spellings(titles, parts, spelled)
    words = list(spellings)
    encoder = MiniLMEncoder()
    by_minilm = EmbeddingCache().encode(encoder, words, progress=True)
    by_muse = muse.embed(list(spellings.values()))
    return words, np.hstack([_reduced(by_minilm), _reduced(by_muse)])


def _spellings(titles: Titles, parts: set[str], spelled: Sequence[str]) -> dict[str, str]:
    """Map each word to know to how it is most often spelled, with accents and gender."""
    counts: dict[str, Counter[str]] = {}
    for text in titles.texts:
        tokens = TOKEN.findall(text.lower())
        reduced = [title_words(token) for token in tokens]
        for word in title_words(text):
            counts.setdefault(word, Counter())
        for token, found in zip(tokens, reduced, strict=True):
            if len(found) == 1 and found[0] in counts:
                counts[found[0]][token] += 1
    known = {word: found.most_common(1)[0][0] if found else word for word, found in counts.items()}
    for part in sorted(parts):
        known.setdefault(part, part)
    for token in spelled:
        found = title_words(token)
        if len(found) == 1:
            known.setdefault(found[0], token)
    return known


def _reduced(vectors: np.ndarray) -> np.ndarray:
    """Return vectors by their principal components, shape (n, PRIOR_DIMENSIONS), float32."""
    vectors = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(vectors[::3], full_matrices=False)
    reduced = vectors @ axes[:PRIOR_DIMENSIONS].T
    return (reduced / reduced.std()).astype(np.float32)


if __name__ == "__main__":
    main()
