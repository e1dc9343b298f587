from __future__ import annotations

import pytest

from scripts.benchmarks import throughput_page
from scripts.benchmarks.common import FIGURES
from scripts.benchmarks.documents import fill


@pytest.fixture(scope="module")
def measured() -> throughput_page.Measurements:
    return throughput_page.Measurements.read(FIGURES)


def test_the_page_and_its_figure_show_the_measurements(
    measured: throughput_page.Measurements,
) -> None:
    page = throughput_page.PAGE.read_text(encoding="utf-8")
    assert fill(page, throughput_page.blocks(measured)) == page
    figure = throughput_page.PAGE.with_suffix(".svg").read_text(encoding="utf-8")
    assert throughput_page.svg(measured.speeds) == figure


def test_a_billion_tasks_by_hand() -> None:
    large = {"rows": 1_000_000, "cpu_seconds": 72.0}
    small = {"rows": 2_000, "cpu_seconds": 15.0}
    tables = [{"tasks": 100, "cpu_seconds": 1.0}, {"tasks": 1_000, "cpu_seconds": 3.6}]
    # A billion times 72 µs is 72,000 s; a billion times 3.6 ms is 3,600,000 s.
    assert throughput_page.core_hours({"batch": large, "tables": tables}) == pytest.approx(20)
    assert throughput_page.core_hours({"batch": small, "tables": tables}) == pytest.approx(1_000)
