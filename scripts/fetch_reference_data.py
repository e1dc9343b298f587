#!/usr/bin/env python
"""Fetch the published data from its publishers: O*NET 30.1, Eloundou et al. 2023, AEI 2025."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import EngineError
from engine.corpus.sources import download
from engine.utils import resources


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=resources.data_dir(),
        help=f"folder for the data; default ${resources.DATA_VARIABLE}, else %(default)s",
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="fetch only this source"
    )
    options = parser.parse_args()
    try:
        sources = download.named(options.only)
        for source in sources:
            download.fetch(options.data_dir, [source])
            print(f"{source.name}: {options.data_dir / source.path.parent} ({source.licence})")
    except EngineError as error:
        print(f"fetch_reference_data: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
