#!/usr/bin/env python
"""Fit the heads that ship for a reference to the published outcomes, beside their encoder.

    python scripts/fit_heads.py starter|published [--encoder work|static] [--data-dir DIR]

The starter engine cannot be fitted where the published data are not. A published one could be, by
the encoder's version for each fold, which takes most of the time of a build. Run it for each
encoder after that, or the reference, has changed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import Corpus, EngineError
from engine.corpus.sources import published
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import TUNED
from engine.evaluation import held_out
from engine.model import pretrained
from engine.model.cross_fitting import fit_own, make_reference
from engine.utils import resources


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", choices=pretrained.REFERENCES)
    parser.add_argument("--encoder", choices=sorted(TUNED), default="work")
    parser.add_argument("--data-dir", type=Path, default=resources.data_dir())
    options = parser.parse_args()
    try:
        rated, _ = published.read(options.data_dir)
        encoder, cache = TUNED[options.encoder](), EmbeddingCache()
        starter = options.reference == "starter"
        corpus = Corpus.read(resources.shipped("reference_tasks"), "starter") if starter else rated
        vectors = cache.encode(encoder, corpus.tasks["task"].tolist())
        reference = make_reference(corpus, encoder, vectors)
        if starter:
            model = held_out.fit_to(rated, reference, encoder, cache)
        else:  # as RiskEngine.build fits an engine whose heads do not ship
            shares = reference.time_shares(reference.look_up_own())
            model = fit_own(reference, shares, encoder, cache)
        written = pretrained.write(model, options.reference, corpus, encoder)
    except EngineError as error:
        print(f"fit_heads: {error}", file=sys.stderr)
        return 2
    print(f"wrote {written}, {written.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
