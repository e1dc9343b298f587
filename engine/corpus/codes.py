"""Codes of occupations in the files of a corpus: SOC codes, and ISCO-08 such as ISCO-1111."""

from __future__ import annotations

from functools import lru_cache

from engine.errors import InputError, abbreviate
from engine.records import isco, soc


@lru_cache(maxsize=10_000)  # most rows repeat the code of the row above
def parse(text: str) -> str:
    """Return a code of either form, normalized.

    Raises:
        InputError: if ``text`` has neither form, with the message for a cell of a corpus.
    """
    code = text.strip().upper()
    if code.startswith(isco.ISCO):
        if not isco.is_isco(code):
            raise InputError(f"invalid ISCO-08 code {abbreviate(text)}; write it as in ISCO-1111")
        return code
    try:
        return soc.parse_soc(text)
    except InputError:
        raise InputError(
            f"invalid SOC code {abbreviate(text)}; write it as in 29-1141.00"
        ) from None
