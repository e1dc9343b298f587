"""The reference corpora by name: starter, published, or a corpus of your own."""

from __future__ import annotations

from pathlib import Path

from engine.corpus.corpus import Corpus
from engine.corpus.provenance import PUBLISHED as PUBLISHED
from engine.corpus.provenance import STARTER as STARTER
from engine.corpus.sources import published
from engine.utils import resources


def read_starter() -> Corpus:
    """The starter reference, which ships with the engine."""
    return Corpus.read(resources.shipped("reference_tasks"), STARTER)


def read_reference(name: str, data_dir: Path) -> Corpus:
    """A reference corpus.

    Args:
        name: ``starter``, ``published`` (from the files in ``data_dir``), or the path of a corpus.

    Raises:
        InputError, CorpusError: if a file is missing or invalid.
    """
    if name == STARTER:
        return read_starter()
    if name == PUBLISHED:
        return published.read(data_dir)[0]
    return Corpus.read(name)
