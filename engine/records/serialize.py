"""Records as plain values and JSON: the field names of the records, values in [0, 1].

A record class says what else belongs to it: ``derived`` names the properties that are written after
its fields, ``internal`` the fields that are needed for computing only.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from functools import cache
from typing import Any


def to_json(result: Any) -> str:
    """A record, or a sequence of records, as indented JSON in UTF-8."""
    return json.dumps(as_plain(result), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_plain(result: Any, *, complete: bool = False) -> Any:
    """Records as mappings, lists and numbers.

    Args:
        complete: include the internal fields, from which intervals at other time shares are made.

    Numbers that are not finite become None.
    """
    if isinstance(result, float):
        return result if math.isfinite(result) else None
    if result is None or isinstance(result, (str, int)):
        return result
    if isinstance(result, (dict, Mapping)):  # testing for a mapping takes longer than for a dict
        return {key: as_plain(part, complete=complete) for key, part in result.items()}
    if isinstance(result, (list, tuple)):
        return [as_plain(part, complete=complete) for part in result]
    record: Any = type(result)
    names = _names(record, complete)
    return {name: as_plain(getattr(result, name), complete=complete) for name in names}


@cache
def _names(record: Any, complete: bool) -> tuple[str, ...]:
    """Fields of a record class, then its derived properties."""
    hidden = () if complete else getattr(record, "internal", ())
    fields = (field.name for field in dataclasses.fields(record))
    return (*(name for name in fields if name not in hidden), *getattr(record, "derived", ()))
