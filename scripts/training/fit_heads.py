#!/usr/bin/env python
"""Fit the heads that ship for the starter reference and an encoder.

    python scripts/training/fit_heads.py [--encoder work|static] [--data-dir DIR]

Users who lack the published data cannot fit them: most are fitted to the published outcomes. Run
this for each encoder after the encoder or the reference has changed. Then run ``make checksums``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from engine import EngineError
from engine.corpus.corpus import Corpus
from engine.corpus.references import PUBLISHED, read_reference, read_starter
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import TUNED
from engine.encoders.tuned import TunedEncoder
from engine.evaluation.transfer import fit_to_own, fit_to_target
from engine.model import pretrained
from engine.model.cross_fitting import make_reference
from engine.model.risk_model import RiskModel
from engine.utils import resources


def main() -> int:
    options = _options()
    encoder = TUNED[options.encoder]()
    try:
        rated = read_reference(PUBLISHED, options.data_dir)
        corpus = read_starter()
        written = pretrained.save(fit(corpus, rated, encoder), corpus, encoder)
    except EngineError as error:
        print(f"fit_heads: {error}", file=sys.stderr)
        return 2
    print(f"wrote {written}, {written.stat().st_size / 1e6:.1f} MB")
    return 0


def fit(corpus: Corpus, rated: Corpus, encoder: TunedEncoder) -> list[RiskModel]:
    """Fit heads for the starter reference: the final model, then one that lacks each fold.

    Args:
        corpus: the starter reference. Measures that the published reference lacks are fitted to
            its own outcomes.
        rated: the published reference.
        encoder: of the reference.
    """
    cache = EmbeddingCache()
    vectors = cache.encode(encoder, corpus.tasks["task"].tolist())
    transferred = fit_to_target(rated, make_reference(corpus, encoder, vectors), encoder, cache)
    own = [name for name in corpus.measures if name not in transferred.measures]
    folds = encoder.folds.of(corpus.tasks["soc_code"].tolist())
    everything = np.arange(len(folds))
    models = []
    for rows in (everything, *(np.flatnonzero(folds != n) for n in range(encoder.folds.count))):
        reference = make_reference(corpus.take_tasks(rows), encoder, vectors[rows])
        models.append(transferred.with_measures(fit_to_own(reference, encoder, cache), own))
    return models


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--encoder", choices=sorted(TUNED), default="work", help="encoder of the reference"
    )
    parser.add_argument(
        "--data-dir", type=Path, default=resources.data_dir(), help="folder of the published data"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
