#!/usr/bin/env python
"""Run the tests that prove the promises of docs/reliability.md, and update its table.

    python scripts/benchmarks/check_reliability.py                 all promises
    python scripts/benchmarks/check_reliability.py artifacts fuzz  these; the others keep figures
    python scripts/benchmarks/check_reliability.py --list          list the promises

Tests report what they measure with ``record_property(name, value)``. The table shows it next to the
number of tests that passed. docs/figures/reliability.json keeps the figures with their date, the
version of the engine, and the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from engine.utils.atomic_write import write_atomically
from engine.version import __version__
from scripts.benchmarks.common import FIGURES, ROOT
from scripts.benchmarks.documents import fill, table
from scripts.benchmarks.promises import PROMISES, Promise

PAGE = ROOT / "docs" / "reliability.md"
REPORT = FIGURES / "reliability.json"

Result = dict[str, Any]


def main() -> int:
    options = _options()
    if options.list:
        for promise in PROMISES:
            print(f"{promise.name:16s}{promise.promise}")
        return 0
    chosen = [p for p in PROMISES if p.name in (options.names or [p.name])]
    results = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.is_file() else {}
    for promise in chosen:
        results[promise.name] = check(promise)
        print(f"{promise.name}: {summary(results[promise.name])}", flush=True)
        save(results)
    return 0 if all(results[promise.name]["failed"] == 0 for promise in chosen) else 1


def check(promise: Promise) -> Result:
    """Run the tests of a promise, and return their result with date, version, and machine."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-m", "", f"--junitxml={report}"]
        start = time.monotonic()
        subprocess.run([*command, *promise.tests], cwd=ROOT, check=False)
        seconds = time.monotonic() - start
        if not report.is_file():
            sys.exit(f"check_reliability: pytest wrote no report on {promise.name}")
        return outcome(ElementTree.parse(report).getroot()) | {  # noqa: S314 our own report
            "seconds": round(seconds),
            "date": time.strftime("%Y-%m-%d"),
            "engine": __version__,
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}",
        }


def outcome(report: ElementTree.Element) -> Result:
    """Return the counts of a JUnit report of pytest, reasons of skips, and recorded properties."""
    cases = list(report.iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None]
    failed += [case for case in cases if case.find("error") is not None]
    skipped = [found for case in cases if (found := case.find("skipped")) is not None]
    figures = {
        str(found.get("name")): str(found.get("value"))
        for case in cases
        for found in case.iter("property")
    }
    return {
        "passed": len(cases) - len(failed) - len(skipped),
        "failed": len(failed),
        "skipped": [str(found.get("message")) for found in skipped],
        "figures": figures,
    }


def save(results: dict[str, Result]) -> None:
    """Write the results, and the table from them."""
    known = {p.name: results[p.name] for p in PROMISES if p.name in results}
    text = json.dumps(known, indent=1, ensure_ascii=False) + "\n"
    write_atomically(REPORT, text.encode())
    page = fill(PAGE.read_text(encoding="utf-8"), {"figures": promise_table(known)})
    write_atomically(PAGE, page.encode())


def promise_table(results: dict[str, Result]) -> str:
    """Return the table of promises, proofs, commands, and latest figures."""
    rows = []
    for promise in PROMISES:
        found = results.get(promise.name)
        text = "not yet measured" if found is None else f"{summary(found)} ({found['date']})"
        command = f"`python scripts/benchmarks/check_reliability.py {promise.name}`"
        cells = (f"**{promise.name}**: {promise.promise}", promise.proof, command, text)
        rows.append([cell.replace("|", "\\|") for cell in cells])
    return table(["promise", "how it is tested", "command", "latest figures"], rows, 4)


def summary(result: Result) -> str:
    """Return the figures of a result and its counts in one line."""
    figures = [f"{name}: {value}" for name, value in result["figures"].items()]
    total = result["passed"] + result["failed"]
    counts = f"{result['passed']} {'test' if result['passed'] == 1 else 'tests'} passed"
    if result["failed"]:
        counts = f"**{result['failed']} of {total} tests failed**"
    if result["skipped"]:
        counts += f", {len(result['skipped'])} skipped"
    return "; ".join([*figures, f"{counts} in {result['seconds']} s"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = [promise.name for promise in PROMISES]
    parser.add_argument("names", nargs="*", metavar="PROMISE", help=", ".join(known))
    parser.add_argument("--list", action="store_true", help="list the promises and exit")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(known))
    if unknown:
        parser.error(f"unknown promise {', '.join(unknown)}; choose from {', '.join(known)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
