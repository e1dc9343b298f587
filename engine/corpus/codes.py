"""Codes of occupations: SOC codes, and the codes of another taxonomy, such as ISCO-1111."""

from __future__ import annotations

import re

from engine.errors import InputError, abbreviate
from engine.records import soc

ISCO = "ISCO"
"""How the code of a unit group of ISCO-08 begins in a corpus."""

_ISCO_CODE = re.compile(rf"{ISCO}-\d{{4}}", re.ASCII)


def is_other(code: str) -> bool:
    """Return whether a code belongs to another taxonomy than SOC."""
    return _ISCO_CODE.fullmatch(code) is not None


def parse_other(text: str) -> str:
    """Return a code of another taxonomy in the form ``"ISCO-1111"``.

    Raises:
        InputError: if ``text`` has another form.
    """
    code = text.strip().upper()
    if not is_other(code):
        raise InputError(f"invalid ISCO-08 code {abbreviate(text)}; write it as in ISCO-1111")
    return code


def parse(text: str) -> str:
    """Return a code of either form, normalized.

    Raises:
        InputError: if ``text`` has neither form.
    """
    if text.strip().upper().startswith(ISCO):
        return parse_other(text)
    return parse_soc(text)


def parse_soc(text: str) -> str:
    """Return a SOC code in the form ``"29-1141.00"``.

    Raises:
        InputError: if ``text`` has another form, with the message for a cell of a corpus.
    """
    try:
        return soc.parse_soc(text)
    except InputError:
        raise InputError(
            f"invalid SOC code {abbreviate(text)}; write it as in 29-1141.00"
        ) from None
