#!/usr/bin/env python
"""Fit the starter engine's heads to the published outcomes, and write them beside the encoder.

    python scripts/fit_starter_heads.py [--encoder work|static] [--data-dir DIR]

Run it for each encoder after the starter reference or the encoder has changed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import Corpus, EngineError, evaluation, places, shipped_heads
from engine.cross_fitting import make_reference
from engine.encoder import EmbeddingCache
from engine.encoders import TUNED
from engine.sources import published


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=places.data_dir())
    parser.add_argument("--encoder", choices=sorted(TUNED), default="work")
    options = parser.parse_args()
    try:
        target, _ = published.read(options.data_dir)
        starter = Corpus.read(places.shipped("reference_tasks"), "starter")
        encoder, cache = TUNED[options.encoder](), EmbeddingCache()
        vectors = cache.encode(encoder, starter.tasks["task"].tolist())
        reference = make_reference(starter, encoder, vectors)
        model = evaluation.fit_to(target, reference, encoder, cache)
        written = shipped_heads.write(model, starter, encoder)
    except EngineError as error:
        print(f"fit_starter_heads: {error}", file=sys.stderr)
        return 2
    print(f"wrote {written}, {written.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
