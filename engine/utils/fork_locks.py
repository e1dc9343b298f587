"""Renew the locks of cached properties in forked processes.

Until Python 3.11, a ``cached_property`` computes under a lock that all objects of a class share. A
fork copies the lock as it is: if another thread computed the property at that moment, the copy
waits forever for a thread that it lacks. Python 3.12 has no such locks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cached_property
from threading import RLock
from typing import Any

_PACKAGE = "engine"


def renew_in_forks() -> None:
    """Renew the locks of all properties of this package in each process that is forked later."""
    if sys.version_info < (3, 12) and hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_renew)


def _renew() -> None:
    for found in cached_properties():
        if hasattr(found, "lock"):
            found.lock = RLock()


def cached_properties() -> Iterator[cached_property[Any]]:
    """Yield the cached properties of the classes that were imported from this package."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] != _PACKAGE or module is None:
            continue
        for part in list(vars(module).values()):
            if isinstance(part, type) and part.__module__ == name:
                yield from (one for one in vars(part).values() if isinstance(one, cached_property))
