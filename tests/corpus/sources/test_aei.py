from __future__ import annotations

from pathlib import Path

import pytest

from engine.corpus.sources import aei, onet


def test_observed_automation_is_its_share_of_the_patterns_of_use(data: Path) -> None:
    observed = aei.join(data, onet.read(data).tasks)
    assert observed.by_task == {"203": pytest.approx(0.3 / 0.4)}
    assert (observed.matched, observed.unmatched, observed.filtered) == (1, 1, 1)
