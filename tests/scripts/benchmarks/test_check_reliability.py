from __future__ import annotations

import json
from xml.etree import ElementTree

from scripts.benchmarks import check_reliability
from scripts.benchmarks.documents import fill
from scripts.benchmarks.promises import PROMISES
from tests.conftest import ROOT

REPORT = """<testsuites><testsuite>
<testcase name="a"><properties><property name="kills" value="200"/></properties></testcase>
<testcase name="b"><failure message="no"/></testcase>
<testcase name="c"><error message="no"/></testcase>
<testcase name="d"><skipped message="no tmpfs here"/></testcase>
</testsuite></testsuites>"""


def test_the_page_shows_the_latest_results() -> None:
    page = check_reliability.PAGE.read_text(encoding="utf-8")
    results = json.loads(check_reliability.REPORT.read_text(encoding="utf-8"))
    assert fill(page, {"figures": check_reliability.promise_table(results)}) == page
    next(iter(results.values()))["figures"]["bytes flipped"] = "12,345"
    assert "bytes flipped: 12,345" in check_reliability.promise_table(results)


def test_failures_and_skips_are_counted() -> None:
    found = check_reliability.outcome(ElementTree.fromstring(REPORT))
    assert found == {
        "passed": 1,
        "failed": 2,
        "skipped": ["no tmpfs here"],
        "figures": {"kills": "200"},
    }
    summary = check_reliability.summary(found | {"seconds": 3})
    assert summary == "kills: 200; **2 of 3 tests failed**, 1 skipped in 3 s"


def test_bars_do_not_split_cells() -> None:
    result = {"passed": 1, "failed": 0, "skipped": [], "figures": {"|Δ|": "0"}, "seconds": 3}
    table = check_reliability.promise_table({PROMISES[0].name: result | {"date": "today"}})
    assert r"\|Δ\|: 0; 1 test passed in 3 s (today) |" in table


def test_the_tests_of_every_promise_exist() -> None:
    named = [test.split("::")[0] for promise in PROMISES for test in promise.tests]
    assert named
    assert [test for test in named if not (ROOT / test).exists()] == []
