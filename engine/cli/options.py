"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.utils import resources

Engine = Annotated[
    Path | None,
    typer.Option(
        "--engine",
        help=f"Engine folder. Default: {resources.ENGINE_VARIABLE}, else the published engine if "
        "it is built, else the starter engine.",
    ),
]
Confidence = Annotated[
    float | None,
    typer.Option("--confidence", help="Probability of the intervals, such as 0.9."),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help=f"Folder of the published data. Default: {resources.DATA_VARIABLE}, else the user's "
        "cache folder.",
    ),
]
Report = Annotated[
    Path | None, typer.Option("--report", help="Write a JSON run report to this path.")
]
