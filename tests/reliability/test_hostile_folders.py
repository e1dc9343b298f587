"""Ten thousand random changes of consistent engine folders: each is refused, or used without harm.

A failure names the number of the change; ``hostile.mutated(content, random.Random(number))`` makes
it again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from tests.persistence import hostile

pytestmark = pytest.mark.reliability

CHANGES = 10_000


def test_random_changes_of_engine_folders(
    tmp_path_factory: pytest.TempPathFactory, record_property: Callable[[str, object], None]
) -> None:
    folder = tmp_path_factory.mktemp("engines")
    engines = [hostile.plain_engine(folder), hostile.tuned_engine(folder)]
    outcomes: Counter[str] = Counter()
    for number in range(CHANGES):
        content, encoder = engines[number % len(engines)]
        changed = hostile.mutated(content, random.Random(number))
        try:
            found = hostile.exercise(changed.packed(), encoder, number)
        except Exception as error:
            error.add_note(f"change number {number}")
            raise
        outcomes["used" if found == "used" else "refused"] += 1
    for name, count in outcomes.items():
        record_property(f"changed engines {name}", count)
    assert outcomes["refused"] > CHANGES // 2
    assert outcomes["used"] > CHANGES // 20
