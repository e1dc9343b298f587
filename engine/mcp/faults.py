"""Invalid arguments in the words of the engine: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from typing import Any

from pydantic import ValidationError

from engine.errors import abbreviate
from engine.mcp.arguments import RECORD, TEXT

_LISTED = 10
_TAGS = (TEXT, RECORD, "str", "float", "int", "none")
"""Parts of a place that name the branch of a union, not an argument."""


def argument_faults(error: ValidationError) -> str:
    """Return what is wrong with the arguments of a call, one fault after the other."""
    remedies: dict[str, list[str]] = {}
    for found in error.errors(include_url=False):
        wrong, remedy = _fault(dict(found))
        remedies.setdefault(wrong, []).append(remedy)
    faults = [f"{wrong}; {' or '.join(options)}" for wrong, options in remedies.items()]
    listed = faults[:_LISTED]
    if len(faults) > _LISTED:
        listed.append(f"and {len(faults) - _LISTED} more")
    return ". ".join(listed)


def unknown_arguments(given: Iterable[str], known: Iterable[str]) -> str | None:
    """Return the fault of arguments that a tool does not have; None if it has all of them."""
    names = list(known)
    unknown = [name for name in given if name not in names]
    if not unknown:
        return None
    listed = ", ".join(repr(name[:40]) for name in unknown[:_LISTED])
    return f"unknown argument {listed}; use only {', '.join(names)}"


def _fault(found: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is wrong and what to do; options for the same value have the same first part."""
    where, value, limit = _place(found["loc"]), found["input"], found.get("ctx", {})
    count = len(value) if isinstance(value, Sized) else 0
    is_value = f"{where} is {abbreviate(value)}"
    match found["type"]:
        case "missing":
            return f"{where} is missing", "give it"
        case "too_long":
            return f"{where} has {count:,} items, more than {limit['max_length']:,}", "split it"
        case "too_short":
            return f"{where} has {count} items", f"give at least {limit['min_length']}"
        case "string_too_long":
            wrong = f"{where} has {count:,} characters, more than {limit['max_length']:,}"
            return wrong, "shorten or split it"
        case "greater_than_equal":
            return is_value, f"give at least {limit['ge']:g}"
        case "less_than_equal":
            return is_value, f"give at most {limit['le']:g}"
        case "literal_error":
            return is_value, f"give {limit['expected']}"
        case "extra_forbidden":
            return f"unknown field {where}", "remove it"
        case "model_type" | "dict_type":
            return is_value, "give an object with fields"
    return is_value, found["msg"].replace("Input should be", "give", 1).partition(",")[0]


def _place(loc: Iterable[int | str]) -> str:
    """Return where a fault is: ("tasks", 2, RECORD, "task") -> "tasks item 3, task"."""
    place = ""
    for part in loc:
        if isinstance(part, int):
            place += f" item {part + 1}"
        elif part not in _TAGS:
            place += f", {part}" if place else part
    return place or "the arguments"
