"""The engine's catalogue: the occupations of its reference, their scores, and finding one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from engine import taxonomy
from engine.corpus import Corpus
from engine.errors import UnknownOccupationError
from engine.records import Occupation
from engine.text import text_key

_SUGGESTIONS = 5

# A title this alike (rapidfuzz ratio, 0 to 100) is taken as meant, if no other occupation comes
# within the margin of it.
_SURE, _MARGIN = 90.0, 5.0
_WORTH_SUGGESTING = 65.0


@dataclass(frozen=True)
class CatalogueScores:
    """Predictions for the tasks of the catalogue, and their shares of time.

    Attributes:
        values, scales: measure -> expected outcome and expected error, shape (n_tasks,).
        shares: share of time of each task in its occupation, shape (n_tasks,).
    """

    values: Mapping[str, np.ndarray]
    scales: Mapping[str, np.ndarray]
    shares: np.ndarray


def catalogue_code(corpus: Corpus, soc_code: str) -> str:
    """The code by which the catalogue knows an occupation: its own, or that of its successor."""
    code = taxonomy.parse_soc(soc_code)
    return code if code in corpus.rows_of else taxonomy.current_soc(code)


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
