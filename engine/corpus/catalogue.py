"""Find an occupation of the catalog by its code; ``engine.intake.titles`` finds titles.

The catalog is the set of occupations that have tasks in the engine's reference corpus.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.corpus.corpus import Corpus
from engine.errors import UnknownOccupationError
from engine.records import codes, isco, soc
from engine.records.inputs import Occupation

_SUGGESTIONS = 5
_SOC_PREFIXES = (7, 6, 5, 4)
_ISCO_PREFIXES = (8, 7, 6)
"""Lengths of the beginnings that near codes share, the nearest first."""


def catalogue_code(corpus: Corpus, soc_code: str) -> str:
    """Return the code under which the catalog lists, or would list, an occupation.

    That is the code itself where the catalog has it, or else the code that superseded it.

    Raises:
        InputError: if it is neither a SOC code nor one of ISCO-08, such as ISCO-3313.
    """
    code = codes.parse_code(soc_code)
    return code if code in corpus.rows_of else soc.current_soc(code)


def find_by_code(corpus: Corpus, soc_code: str) -> Occupation:
    """Return the occupation with this code, or with the code that superseded it.

    Raises:
        InputError: as ``catalogue_code``.
        UnknownOccupationError: with the nearest codes, if the catalog does not have it.
    """
    code = catalogue_code(corpus, soc_code)
    if code in corpus.rows_of:
        return corpus.occupation(code)
    near = near_codes(corpus, code)
    raise UnknownOccupationError(
        f"{codes.classification(code)} code {soc_code} is not among the {len(corpus.rows_of)} "
        f"occupations of the {corpus.name} reference{suggestions(corpus, near)}",
        _suggested(corpus, near),
    )


def near_codes(corpus: Corpus, code: str) -> list[str]:
    """Return the codes of the catalog that begin like a normalized code, the nearest first."""
    lengths = _ISCO_PREFIXES if isco.is_isco(code) else _SOC_PREFIXES
    listed = corpus.occupations["soc_code"]
    return [o for length in lengths for o in listed if o.startswith(code[:length])]


def suggestions(corpus: Corpus, near: Iterable[str]) -> str:
    """Return the end of a message: the first few codes with their titles, and another way."""
    suggested = _suggested(corpus, near)
    another_way = "score the job from its tasks"
    if not suggested:
        return f", and none is similar; {another_way}"
    named = "; ".join(f"{code} {title}" for code, title in suggested)
    return f". Did you mean {named}? Otherwise, {another_way}"


def _suggested(corpus: Corpus, near: Iterable[str]) -> list[tuple[str, str]]:
    """Return code and title of the first few occupations that the catalog has."""
    listed = [code for code in dict.fromkeys(near) if code in corpus.rows_of][:_SUGGESTIONS]
    titles = corpus.occupations["title"]
    return [(code, str(titles.iat[corpus.occupation_rows[code]])) for code in listed]
