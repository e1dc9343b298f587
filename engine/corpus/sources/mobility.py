"""Read tables of moves that people made between jobs, and place them in a catalog.

Three forms are recognized:

- your own CSV file with the columns ``from_soc``, ``to_soc`` and ``count``;
- a file of JobHop, see ``engine.corpus.sources.jobhop``;
- the folder of the occupational mobility network, see ``engine.corpus.sources.mobility_network``.

Codes are those of the catalog, superseded ones, SOC codes without the digits of O*NET, groups of
SOC such as 25-1000 or 29-112X, and unit groups of ISCO-08. A code that stands for several
occupations counts for each of them, by its share.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from engine.corpus.catalogue import catalogue_code
from engine.corpus.columns import MOVE_COLUMNS
from engine.corpus.corpus import Corpus
from engine.corpus.moves import SOURCE
from engine.corpus.sources import jobhop, mobility_network
from engine.errors import CorpusError, InputError
from engine.records import isco
from engine.utils.bounded_read import is_folder
from engine.utils.delimited import parse_table, read_text

Counts = Mapping[tuple[str, str], float]
"""Code of the origin and of the destination -> number of moves."""

_SOC_GROUP = re.compile(r"\d\d-(?=.{4}$)\d+[0X]+")
_SOC = re.compile(r"\d\d-\d{4}")
_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class PlacedMoves:
    """Moves between occupations of a catalog.

    Attributes:
        table: as ``Corpus.moves``.
        source: name of the table that they come from.
        read: number of moves to another code in the table.
        unknown: code that the catalog lacks -> number of moves from or to it, the most first.
    """

    table: pd.DataFrame
    source: str
    read: float
    unknown: Mapping[str, float]

    def __str__(self) -> str:
        placed = self.table["count"].sum()
        text = f"{self.source}: {placed:,.0f} of {self.read:,.0f} moves are between its occupations"
        if self.unknown:
            listed = ", ".join(list(self.unknown)[:_NAMED])
            more = ", …" if len(self.unknown) > _NAMED else ""
            text += f"; the catalog lacks {len(self.unknown)} codes: {listed}{more}"
        return text


def read_moves(path: Path, corpus: Corpus) -> PlacedMoves:
    """Read moves in any of the three forms, and place them in the catalog of a corpus.

    Raises:
        InputError: if the file is missing, has none of the forms, or no code of it is known.
        CorpusError: listing the invalid rows of your own file.
    """
    if is_folder(path):
        return _place(mobility_network.read(path), mobility_network.NAME, path, corpus)
    text = read_text(path)
    header = text.partition("\n")[0]
    if jobhop.CODE in header:
        return _place(jobhop.read(text, str(path)), jobhop.NAME, path, corpus)
    return _place(_read_own(text, path), path.stem, path, corpus)


def with_moves(corpus: Corpus, moves: PlacedMoves) -> Corpus:
    """Return the corpus with these moves instead of its own."""
    return replace(corpus, moves=moves.table)


def _read_own(text: str, path: Path) -> Counts:
    faults: list[str] = []
    counts: defaultdict[tuple[str, str], float] = defaultdict(float)
    for line, row in parse_table(text, str(path), MOVE_COLUMNS):
        try:
            count = float(row["count"])
        except ValueError:
            count = 0.0
        if not 0 < count < float("inf"):
            faults.append(f"{path} line {line}, column count: give a number above 0")
        start, end = row["from_soc"].strip().upper(), row["to_soc"].strip().upper()
        for name, code in (("from_soc", start), ("to_soc", end)):
            if not code:
                faults.append(f"{path} line {line}, column {name}: blank; give a SOC code")
        counts[start, end] += count
    if faults:
        raise CorpusError(f"table of moves {path}", faults)
    return counts


def _place(counts: Counts, source: str, path: Path, corpus: Corpus) -> PlacedMoves:
    share_of = lru_cache(maxsize=None)(lambda code: _shares(code, corpus))
    placed: defaultdict[tuple[str, str], float] = defaultdict(float)
    unknown: defaultdict[str, float] = defaultdict(float)
    read = 0.0
    for (start, end), count in counts.items():
        if start == end:
            continue
        read += count
        for code in (start, end):
            if not share_of(code):
                unknown[code] += count
        for first, part in share_of(start).items():
            for second, other in share_of(end).items():
                if first != second:
                    placed[first, second] += count * part * other
    if not placed:
        raise InputError(
            f"{path}: no move is between two occupations of the {corpus.name} reference"
            f"{_first_codes(unknown)}; give SOC codes, or place the files of ESCO in the data "
            "folder for codes of ISCO-08"
        )
    rows = [(start, end, count, source) for (start, end), count in sorted(placed.items())]
    return PlacedMoves(
        table=pd.DataFrame(rows, columns=[*MOVE_COLUMNS, SOURCE]),
        source=source,
        read=read,
        unknown=dict(sorted(unknown.items(), key=lambda item: -item[1])),
    )


def _first_codes(unknown: Iterable[str]) -> str:
    listed = ", ".join(list(unknown)[:_NAMED])
    return f" (it lacks {listed})" if listed else ""


def _shares(code: str, corpus: Corpus) -> Mapping[str, float]:
    """Occupation of the catalog -> share of a code; {} if the catalog has nothing of it."""
    catalog = corpus.rows_of
    if isco.is_isco(code) and code not in catalog:
        links = corpus.links.links_of_group(code, catalog).found
        return {link.soc_code: link.weight for link in links}
    if _SOC_GROUP.fullmatch(code):
        return _equal(found for found in catalog if found.startswith(code.rstrip("0X")))
    if _SOC.fullmatch(code):
        return _equal(found for found in catalog if found.startswith(code))
    try:
        current = catalogue_code(corpus, code)
    except InputError:
        return {}
    return {current: 1.0} if current in catalog else {}


def _equal(found: Iterable[str]) -> Mapping[str, float]:
    listed = list(found)
    return {code: 1 / len(listed) for code in listed}
