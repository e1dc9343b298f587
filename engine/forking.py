"""What a forked process needs: locks that nobody holds, and libraries that do without threads.

A fork copies one thread. A lock that another one held stays locked in the copy, and a library that
waits for its own threads waits for ever.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable


def in_children(action: Callable[[], object]) -> None:
    """Do this first in every process that is forked from now on, where there is forking."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=action)


def shared_lock() -> threading.RLock:
    """A lock for a module, which a fork waits for, so that it is free on both sides."""
    lock = threading.RLock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release
        )
    return lock


def _encode_in_one_thread() -> None:
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


in_children(_encode_in_one_thread)
