"""Errors that the pages themselves find in what a reader typed."""

from __future__ import annotations

from engine.errors import InputError


class PageError(InputError):
    """An error whose message is in the language of the visit; others are in English."""
