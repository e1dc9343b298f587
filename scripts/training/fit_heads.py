#!/usr/bin/env python
"""Fit the heads that ship for a reference and an encoder to the published outcomes.

    python scripts/training/fit_heads.py starter|published [--encoder work|static] [--data-dir DIR]

Users who lack the published data cannot fit the heads of the starter engine. Those of the published
engine could be fitted in every build, but that would take most of its time. Run this for each
encoder after the encoder or the reference has changed. Then run ``make checksums``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import EngineError
from engine.corpus.corpus import Corpus
from engine.corpus.references import PUBLISHED, STARTER, read_reference, read_starter
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
        corpus = read_starter() if options.reference == STARTER else rated
        model = fit(corpus, rated, encoder)
        written = pretrained.save(model, options.reference, corpus, encoder)
    except EngineError as error:
        print(f"fit_heads: {error}", file=sys.stderr)
        return 2
    print(f"wrote {written}, {written.stat().st_size / 1e6:.1f} MB")
    return 0


def fit(corpus: Corpus, rated: Corpus, encoder: TunedEncoder) -> RiskModel:
    """Fit heads for a reference.

    Args:
        corpus: the reference. Measures that the published reference lacks are fitted to its own
            outcomes.
        rated: the published reference. If it is the same, the heads are those that a build fits.
        encoder: encoder of the reference.
    """
    cache = EmbeddingCache()
    vectors = cache.encode(encoder, corpus.tasks["task"].tolist())
    reference = make_reference(corpus, encoder, vectors)
    own = fit_to_own(reference, encoder, cache)
    if corpus is rated:
        return own
    transferred = fit_to_target(rated, reference, encoder, cache)
    return transferred.with_measures(
        {name: head for name, head in own.measures.items() if name not in transferred.measures}
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "reference", choices=pretrained.REFERENCES, help="reference to fit heads for"
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
