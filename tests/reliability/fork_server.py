"""Preloaded by the fork server of ``processes``: its forks may use the engines of ``actions``.

That is safe there, because the server is idle when it forks, and its forks use a single thread.
"""

from __future__ import annotations

import os

from engine.utils import concurrency
from tests.reliability import actions

actions.engines()


def _allow_engines() -> None:
    concurrency._process = None
    concurrency.take_one_core()


os.register_at_fork(after_in_child=_allow_engines)
