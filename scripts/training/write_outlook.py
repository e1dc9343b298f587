#!/usr/bin/env python
"""Write wages, projections and education of BLS (public domain) into the starter's occupations.

    python scripts/training/write_outlook.py --data-dir DIR

DIR has the folder bls_2025; see docs/published-reference.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from engine.corpus.columns import OCCUPATION_COLUMNS, OCCUPATIONS_FILE
from engine.corpus.sources import bls
from engine.utils import resources


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=resources.data_dir(), metavar="DIR")
    options = parser.parse_args()
    path = resources.shipped("reference_tasks") / OCCUPATIONS_FILE
    table = pd.read_csv(path, dtype=str, keep_default_na=False)[list(OCCUPATION_COLUMNS)]
    facts = bls.read(options.data_dir, table["soc_code"])
    if not facts:
        parser.error(f"{options.data_dir} has no folder {bls.FOLDER}")
    outlook = pd.DataFrame([facts[code] for code in table["soc_code"]])
    table.join(outlook).to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
