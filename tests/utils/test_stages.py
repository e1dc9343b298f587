from __future__ import annotations

import pytest

from engine.utils.stages import show_stages


def test_each_stage_is_named_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with show_stages(2, progress=True) as begin:
        begin("reading")
        begin("writing")
    shown = capsys.readouterr().err
    assert "reading (1 of 2, " in shown
    assert "writing (2 of 2, " in shown


def test_nothing_is_shown_without_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with show_stages(1, progress=False) as begin:
        begin("reading")
    assert capsys.readouterr().err == ""
