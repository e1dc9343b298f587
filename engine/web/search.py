"""Finding occupations by what people type: titles and alternate titles, typos forgiven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from engine.corpus import Corpus
from engine.text import text_key

_ENOUGH = 70.0
"""Names less alike than this (rapidfuzz, 0 to 100) are not found."""

_NEAREST_NAMES = 400
_OTHER_NAME = 0.97
"""An occupation's own title wins over an equal alternate title of another."""


class TitleSearch:
    """Titles of a catalogue, ready to be searched; built once."""

    def __init__(self, corpus: Corpus) -> None:
        own = zip(corpus.occupations["title"], corpus.occupations["soc_code"], strict=True)
        other = zip(
            corpus.alternate_titles["title"], corpus.alternate_titles["soc_code"], strict=True
        )
        names = [(text_key(title), code, 1.0) for title, code in own if code in corpus.rows_of]
        names += [
            (text_key(title), code, _OTHER_NAME) for title, code in other if code in corpus.rows_of
        ]
        self._names = [name for name, _, _ in names]
        self._codes = [code for _, code, _ in names]
        self._weights = [weight for _, _, weight in names]

    def find(self, query: str, limit: int = 20) -> list[str]:
        """SOC codes of the occupations whose name, or whose code, is most like ``query``."""
        wanted = text_key(query)
        digits = query.strip()
        if digits[:2].isdigit():
            return [code for code in dict.fromkeys(self._codes) if code.startswith(digits)][:limit]
        if not wanted:
            return []
        best: dict[str, float] = {}
        for scorer, part in ((fuzz.WRatio, 1.0), (fuzz.token_set_ratio, 0.98)):
            found = process.extract(
                wanted, self._names, scorer=scorer, limit=_NEAREST_NAMES, score_cutoff=_ENOUGH
            )
            for name, likeness, row in found:
                score = likeness * part * self._weights[row] + _beginning(wanted, name)
                code = self._codes[row]
                best[code] = max(score, best.get(code, 0.0))
        return sorted(best, key=lambda code: (-best[code], code))[:limit]


def _beginning(wanted: str, name: str) -> float:
    """What a name gains by having a word that begins with what has been typed so far."""
    return 10.0 if f" {name}".find(f" {wanted}") >= 0 else fuzz.ratio(wanted, name) / 20


def browse(rows: Sequence[Mapping[str, object]]) -> dict[str, list[Mapping[str, object]]]:
    """Major group -> its occupations, in the order of the codes."""
    groups: dict[str, list[Mapping[str, object]]] = {}
    for row in sorted(rows, key=lambda row: str(row["soc_code"])):
        groups.setdefault(str(row["soc_code"])[:2], []).append(row)
    return groups
