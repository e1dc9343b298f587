"""Titles to tune the title encoder on: those of O*NET, ESCO and the starter reference.

The crosswalk between O*NET and ESCO is not read, since it holds the answers of a benchmark. Only
titles that both taxonomies list link them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from engine.intake.title_text import title_words

LANGUAGES = ("en", "de", "es")
_BRACKETED = re.compile(r"^(.*?)\s*\(([^()]+)\)\s*$")


@dataclass(kw_only=True)
class Titles:
    """Distinct titles, by the concepts of two taxonomies that they name.

    Attributes:
        texts: the titles.
        languages: language of each title.
        soc: SOC codes that list each title; empty for titles of ESCO alone.
        esco: ESCO concepts that list each title; empty for titles of O*NET alone.
        own: whether each title was written for this project.
        isco: ESCO concept -> ISCO-08 unit group.
    """

    texts: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    soc: list[set[str]] = field(default_factory=list)
    esco: list[set[str]] = field(default_factory=list)
    own: list[bool] = field(default_factory=list)
    isco: dict[str, str] = field(default_factory=dict)


def read_titles(data_dir: Path, starter: Path, phrases: Path | None = None) -> Titles:
    """Read the titles of O*NET 30.1, ESCO 1.2 and the starter reference.

    Args:
        data_dir: folder of the published data.
        starter: folder of the starter reference.
        phrases: CSV of further titles with SOC codes, written for this project.
    """
    found = _Collection()
    for text, code in _onet(data_dir / "onet_30_1"):
        found.add(text, "en", soc=code)
    for name in ("occupations.csv", "alternate_titles.csv"):
        table = pd.read_csv(starter / name, dtype=str, keep_default_na=False)
        for code, text in zip(table["soc_code"], table["title"], strict=True):
            found.add(text, "en", soc=code, own=True)
    if phrases is not None:
        table = pd.read_csv(phrases, dtype=str, keep_default_na=False)
        for row in table.to_dict("records"):
            for code in row["soc_codes"].split():
                found.add(row["title"], row["language"], soc=code, own=True)
    for language in LANGUAGES:
        for text, concept, group in _esco(data_dir / "esco_1_2" / f"occupations_{language}.csv"):
            found.add(text, language, esco=concept)
            found.titles.isco[concept] = group
    return found.titles


class _Collection:
    """Titles with distinct words, as they are found."""

    def __init__(self) -> None:
        self.titles = Titles()
        self._row: dict[tuple[str, ...], int] = {}

    def add(
        self, text: str, language: str, *, soc: str = "", esco: str = "", own: bool = False
    ) -> None:
        """Add a title, or a concept to a title with the same words."""
        titles, words = self.titles, title_words(text)
        if not words:
            return
        row = self._row.setdefault(words, len(titles.texts))
        if row == len(titles.texts):
            titles.texts.append(" ".join(text.split()))
            titles.languages.append(language)
            titles.soc.append(set())
            titles.esco.append(set())
            titles.own.append(False)
        if soc:
            titles.soc[row].add(soc)
        if esco:
            titles.esco[row].add(esco)
        titles.own[row] |= own


def _onet(folder: Path) -> Iterator[tuple[str, str]]:
    own = pd.read_csv(folder / "Occupation Data.txt", sep="\t", dtype=str)
    yield from zip(own["Title"], own["O*NET-SOC Code"], strict=True)
    alternate = pd.read_csv(
        folder / "Alternate Titles.txt", sep="\t", dtype=str, keep_default_na=False
    )
    reported = pd.read_csv(folder / "Sample of Reported Titles.txt", sep="\t", dtype=str)
    columns = [
        (alternate["Alternate Title"], alternate["O*NET-SOC Code"]),
        (alternate["Short Title"], alternate["O*NET-SOC Code"]),
        (reported["Reported Job Title"], reported["O*NET-SOC Code"]),
    ]
    for texts, codes in columns:
        for text, code in zip(texts, codes, strict=True):
            if text == "n/a":
                continue
            bracketed = _BRACKETED.match(text)
            yield text, code
            if bracketed:
                yield bracketed[1], code
                if bracketed[2].isupper() and len(bracketed[2]) > 2:
                    yield bracketed[2], code


def _esco(path: Path) -> Iterator[tuple[str, str, str]]:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for row in table.to_dict("records"):
        labels = [
            row["preferredLabel"],
            *row["altLabels"].split("\n"),
            *row["hiddenLabels"].split("\n"),
        ]
        concept = row["conceptUri"].rpartition("/")[2]
        for label in dict.fromkeys(labels):
            if label.strip():
                yield label, concept, row["iscoGroup"]
                if label.count("/") == 1 and " " in label:
                    for part in label.split("/"):
                        yield part, concept, row["iscoGroup"]


def linked(titles: Titles) -> dict[str, dict[str, float]]:
    """ESCO concept -> SOC codes by the part of its English titles that O*NET lists as well."""
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for soc, esco in zip(titles.soc, titles.esco, strict=True):
        for concept in esco:
            for code in soc:
                counts[concept][code] += 1 / len(soc) / len(esco)
    return {
        concept: {code: count / sum(found.values()) for code, count in found.items()}
        for concept, found in counts.items()
    }
