from __future__ import annotations

import io
import time

import pytest

from engine.batch.progress import BatchProgress, show_progress


def test_lines_come_at_the_start_every_ten_seconds_and_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """2,000 of 10,000 rows were already complete; 300 rows per second follow."""
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    stream = io.StringIO()
    with show_progress(stream) as report:
        for now in (0.0, 5.0, 10.0, 15.0, 20.0, 25.0):
            report(BatchProgress(2_000, min(2_000 + int(300 * now), 8_000), 10_000))
        now = 27.0
        report(BatchProgress(2_000, 10_000, 10_000))
    assert stream.getvalue().splitlines() == [
        "2,000 of 10,000 rows",
        "5,000 of 10,000 rows, 300 rows/s, 17 s left",
        "8,000 of 10,000 rows, 300 rows/s, 7 s left",
        "10,000 of 10,000 rows, 296 rows/s",
    ]
