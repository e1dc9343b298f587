"""Codes of occupations in any classification that an engine's catalog may have: SOC and ISCO-08."""

from __future__ import annotations

from engine.display.wording import marked
from engine.records import isco, soc


def parse_code(code: object) -> str:
    """Return a code in the form ``"29-1141.00"`` or ``"ISCO-3313"``.

    Four digits without more are no code here, since a SOC code has digits too: write ISCO-3313.

    Raises:
        InputError: if ``code`` is neither; see ``soc.parse_soc`` and ``isco.parse_isco``.
    """
    if isinstance(code, str) and code.strip().upper().startswith(isco.ISCO):
        return isco.parse_isco(code)
    return soc.parse_soc(code)


def classification(code: str) -> str:
    """Return the name of the classification that a normalized code belongs to."""
    return "ISCO-08" if isco.is_isco(code) else "SOC"


def written(code: str) -> str:
    """Return a normalized code with its classification: SOC 29-1141.00, or ISCO-08 3313."""
    return f"{classification(code)} {number(code)}"


def number(code: str) -> str:
    """Return a normalized code as its classification writes it: 29-1141.00, or 3313."""
    return isco.digits(code)


def is_start(typed: str) -> bool:
    """Return whether a search text is the beginning of a code, not of a title."""
    return _typed_number(typed)[:2].isdecimal()


def starts_with(code: str, typed: str) -> bool:
    """Return whether a normalized code begins with a search text.

    The text may leave out "ISCO-", hyphens and the point.
    """
    return _digits(number(code)).startswith(_digits(_typed_number(typed)))


def _digits(text: str) -> str:
    return text.replace("-", "").replace(".", "")


def _typed_number(typed: str) -> str:
    text = typed.strip().upper()
    return text.removeprefix(isco.ISCO).lstrip(" -:") if text.startswith(isco.ISCO) else text


def major_group(code: str) -> str:
    """Return the code of the major group of a normalized code: "29", or "3" of ISCO-08."""
    return isco.digits(code)[:1] if isco.is_isco(code) else code[:2]


def classification_of_group(group: str) -> str:
    """Return the full name of the classification that a major group belongs to, by its code."""
    if len(group) == 1:
        return marked("International Standard Classification of Occupations (ISCO-08)")
    return marked("Standard Occupational Classification")


def major_group_name(group: str) -> str:
    """Return the name of a major group, by its code.

    Raises:
        KeyError: if there is no such group.
    """
    return isco.MAJOR_GROUPS[group] if len(group) == 1 else soc.MAJOR_GROUPS[group]
