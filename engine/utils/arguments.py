"""Check numeric arguments."""

from __future__ import annotations

from engine.errors import InputError


def check_count(name: str, value: object) -> None:
    """Raise ``InputError`` unless ``value`` is a whole number of at least 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InputError(f"{name} is {value!r}; give a whole number of at least 1")


def check_number(name: str, value: object, low: float, high: float) -> None:
    """Raise ``InputError`` unless ``value`` is a number in [low, high]."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise InputError(f"{name} is {value!r}; give a number from {low:g} to {high:g}")
