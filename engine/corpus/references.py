"""The reference corpora by name: starter, published, isco, or a corpus of your own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from engine.corpus.corpus import Corpus
from engine.corpus.provenance import ISCO as ISCO
from engine.corpus.provenance import PUBLISHED as PUBLISHED
from engine.corpus.provenance import STARTER as STARTER
from engine.corpus.sources import isco, published
from engine.utils import resources

_JOINED: Mapping[str, Callable[[Path], tuple[Corpus, object]]] = {
    PUBLISHED: published.read,
    ISCO: isco.read,
}
"""Name of a reference -> how to join it from published data."""

BUILT_IN = (STARTER, *_JOINED)
"""Names of the references that are not paths."""


def read_starter() -> Corpus:
    """The starter reference, which ships with the engine."""
    return Corpus.read(resources.shipped("reference_tasks"), STARTER)


def read_reference(name: str, data_dir: Path) -> Corpus:
    """A reference corpus.

    Args:
        name: ``starter``; ``published`` or ``isco``, from the files in ``data_dir``; or the path
            of a corpus.

    Raises:
        InputError, CorpusError: if a file is missing or invalid.
    """
    return read_with_report(name, data_dir)[0]


def read_with_report(name: str, data_dir: Path) -> tuple[Corpus, str]:
    """A reference corpus, and what was joined and lost, as text; "" if it is in one piece.

    The arguments and errors are those of ``read_reference``.
    """
    if name == STARTER:
        return read_starter(), ""
    if name in _JOINED:
        corpus, report = _JOINED[name](data_dir)
        return corpus, str(report)
    return Corpus.read(name), ""


def summary(corpus: Corpus) -> str:
    """Return one line: numbers of occupations, tasks, and known outcomes of each measure."""
    counts = {name: int(corpus.tasks[name].notna().sum()) for name in corpus.measures}
    known = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    others = len(corpus.other_occupations)
    and_others = f" and {others} of another taxonomy" if others else ""
    return (
        f"{corpus.name}: {len(corpus.rows_of)} occupations{and_others}, "
        f"{len(corpus.tasks):,} tasks; known outcomes: {known}"
    )
