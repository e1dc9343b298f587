from __future__ import annotations

import io
import json
import runpy
from xml.etree import ElementTree

from tests.conftest import ROOT

CHECK = runpy.run_path(str(ROOT / "scripts" / "check_reliability.py"))

REPORT = """<testsuites><testsuite>
<testcase name="a"><properties><property name="kills" value="200"/></properties></testcase>
<testcase name="b"><failure message="no"/></testcase>
<testcase name="c"><error message="no"/></testcase>
<testcase name="d"><skipped message="no tmpfs here"/></testcase>
</testsuite></testsuites>"""


def test_the_page_says_what_was_measured() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    results = json.loads((ROOT / "reports" / "reliability.json").read_text(encoding="utf-8"))
    assert CHECK["filled"](page, results) == page
    name = next(iter(results))
    results[name]["figures"]["bytes flipped"] = "12,345"
    assert "bytes flipped: 12,345" in CHECK["filled"](page, results)


def test_what_fails_is_counted_and_skips_are_told() -> None:
    found = CHECK["outcome"](ElementTree.parse(io.StringIO(REPORT)))
    assert found == {
        "passed": 1,
        "failed": 2,
        "skipped": ["no tmpfs here"],
        "figures": {"kills": "200"},
    }
    said = CHECK["_said"](found | {"seconds": 3})
    assert said == "kills: 200; **2 of 3 tests failed**, 1 skipped in 3 s"


def test_the_tests_of_every_promise_are_there() -> None:
    named = [test.split("::")[0] for p in CHECK["PROMISES"] for test in p.tests]
    assert named
    assert all((ROOT / test).exists() for test in named)
