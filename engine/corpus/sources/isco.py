"""The ISCO-08 reference: the ILO's unit groups and their tasks as the catalog of an engine.

It has the tasks and outcomes of the published reference. Only the roles differ: the unit groups of
ISCO-08 are the catalog, and the rated tasks of O*NET are the evidence of another taxonomy.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from engine.corpus import provenance
from engine.corpus.columns import OCCUPATION_COLUMNS, TITLE_COLUMNS
from engine.corpus.corpus import Corpus
from engine.corpus.sources import esco, published
from engine.errors import InputError
from engine.records.isco import digits
from engine.utils.text import text_key

NAME = provenance.ISCO

_LEVELS = {3: "Minor group", 2: "sub-major group"}
"""Number of digits of a group -> its level, the nearest first."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class IscoReport:
    """What the reference was made of; ``str()`` gives it as text for people, a line a source.

    Attributes:
        joined: report of the published reference.
        titles: number of names from ESCO.
        job_zones: number of unit groups with the job zone of the occupations that they link to.
        left_out: why names and definitions of ESCO were left out; "" if they were not.
    """

    joined: published.JoinReport
    titles: int
    job_zones: int
    left_out: str

    def __str__(self) -> str:
        esco_line = (
            f"left out, because {self.left_out}"
            if self.left_out
            else f"{self.titles:,} names in {len(esco.LANGUAGES)} languages, definitions of groups"
        )
        return (
            f"{self.joined}\nESCO names: {esco_line}\n"
            f"Job zones: {self.job_zones:,} unit groups, from the O*NET occupations that they link "
            "to"
        )


def read(data_dir: Path) -> tuple[Corpus, IscoReport]:
    """Read the published data in ``data_dir``, with the unit groups of ISCO-08 as the catalog.

    ESCO gives a unit group its definition, the names of the groups above it, and alternative
    titles: the names of the occupations in it, in all languages. Its job zone is the weighted mean
    of those of the O*NET occupations that it links to, rounded. Without ESCO's files, all of these
    are unknown.

    Raises:
        InputError: if a file of O*NET, of the labels, or of the ILO is missing or invalid.
        CorpusError: listing all faults of the joined corpus.
    """
    corpus, joined = published.read(data_dir)
    if joined.other is None:
        raise InputError(f"the ISCO-08 reference needs the ILO's tasks; {joined.left_out['ilo']}")
    left_out = ""
    try:
        groups, titles = esco.read_groups(data_dir), esco.read_titles(data_dir)
    except InputError as error:
        groups, titles, left_out = esco.IscoGroups(names={}, definitions={}), [], str(error)
        _logger.warning("names and definitions of ESCO are left out: %s", error)
    catalog = corpus.other_occupations
    zones = [
        corpus.linked_job_zone(corpus.links.links_of_group(code, corpus.rows_of).found)
        for code in catalog["soc_code"]
    ]
    occupations = pd.DataFrame(
        {
            "soc_code": catalog["soc_code"],
            "title": catalog["title"],
            "job_zone": zones,
            "description": [_description(code, groups) for code in catalog["soc_code"]],
        },
        columns=list(OCCUPATION_COLUMNS),
    )
    names = _alternate_titles(titles, corpus)
    report = IscoReport(
        joined=joined,
        titles=len(names),
        job_zones=sum(zone > 0 for zone in zones),
        left_out=left_out,
    )
    isco_corpus = replace(
        corpus,
        name=NAME,
        occupations=occupations,
        alternate_titles=names,
        other_occupations=corpus.occupations[list(TITLE_COLUMNS)],
    )
    return isco_corpus, report


def _description(code: str, groups: esco.IscoGroups) -> str:
    """Return the definition of a unit group, and the names of the groups that it belongs to."""
    number = digits(code)
    above = [
        f"{level} {number[:length]}: {groups.names[number[:length]]}"
        for length, level in _LEVELS.items()
        if number[:length] in groups.names
    ]
    parts = [groups.definitions.get(number, ""), f"{'; '.join(above)}." if above else ""]
    return " ".join(filter(None, parts))


def _alternate_titles(titles: Sequence[tuple[str, str]], corpus: Corpus) -> pd.DataFrame:
    """Return the names of the catalog's unit groups, without their own titles."""
    own = corpus.titles
    others = set(corpus.other_occupations["soc_code"])
    rows = [
        (group, name)
        for group, name in titles
        if group in others and text_key(name) != text_key(own[group])
    ]
    return pd.DataFrame(rows, columns=list(TITLE_COLUMNS))
