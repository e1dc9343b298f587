"""Codes of the International Standard Classification of Occupations, ISCO-08 (ILO 2012).

A unit group has four digits. Its first digit is its major group, the first two its sub-major
group, and the first three its minor group. Here the code of a unit group reads ``ISCO-3313``.
"""

from __future__ import annotations

import re

from engine.display.wording import marked
from engine.errors import InputError, abbreviate

ISCO = "ISCO"
"""How the code of a unit group begins."""

MAJOR_GROUPS = {
    "0": marked("Armed Forces Occupations"),
    "1": marked("Managers"),
    "2": marked("Professionals"),
    "3": marked("Technicians and Associate Professionals"),
    "4": marked("Clerical Support Workers"),
    "5": marked("Service and Sales Workers"),
    "6": marked("Skilled Agricultural, Forestry and Fishery Workers"),
    "7": marked("Craft and Related Trades Workers"),
    "8": marked("Plant and Machine Operators and Assemblers"),
    "9": marked("Elementary Occupations"),
}
"""Major groups of ISCO-08: first digit of a code -> name."""

_CODE = re.compile(rf"{ISCO}-\d{{4}}", re.ASCII)
_WRITTEN = re.compile(
    r"(?:https?://data\.europa\.eu/esco/isco/)?(?:isco(?:[ -]?08)?[ :-]*)?c?(\d{4})",
    re.ASCII | re.IGNORECASE,
)


def is_isco(code: object) -> bool:
    """Return whether this is the code of a unit group in the form ``"ISCO-3313"``."""
    return isinstance(code, str) and _CODE.fullmatch(code) is not None


def parse_isco(code: object) -> str:
    """Return the code of a unit group in the form ``"ISCO-3313"``.

    ``"3313"``, ``"ISCO 3313"``, ``"ISCO-08 3313"``, ``"C3313"`` and the address of the group in
    ESCO mean the same. Surrounding white space does not matter.

    Raises:
        InputError: if ``code`` has another form, such as one without its four digits.
    """
    match = _WRITTEN.fullmatch(code.strip()) if isinstance(code, str) else None
    if match is None:
        raise InputError(
            f"ISCO-08 code {abbreviate(code)} is not valid; write the four digits of a unit "
            f"group, as in '3313' or '{ISCO}-3313'{_padded(code)}"
        )
    return f"{ISCO}-{match[1]}"


def digits(code: str) -> str:
    """Return the four digits of a code in the form ``"ISCO-3313"``."""
    return code.removeprefix(f"{ISCO}-")


def _padded(code: object) -> str:
    """Return a hint for a code of the armed forces without its zero, or nothing."""
    text = code.strip() if isinstance(code, str) else ""
    is_short = len(text) == len("110") and text.isdecimal() and text.endswith("10")
    return f"; did you mean '0{text}'?" if is_short else ""
