from __future__ import annotations

from pathlib import Path

import pytest

from engine import EngineError
from engine.corpus.sources import aei, onet


def test_observed_automation_is_its_share_of_the_patterns_of_use(data: Path) -> None:
    observed = aei.join(data, onet.read(data).tasks)
    assert observed.by_task == {"203": {"observed_automation": pytest.approx(0.3 / 0.4)}}
    assert (observed.matched, observed.unmatched, observed.filtered) == (1, 1, 1)


def test_blank_shares_and_unclassified_use_count_for_neither_side(data: Path) -> None:
    observed = aei.join(data, onet.read(data).tasks, aei.FEBRUARY_2026)
    assert observed.by_task == {"203": {"observed_automation_2026": pytest.approx(0.3 / 0.4)}}
    assert (observed.matched, observed.unmatched, observed.filtered) == (1, 0, 1)


def test_percentages_and_fractions_give_the_same(data: Path) -> None:
    tasks = onet.read(data).tasks
    before = aei.join(data, tasks, aei.FEBRUARY_2026).by_task["203"]
    path = data / aei.FEBRUARY_2026.file
    path.write_text(path.read_text().replace(".,0.3,,0.1,0.2,0.4", ".,30,,10,20,40"))
    assert aei.join(data, tasks, aei.FEBRUARY_2026).by_task["203"] == pytest.approx(before)


def test_the_edition_that_is_placed_by_hand_has_its_own_remedy(data: Path) -> None:
    (data / aei.FEBRUARY_2026.file).unlink()
    with pytest.raises(EngineError, match="does not exist; save the publisher's figures there, as"):
        aei.join(data, [], aei.FEBRUARY_2026)


@pytest.mark.real_data
def test_every_published_row_is_counted(data_dir: Path) -> None:
    tasks = onet.read(data_dir).tasks
    for edition, least in ((aei.MARCH_2025, 2_022), (aei.FEBRUARY_2026, 1_014)):
        observed = aei.join(data_dir, tasks, edition)
        rows = len((data_dir / edition.file).read_text("utf-8").splitlines()) - 1
        assert observed.matched + observed.unmatched + observed.filtered == rows
        assert observed.matched >= least
        assert len(observed.by_task) >= observed.matched
