from __future__ import annotations

from scripts.benchmarks.load import parse_wrk, summarize

REPORT = """Running 10s test @ http://127.0.0.1:8000/
  2 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.95ms    1.02ms  21.50ms   88.00%
    Req/Sec     2.31k   120.00     2.60k    70.00%
  Latency Distribution
     50%    6.80ms
     75%    7.20ms
     90%    8.00ms
     99%   10.12ms
  46000 requests in 10.10s, 300.00MB read
Requests/sec:   4555.06
Transfer/sec:     29.70MB
"""


def test_the_report_of_wrk() -> None:
    assert parse_wrk(REPORT, cpu_seconds=9.2) == {
        "requests/s": 4555.06,
        "p99 ms": 10.12,
        "CPU ms each": 0.2,
        "errors": 0.0,
    }


def test_units_and_errors_of_wrk() -> None:
    report = REPORT.replace("10.12ms", "1.50s") + "  Non-2xx or 3xx responses: 7\n"
    found = parse_wrk(report, cpu_seconds=9.2)
    assert (found["p99 ms"], found["errors"]) == (1500.0, 7.0)
    assert parse_wrk(REPORT.replace("10.12ms", "950us"), 9.2)["p99 ms"] == 0.95


def test_jobs_are_summarized_by_hand() -> None:
    answers = [(float(milliseconds), 200) for milliseconds in range(100, 0, -1)]
    answers[0] = (100.0, 503)
    assert summarize(answers, cpu_seconds=2.5) == {
        "p50 ms": 51.0,
        "p95 ms": 96.0,
        "CPU ms each": 25.0,
        "errors": 1.0,
    }
