"""The engine's catalogue: the occupations of its reference, their scores, and finding one."""  # MERGE: """Finding occupations by what people type: titles and alternate titles, typos forgiven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from engine.corpus.corpus import Corpus
from engine.errors import UnknownOccupationError
from engine.records import soc
from engine.records.inputs import Occupation
from engine.utils.text import text_key

_SUGGESTIONS = 5

# A title this alike (rapidfuzz ratio, 0 to 100) is taken as meant, if no other occupation comes
# within the margin of it.
_SURE, _MARGIN = 90.0, 5.0
_WORTH_SUGGESTING = 65.0


def catalogue_code(corpus: Corpus, soc_code: str) -> str:
    """The code by which the catalogue knows an occupation: its own, or that of its successor."""
    code = soc.parse_soc(soc_code)
    return code if code in corpus.rows_of else soc.current_soc(code)


def find_by_code(corpus: Corpus, soc_code: str) -> Occupation:
    """The occupation with this SOC code, or with the code that succeeded it.

    Raises:
        InputError: if it is not a SOC code.
        UnknownOccupationError: with the nearest codes, if the catalogue has none of it.
    """
    code = catalogue_code(corpus, soc_code)
    if code in corpus.rows_of:
        return corpus.occupation(code)
    near = [
        other
        for prefix in (code[:7], code[:6], code[:5], code[:4])
        for other in corpus.occupations["soc_code"]
        if other.startswith(prefix)
    ]
    raise UnknownOccupationError(
        f"SOC code {soc_code} is not among the {len(corpus.rows_of)} occupations of the "
        f"{corpus.name} reference: {_suggest(corpus, near)}, or score its tasks from a file"
    )


def find_by_title(corpus: Corpus, title: str) -> Occupation:
    """The occupation called ``title``: by its own name, by another name, else the closest name.

    Raises:
        UnknownOccupationError: with suggestions, if no name is close or several are.
    """
    from rapidfuzz import fuzz, process

    wanted = text_key(title)
    if not wanted:
        raise UnknownOccupationError("the title is blank: expected the name of an occupation")
    own = _codes_by_name(corpus.occupations["title"], corpus.occupations["soc_code"])
    other = _codes_by_name(corpus.alternate_titles["title"], corpus.alternate_titles["soc_code"])
    for names in (own, other):
        codes = [code for form in (wanted, wanted + "s") for code in names.get(form, ())]
        if len(set(codes)) == 1:
            return corpus.occupation(codes[0])
        if codes:
            raise UnknownOccupationError(
                f"title {title!r} names {len(set(codes))} occupations: {_suggest(corpus, codes)}"
            )
    names = {name: codes for source in (other, own) for name, codes in source.items()}
    # Whole titles decide; parts of titles only suggest ("king" is no parking attendant).
    alike = _best_by_code(process.extract(wanted, names.keys(), scorer=fuzz.ratio, limit=50), names)
    first, *others = [*sorted(alike, key=lambda code: -alike[code]), ""]
    rival = alike.get(others[0], 0.0) if others else 0.0
    if first and alike[first] >= _SURE and alike[first] - rival >= _MARGIN:
        return corpus.occupation(first)
    close = process.extract(
        wanted, names.keys(), scorer=fuzz.WRatio, limit=50, score_cutoff=_WORTH_SUGGESTING
    )
    best = _best_by_code(close, names)
    ranked = sorted(best, key=lambda code: -best[code])
    raise UnknownOccupationError(
        f"title {title!r} is not an occupation of the {corpus.name} reference: "
        f"{_suggest(corpus, ranked)}, or score its tasks from a file"
    )


def _best_by_code(
    found: Iterable[tuple[str, float, object]], names: Mapping[str, list[str]]
) -> dict[str, float]:
    """SOC code -> the best score of any of its names."""
    best: dict[str, float] = {}
    for name, score, _ in found:
        for code in names[name]:
            best[code] = max(score, best.get(code, 0.0))
    return best


def _codes_by_name(titles: object, codes: object) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for title, code in zip(titles, codes, strict=True):  # type: ignore[call-overload]
        names.setdefault(text_key(title), []).append(code)
    return names


def _suggest(corpus: Corpus, codes: list[str]) -> str:
    """«expected one the catalogue has, such as …», for the first few of ``codes``."""
    shown = [code for code in dict.fromkeys(codes) if code in corpus.rows_of][:_SUGGESTIONS]
    if not shown:
        return f"expected one of the {len(corpus.rows_of)} it has, none of which comes near"
    titles = corpus.occupations["title"]
    named = [f"{code} {titles.iat[corpus.occupation_rows[code]]}" for code in shown]
    return "expected one it has, such as " + "; ".join(named)


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
