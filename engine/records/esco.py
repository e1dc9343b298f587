"""Identifiers of occupations in ESCO, the European classification (European Commission 2024)."""

from __future__ import annotations

import re

from engine.errors import InputError, abbreviate

_OCCUPATION = "http://data.europa.eu/esco/occupation/"

_WRITTEN = re.compile(
    r"(?:(?:https?://data\.europa\.eu)?/?esco/occupation/|esco[ :-]+)?"
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    re.ASCII | re.IGNORECASE,
)


def parse_esco(uri: object) -> str:
    """Return the UUID of an occupation, in lower case.

    Its full URI, such as ``http://data.europa.eu/esco/occupation/…``, means the same.

    Raises:
        InputError: if it is neither.
    """
    match = _WRITTEN.fullmatch(uri.strip()) if isinstance(uri, str) else None
    if match is None:
        raise InputError(
            f"ESCO occupation {abbreviate(uri)} is not valid; give its URI, which begins with "
            f"{_OCCUPATION}, or the UUID at its end"
        )
    return match[1].lower()


def is_esco(uri: object) -> bool:
    """Return whether this names an occupation of ESCO, by its URI or its UUID."""
    return isinstance(uri, str) and _WRITTEN.fullmatch(uri.strip()) is not None


def esco_uri(uuid: str) -> str:
    """Return the URI of an occupation from its UUID."""
    return f"{_OCCUPATION}{uuid}"
