from __future__ import annotations

from pathlib import Path

from engine.corpus.sources import eloundou, onet


def test_labels_match_by_id_then_by_text_and_the_rest_is_counted(data: Path) -> None:
    labels = eloundou.join(data, onet.read(data).tasks)
    assert (labels.matched_by_id, labels.matched_by_text, labels.unmatched) == (1, 1, 1)
    assert labels.by_task == {
        "101": {"exposure_human": 0.5, "exposure_model": 1.0, "automation": 0.5},
        "102": {"exposure_human": 0.0, "exposure_model": 0.0, "automation": 0.25},
    }
