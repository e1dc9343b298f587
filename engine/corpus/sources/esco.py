"""ESCO: occupations with their unit groups and names, groups of ISCO-08, crosswalk with O*NET.

ESCO 1.2 (European Commission 2024), CC BY 4.0. The publisher asks for an email address, so users
place the files themselves; ``docs/isco.md`` says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from engine.corpus.columns import CROSSWALK_COLUMNS
from engine.corpus.crosswalk import KINDS, Crosswalk
from engine.errors import InputError
from engine.records import esco, isco, soc
from engine.utils.delimited import read_table
from engine.utils.text import text_key

FOLDER = "esco_1_2"
CROSSWALK_FILE, GROUPS_FILE = "crosswalk.csv", "isco_groups.csv"
LANGUAGES = ("en", "de", "es")
"""Languages of the names, English first."""

DOWNLOAD = "https://esco.ec.europa.eu/en/use-esco/download"

_REMEDY = f"download ESCO from {DOWNLOAD} and place the file there, as docs/isco.md says"

_GROUP_PAIR = "exactISCO"
"""Kind of the pairs of a unit group instead of an ESCO occupation; they are exact."""

_LARGER_GROUP = re.compile(r"http://data\.europa\.eu/esco/isco/C\d{1,3}", re.ASCII)
_UNIT_GROUP_DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class IscoGroups:
    """Groups of ISCO-08 of any level.

    Attributes:
        names: digits of a group, such as 3313 or 331 -> name.
        definitions: digits of a unit group -> its definition, one paragraph.
    """

    names: Mapping[str, str]
    definitions: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class CrosswalkRows:
    """Rows of a corpus's ``crosswalk.csv``; ``str()`` says how many there are.

    Attributes:
        rows: with the columns ``CROSSWALK_COLUMNS``.
        unknown: number of pairs whose ESCO occupation is not in the file of occupations.
        skipped: number of pairs of groups above the unit groups, which are left out.
    """

    rows: Sequence[Mapping[str, str]]
    unknown: int
    skipped: int

    @property
    def crosswalk(self) -> Crosswalk:
        """The rows, ready to look up."""
        return Crosswalk(pd.DataFrame(self.rows, columns=list(CROSSWALK_COLUMNS)))

    def __str__(self) -> str:
        occupations = len({row["esco"] for row in self.rows} - {""})
        pairs = sum(row["soc_code"] != "" for row in self.rows)
        return (
            f"{occupations:,} occupations of ESCO, {pairs:,} pairs with SOC codes; "
            f"{self.unknown:,} pairs without a unit group, {self.skipped:,} of larger groups left "
            "out"
        )


def read_crosswalk(data_dir: Path) -> CrosswalkRows:
    """Read the occupations of ESCO and their pairs with O*NET.

    Raises:
        InputError: if a file is missing or does not have the publisher's format.
    """
    path = data_dir / FOLDER / CROSSWALK_FILE
    kinds = {name: kind for kind, name in KINDS.items()} | {_GROUP_PAIR: "exact"}
    occupations = {uuid: (group, label) for uuid, group, label, _ in _occupations(data_dir, "en")}
    unpaired = dict(occupations)
    rows, unknown, skipped = [], 0, 0
    for line, row in _read(path, ("onet_soc", "esco_uri", "match_type")):
        if row["match_type"] not in kinds:
            raise _damaged(path, line, f"unknown match_type {row['match_type']!r}")
        of_group = row["match_type"] == _GROUP_PAIR
        if of_group and _LARGER_GROUP.fullmatch(row["esco_uri"]):
            skipped += 1
            continue
        try:
            code = soc.parse_soc(row["onet_soc"])
            uuid = "" if of_group else esco.parse_esco(row["esco_uri"])
            group, title = (
                (isco.parse_isco(row["esco_uri"]), "")
                if of_group
                else occupations.get(uuid, ("", ""))
            )
        except InputError as error:
            raise _damaged(path, line, str(error)) from None
        unknown += not group
        unpaired.pop(uuid, None)
        kind = kinds[row["match_type"]]
        rows.append(_row(uuid, group, title, code, kind))
    rows += [_row(uuid, group, title, "", "") for uuid, (group, title) in unpaired.items()]
    return CrosswalkRows(rows=rows, unknown=unknown, skipped=skipped)


def _row(uuid: str, group: str, title: str, soc_code: str, kind: str) -> dict[str, str]:
    return {"esco": uuid, "isco": group, "title": title, "soc_code": soc_code, "match": kind}


def read_groups(data_dir: Path) -> IscoGroups:
    """Read the groups of ISCO-08.

    Raises:
        InputError: if the file is missing or does not have the publisher's format.
    """
    path = data_dir / FOLDER / GROUPS_FILE
    names: dict[str, str] = {}
    definitions: dict[str, str] = {}
    for _, row in _read(path, ("isco_code", "isco_label", "isco_description")):
        code = row["isco_code"]
        names[code] = " ".join(row["isco_label"].split())
        if len(code) == _UNIT_GROUP_DIGITS:  # a list of tasks and examples follows the definition
            definitions[code] = " ".join(row["isco_description"].partition("\n")[0].split())
    return IscoGroups(names=names, definitions=definitions)


def read_titles(data_dir: Path) -> list[tuple[str, str]]:
    """Read the names of ESCO's occupations in all languages.

    Preferred names come first, then alternative ones; within them, English comes first. A
    preferred name such as "A/B", the masculine and the feminine form, counts as two.

    Returns:
        (unit group, name), each once by ``text_key``.

    Raises:
        InputError: if a file is missing or does not have the publisher's format.
    """
    preferred: list[tuple[str, str]] = []
    alternative: list[tuple[str, str]] = []
    for language in LANGUAGES:
        for _, group, label, others in _occupations(data_dir, language):
            preferred += [(group, name) for name in label.split("/")]
            alternative += [(group, name) for name in others]
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for group, name in (*preferred, *alternative):
        if key := text_key(name):
            found.setdefault((group, key), (group, " ".join(name.split())))
    return list(found.values())


def _occupations(data_dir: Path, language: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield UUID, unit group, preferred name and alternative names of each occupation."""
    path = data_dir / FOLDER / f"occupations_{language}.csv"
    for line, row in _read(path, ("conceptUri", "iscoGroup", "preferredLabel", "altLabels")):
        try:
            uuid = esco.parse_esco(row["conceptUri"])
            # A spreadsheet drops leading zeros.
            group = isco.parse_isco(row["iscoGroup"].zfill(_UNIT_GROUP_DIGITS))
        except InputError as error:
            raise _damaged(path, line, str(error)) from None
        yield uuid, group, row["preferredLabel"], row["altLabels"].splitlines()


def _read(path: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    if not path.exists():
        raise InputError(f"{path} does not exist; {_REMEDY}")
    return read_table(path, columns)


def _damaged(path: Path, line: int, fault: str) -> InputError:
    return InputError(f"{path} line {line}: {fault}; {_REMEDY}")
