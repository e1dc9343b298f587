#!/usr/bin/env python
"""Fit the starter engine's heads to the published outcomes, and write them beside the encoder.

    python scripts/fit_starter_heads.py [--data-dir DIR]

Run it after the starter reference or the encoder has changed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import Corpus, EngineError, evaluation, places, shipped_heads
from engine.cross_fitting import make_reference
from engine.encoder import EmbeddingCache
from engine.sources import published
from engine.work_encoder import WorkEncoder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=places.data_dir())
    parser.add_argument("--output", type=Path, default=shipped_heads.path())
    options = parser.parse_args()
    try:
        target, _ = published.read(options.data_dir)
        starter = Corpus.read(places.shipped("reference_tasks"), "starter")
        encoder, cache = WorkEncoder(), EmbeddingCache()
        vectors = cache.encode(encoder, starter.tasks["task"].tolist())
        reference = make_reference(starter, encoder, vectors)
        model = evaluation.fit_to(target, reference, encoder, cache)
        shipped_heads.write(options.output, model, starter, encoder)
    except EngineError as error:
        print(f"fit_starter_heads: {error}", file=sys.stderr)
        return 2
    print(f"wrote {options.output}, {options.output.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
