from __future__ import annotations

import numpy as np

from engine.corpus.memberships import category_memberships
from engine.records import rubric


def test_a_task_is_divided_equally_among_its_categories() -> None:
    members = category_memberships(["Administering | Communicating and Interacting", ""])
    expected = np.zeros((2, 9))
    expected[0, rubric.CATEGORIES.index("Administering")] = 0.5
    expected[0, rubric.CATEGORIES.index("Communicating and Interacting")] = 0.5
    np.testing.assert_array_equal(members, expected)
