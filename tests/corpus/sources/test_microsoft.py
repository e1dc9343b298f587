from __future__ import annotations

from pathlib import Path

import pytest

from engine import EngineError
from engine.corpus.sources import microsoft, onet


def test_a_task_has_the_mean_over_its_activities_with_figures(data: Path) -> None:
    use = microsoft.join(data, onet.read(data).tasks)
    # Task 101 has three activities: one with both figures, one with one, one with none.
    assert use.by_task == {"101": {"completion": pytest.approx(0.7), "impact_scope": 0.5}}
    assert (use.matched, use.unmatched, use.unknown) == (2, 1, 1)


def test_a_figure_out_of_range_is_rejected(data: Path) -> None:
    path = data / microsoft.FILE
    path.write_text(path.read_text().replace("0.1,0.8", "0.1,80", 1))
    with pytest.raises(EngineError, match="line 2, column completion_ai: '80' is not from 0 to 1"):
        microsoft.join(data, onet.read(data).tasks)


@pytest.mark.real_data
def test_the_published_activities_all_belong_to_tasks(data_dir: Path) -> None:
    use = microsoft.join(data_dir, onet.read(data_dir).tasks)
    assert (use.matched, use.unmatched, use.unknown) == (326, 0, 6)
    assert len(use.by_task) == 18_696
