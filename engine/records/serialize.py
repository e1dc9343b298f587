"""Convert records to plain values and JSON, with the field names and units of the records.

A record class may declare two more lists of names: ``derived``, properties that follow its fields,
and ``internal``, fields that only computations need.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from functools import cache
from typing import Any


def to_json(result: Any) -> str:
    """Convert a record, or a sequence of records, to indented JSON."""
    return json.dumps(as_plain(result), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_plain(result: Any, *, complete: bool = False) -> Any:
    """Convert records to mappings, lists, numbers and text; infinite numbers and NaN become None.

    Args:
        result: a record, or values, sequences and mappings of records.
        complete: include the internal fields, which ``what_if`` needs for its intervals.
    """
    if isinstance(result, float):
        return result if math.isfinite(result) else None
    if result is None or isinstance(result, (str, int)):
        return result
    if isinstance(result, (dict, Mapping)):  # checking for dict first is faster
        return {key: as_plain(part, complete=complete) for key, part in result.items()}
    if isinstance(result, (list, tuple)):
        return [as_plain(part, complete=complete) for part in result]
    record: Any = type(result)
    listed = names(record, complete)
    return {name: as_plain(getattr(result, name), complete=complete) for name in listed}


@cache
def names(record: Any, complete: bool = False) -> tuple[str, ...]:
    """Return the fields of a record class that are written, then its derived properties."""
    hidden = () if complete else getattr(record, "internal", ())
    fields = (field.name for field in dataclasses.fields(record))
    return (*(name for name in fields if name not in hidden), *getattr(record, "derived", ()))
