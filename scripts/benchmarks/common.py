"""Options, folders, and texts that several benchmarks share."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

from engine.encoders.base import DEFAULT_ENCODER
from engine.utils import resources

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "docs" / "figures"
"""Folder of the measured figures that documents are written from."""

TEST_DATA = ROOT / "tests" / "data"

Figures = dict[str, Any]
"""What a benchmark measures, as JSON holds it."""


def add_reference(parser: argparse.ArgumentParser) -> None:
    """Add ``--reference`` and ``--data-dir``."""
    parser.add_argument(
        "--reference",
        default="starter",
        help="starter, published, or the path of a tasks.csv (default: %(default)s)",
    )
    add_data_dir(parser)


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """Add ``--data-dir``."""
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=resources.data_dir(),
        metavar="DIR",
        help="folder of the published data (default: %(default)s)",
    )


def add_encoder(parser: argparse.ArgumentParser) -> None:
    """Add ``--encoder``."""
    parser.add_argument(
        "--encoder",
        default=DEFAULT_ENCODER,
        metavar="NAME",
        help="work, minilm, static, or a sentence-transformer (default: %(default)s)",
    )


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Add ``--engine``."""
    parser.add_argument(
        "--engine", type=Path, metavar="DIR", help="engine folder (default: the default engine)"
    )


def add_seeds(parser: argparse.ArgumentParser) -> None:
    """Add ``--seeds``."""
    parser.add_argument(
        "--seeds",
        type=int,
        default=1,
        metavar="N",
        help="repeat with seeds 0 to N - 1 and average (default: %(default)s)",
    )


def not_work_texts() -> list[str]:
    """Return texts that are not work, by another author than those the engine learns from."""
    with (TEST_DATA / "not_work.csv").open(encoding="utf-8", newline="") as stream:
        return [row["text"] for row in csv.DictReader(stream)]
