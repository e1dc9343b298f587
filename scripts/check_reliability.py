#!/usr/bin/env python
"""Prove every promise of docs/reliability.md again, and put the figures into its table.

    python scripts/check_reliability.py                 all promises
    python scripts/check_reliability.py artifacts fuzz  these alone; the others keep their figures
    python scripts/check_reliability.py --list          which there are

A promise is proved by tests. What they measure they tell by ``record_property(name, value)``, and
it appears in the table beside how many passed. The figures are kept in reports/reliability.json,
with the date, the engine's version and the machine.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from engine.utils.atomic_write import write_whole
from engine.version import __version__

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reliability.md"
REPORT = ROOT / "reports" / "reliability.json"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One row of the table.

    Attributes:
        name: by which it is asked for.
        promise: what is promised.
        proof: how it is tested, in a sentence.
        tests: files or node ids of pytest that prove it.
    """

    name: str
    promise: str
    proof: str
    tests: tuple[str, ...]


PROMISES: tuple[Promise, ...] = (
    Promise(
        name="artifacts",
        promise="An engine folder that is not as it was built is refused, and what is wrong is named.",
        proof="Every byte flipped, and files cut, removed, added, swapped and linked; manifests that "
        "lie; random changes by hypothesis.",
        tests=("tests/test_artifacts.py",),
    ),
    Promise(
        name="crashes",
        promise="kill -9 at any moment of build, save, pipeline, batch, download or cache write leaves "
        "the old or the new state, whole, and nothing that blocks the next run.",
        proof="Each is killed at random moments, again and again over what the last one left, and what "
        "is there is compared with the old and the new; two writers of one folder at once; a "
        "batch that is killed takes its processes along.",
        tests=("tests/reliability/test_crashes.py",),
    ),
    Promise(
        name="full-disk",
        promise="A full disk is a clear error, and what was there is still there, whole.",
        proof="Save, pipeline, batch, download and cache on a disk of 4 MB that is filled up.",
        tests=("tests/reliability/test_full_disk.py",),
    ),
    Promise(
        name="web",
        promise="The server answers to its own names alone, at a bounded rate, size and time, sets no "
        "cookie, lets no address out of its folders and no formula into a download, and carries "
        "a strict policy with every answer, faults too.",
        proof="Hosts, rates, rows, bodies, heads, slow readers and traversals on a real socket; every "
        "beginning of a formula in every field of every CSV.",
        tests=("tests/web/test_security.py", "tests/test_report.py"),
    ),
    Promise(
        name="bursts",
        promise="2,000 connections at once are all answered; slow-loris is cut off while others are "
        "answered; nothing that is pasted is in any file the server writes, its log included.",
        proof="`occupation-risk serve` with the real encoder and 1,024 open files granted; a word is "
        "pasted in every way there is, and looked for in store, cache, home, log and folders.",
        tests=("tests/reliability/test_server.py",),
    ),
    Promise(
        name="load",
        promise="At 80 % of its capacity the server makes no error and does not grow.",
        proof="Pages, API and scoring at a steady pace, measured from when each was due; ten minutes: "
        "`python scripts/benchmark.py soak`, kept in [soak.json](soak.json).",
        tests=("tests/reliability/test_soak.py",),
    ),
    Promise(
        name="supply-chain",
        promise="All that users install is locked by hash, and weights are the ones that ship.",
        proof="pip installs the lock by its hashes into a fresh environment and refuses another file; "
        "the lock has all that is needed, as tested; weights flipped, cut, removed and added.",
        tests=(
            "tests/reliability/test_lock.py",
            "tests/test_supply_chain.py",
            "tests/test_checksums.py",
        ),
    ),
    Promise(
        name="observability",
        promise="Health, metrics with a bounded number of series, and log lines that are quiet unless "
        "asked and have no words of visitors.",
        proof="A store that vanishes, addresses and methods without end, faults whose text has what was "
        "pasted; reports as JSON.",
        tests=("tests/web/test_operations.py",),
    ),
    Promise(
        name="concurrency",
        promise="Threads and forked processes get the same bits as one alone, and none hangs; a server "
        "answers each request from one run, whatever is put in place meanwhile.",
        proof="8 threads and 4 forked processes, with and without the model loaded, against engines "
        "that did nothing else; 120 forks while threads encode and end; readers while run after "
        "run is completed; another engine's folder and scores under a running server.",
        tests=("tests/reliability/test_concurrency.py",),
    ),
    Promise(
        name="determinism",
        promise="The same corpus, versions and seed give the same bytes; no batch size and no order of "
        "inputs moves a risk by more than 1e-6.",
        proof="Two builds in two processes compared byte by byte; tasks scored together, alone, "
        "backwards, in batches of five and as a table.",
        tests=("tests/reliability/test_determinism.py",),
    ),
    Promise(
        name="fuzz",
        promise="No text makes a parser raise anything but an EngineError, or compute for two seconds.",
        proof="atheris on every parser, at least 200,000 inputs a run; properties by hypothesis.",
        tests=("tests/reliability/test_fuzz.py", "tests/test_untrusted_text.py"),
    ),
    Promise(
        name="api",
        promise="The API does what its OpenAPI description says, and never answers 5xx.",
        proof="schemathesis, all its checks, against a running server.",
        tests=("tests/reliability/test_api.py",),
    ),
    Promise(
        name="sensitivity",
        promise="What no reader sees moves no risk. Median |Δ risk| is at most 0.05 for paraphrases, 0.02 "
        "for case and for punctuation.",
        proof="60 tasks with two paraphrases each, and changes made of them.",
        tests=("tests/reliability/test_sensitivity.py", "tests/test_text.py"),
    ),
)


def main() -> int:
    options = _options()
    if options.list:
        for promise in PROMISES:
            print(f"{promise.name:16s}{promise.promise}")
        return 0
    asked = [p for p in PROMISES if p.name in (options.names or [p.name])]
    results = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.is_file() else {}
    for promise in asked:
        results[promise.name] = check(promise)
        print(f"{promise.name}: {_said(results[promise.name])}", flush=True)
        save(results)
    return 0 if all(results[promise.name]["failed"] == 0 for promise in asked) else 1


def check(promise: Promise) -> dict[str, Any]:
    """Run the tests of a promise: how many passed, failed and were skipped, and their figures."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-m", "", f"--junitxml={report}"]
        begun = time.monotonic()
        subprocess.run([*command, *promise.tests], cwd=ROOT, check=False)
        seconds = time.monotonic() - begun
        if not report.is_file():
            sys.exit(f"check_reliability: pytest made no report on {promise.name}")
        return outcome(ElementTree.parse(report)) | {  # noqa: S314 our own report
            "seconds": round(seconds),
            "date": time.strftime("%Y-%m-%d"),
            "engine": __version__,
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}",
        }


def outcome(report: ElementTree.ElementTree) -> dict[str, Any]:
    """What a report of pytest in JUnit's form says."""
    cases = list(report.iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None]
    failed += [case for case in cases if case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    figures = {
        str(found.get("name")): str(found.get("value"))
        for case in cases
        for found in case.iter("property")
    }
    return {
        "passed": len(cases) - len(failed) - len(skipped),
        "failed": len(failed),
        "skipped": [str(case.find("skipped").get("message")) for case in skipped],  # type: ignore[union-attr]
        "figures": figures,
    }


def save(results: dict[str, Any]) -> None:
    """Write the report, and the table from it."""
    known = {p.name: results[p.name] for p in PROMISES if p.name in results}
    REPORT.parent.mkdir(exist_ok=True)
    text = json.dumps(known, indent=1, ensure_ascii=False) + "\n"
    write_whole(REPORT, text.encode())
    write_whole(PAGE, filled(PAGE.read_text(encoding="utf-8"), known).encode())


def filled(page: str, results: dict[str, Any]) -> str:
    """The page with the table between its markers made anew."""
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    rows = ["| promise | how it is tested | latest figures |", "|---|---|---|"]
    for promise in PROMISES:
        found = results.get(promise.name)
        said = "not yet measured" if found is None else f"{_said(found)} ({found['date']})"
        rows.append(f"| **{promise.name}**: {promise.promise} | {promise.proof} | {said} |")
    return f"{before}{BEGIN}\n" + "\n".join(rows) + f"\n{END}{after}"


def _said(result: dict[str, Any]) -> str:
    figures = [f"{name}: {value}" for name, value in result["figures"].items()]
    counts = f"{result['passed']} tests passed"
    if result["failed"]:
        counts = f"**{result['failed']} of {result['passed'] + result['failed']} tests failed**"
    if result["skipped"]:
        counts += f", {len(result['skipped'])} skipped"
    return "; ".join([*figures, f"{counts} in {result['seconds']} s"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = [promise.name for promise in PROMISES]
    parser.add_argument("names", nargs="*", metavar="PROMISE", help=", ".join(known))
    parser.add_argument("--list", action="store_true", help="show the promises and end")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(known))
    if unknown:
        parser.error(f"unknown promise {', '.join(unknown)}: expected {', '.join(known)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
