"""The command that downloads the published data: fetch."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from engine.cli.options import DataDir
from engine.utils import resources


def fetch(
    data_dir: DataDir = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Download only this source: onet, eloundou, eloundou-automation, cdr, ilo, "
            "microsoft or aei; repeat for more.",
        ),
    ] = None,
) -> None:
    """Download the published data: O*NET 30.1 and published outcomes of 2023 to 2026.

    Files that are already there with the right checksum are kept, so the same command completes an
    interrupted download.
    """
    from engine.corpus.sources import download

    folder = data_dir or resources.data_dir()
    for source in download.named(only or ()):
        download.fetch(folder, [source], progress=sys.stderr.isatty())
        typer.echo(f"{source.name}: {folder / source.path.parent} ({source.license})")
