#!/usr/bin/env python
"""Work out what a billion tasks take, docs/throughput.md, from measured figures.

    python scripts/benchmark.py speed --encoder static --sizes 100 10000 1000000 \
        --output docs/speed_static.json
    python scripts/benchmark.py index --sizes 10000 100000 1000000 --output docs/index.json
    python scripts/throughput_page.py

Files of further encoders and indexes, docs/speed_*.json and docs/index_*.json, join the page.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"

TASKS = 1_000_000_000
ROWS_THAT_TELL = 100_000

CORES = 64
"""Of one machine as a cloud lets it."""

PRICE = 2.5
"""US dollars an hour, of the order of what clouds ask for 64 virtual cores; put in your own."""


def main() -> None:
    files = sorted(DOCS.glob("speed_*.json"))
    figures = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    (DOCS / "throughput.svg").write_text(drawn(figures), encoding="utf-8")
    indexes: dict[str, dict[str, float]] = {}
    for path in sorted(DOCS.glob("index*.json")):
        indexes |= json.loads(path.read_text(encoding="utf-8"))
    (DOCS / "throughput.md").write_text(page(figures, indexes), encoding="utf-8")


def page(figures: list[dict[str, Any]], indexes: dict[str, dict[str, float]]) -> str:
    """The page, in Markdown, from what ``benchmark.py speed`` and ``index`` have saved."""
    parts = [
        "# A billion tasks",
        "",
        "How long, on how many machines, at what cost: worked out from measured figures by "
        "`python scripts/throughput_page.py`, never by hand. Seconds of the processor hold on a "
        "busy machine too; seconds by the clock are of the machine that was measured.",
        "",
        "## Measured",
        "",
        "![Seconds against tasks](throughput.svg)",
        "",
        *_table(
            ["encoder", "what", "seconds", "CPU seconds", "tasks a second", "peak memory"],
            [row for found in figures for row in _measured(found)],
        ),
        "",
        "## In use",
        "",
        "The ratio is the median of pairs taken in turn: all of scoring, against the vectors of "
        "MiniLM alone as sentence-transformers makes them. Importing sentence-transformers takes "
        f"{_seconds(figures[0]['start-up']['import sentence_transformers'])} s on this machine.",
        "",
        *_table(
            ["encoder", "what", "seconds", "peak memory"],
            [row for found in figures for row in _in_use(found)],
        ),
        "",
        "## Reference tasks in millions",
        "",
        "Of the ten nearest among so many vectors of 384 dimensions, how many are found, a "
        "query's time among a thousand at once, and what the index takes to make, to add a "
        "thousand to, and to hold. Up to 100,000 the engine compares all; above, it looks at as "
        "many lists of an inverted file as finding 99 of 100 takes. Vectors kept as codes of 48 "
        "bytes find fewer.",
        "",
        *_table(
            ["vectors", "index", "found", "ms a query", "s to make", "s to add", "peak memory"],
            [_index(*one) for one in indexes.items()],
        ),
        "",
        "## Worked out",
        "",
        "A core of the measured machine takes, in a batch from Parquet to Parquet, the CPU "
        "seconds above for its rows, loading of the engine included; where the batch had under "
        f"{ROWS_THAT_TELL:,} rows, in which loading outweighs the rest, those of the largest "
        "table are taken. Parts are independent and nothing is shared but files, so "
        f"{TASKS:,} tasks take {TASKS:,} times one row's, on as many cores as there are. A "
        f"machine here has {CORES} cores and costs {PRICE:.2f} dollars an hour.",
        "",
        *_table(
            ["encoder", "core hours", "hours on 1 machine", "on 10", "dollars"],
            [_billion(found) for found in figures],
        ),
        "",
        "Not in it: reading from far away, a queue of other users, and cores faster or slower "
        "than the measured one. Measure a million rows of your own on one of your machines first:",
        "",
        "```sh",
        "occupation-risk batch 'postings/*.parquet' scored/ --engine ray --model models/mine",
        "```",
        "",
    ]
    return "\n".join(parts)


def _measured(found: dict[str, Any]) -> list[list[str]]:
    batch = found["batch"]
    told = [(f"score {one['tasks']:,}", one["tasks"], one) for one in found["tables"]]
    told += [
        (f"score, {one['reference tasks']:,} reference tasks", one["tasks"], one)
        for one in found["references"]
    ]
    told.append((f"batch of {batch['rows']:,}, {batch['workers']} workers", batch["rows"], batch))
    return [
        [
            found["encoder"],
            name,
            f"{one['seconds']:,.2f}",
            f"{one['cpu_seconds']:,.2f}",
            f"{count / one['seconds']:,.0f}",
            f"{max(one['peak_mb'], one.get('worker_peak_mb', 0)):,.0f} MB",
        ]
        for name, count, one in told
    ]


def _in_use(found: dict[str, Any]) -> list[list[str]]:
    builds, start = found["builds"], found["start-up"]
    beside = found["beside plain encoding"]
    reference = f"{found['reference tasks']:,} reference tasks"
    told = [
        (f"build of {reference}, nothing cached", builds["nothing cached"]),
        (f"build of {reference}, embeddings cached", builds["embeddings cached"]),
        ("import engine", start["import engine"]),
        ("occupation-risk score --soc, cold", start["occupation-risk score --soc"]),
        ("score 25 new tasks, warm", found["score 25 new tasks, warm"]),
        (
            f"score {beside['tasks']:,} tasks: {beside['ratio']:.2f} times as long as "
            f"their vectors by MiniLM, {beside['plain_seconds']:.2f} s",
            beside,
        ),
    ]
    return [[found["encoder"], name, _seconds(one), _memory(one)] for name, one in told]


def _seconds(one: dict[str, float]) -> str:
    return f"{one['seconds']:,.2f}"


def _memory(one: dict[str, float]) -> str:
    peak = one.get("command_peak_mb", one.get("peak_mb"))
    return "" if peak is None else f"{peak:,.0f} MB"


def _index(name: str, found: dict[str, float]) -> list[str]:
    size, kind = name.split(" ", 1)
    return [
        size,
        "all compared" if kind == "Flat" else kind,
        f"{found['recall']:.3f}",
        f"{found['ms']:.3f}",
        f"{found['build']:,.1f}",
        f"{found['add']:.2f}",
        f"{found['peak_mb']:,.0f} MB",
    ]


def _billion(found: dict[str, Any]) -> list[str]:
    batch, table = found["batch"], found["tables"][-1]
    told, count = (
        (batch, batch["rows"]) if batch["rows"] >= ROWS_THAT_TELL else (table, table["tasks"])
    )
    core_hours = told["cpu_seconds"] / count * TASKS / 3_600
    hours = core_hours / CORES
    cells = (core_hours, hours, hours / 10, hours * PRICE)
    return [found["encoder"], *(f"{cell:,.1f}" for cell in cells)]


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [head, ["---", "---", *["--:"] * (len(head) - 2)], *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def drawn(figures: list[dict[str, Any]]) -> str:
    """CPU seconds against tasks, both by powers of ten, a line an encoder, as SVG."""
    size, margin, low, high = 420, 60, 1.0, 7.0
    step = (size - 2 * margin) / (high - low)

    def at(tasks: float, seconds: float) -> tuple[float, float]:
        x = margin + (math.log10(tasks) - low) * step
        return x, size - margin - (math.log10(seconds) + 2.5) * step

    marks, colours = [], ("#1f5fa8", "#8a6d00", "#2d7d46", "#b3541e")
    for power in range(1, 8):
        x, _ = at(10**power, 1)
        marks.append(f'<text x="{x:.0f}" y="{size - 35}" text-anchor="middle">10^{power}</text>')
    for power in range(-2, 4):
        _, y = at(10, 10.0**power)
        marks.append(f'<text x="{margin - 8}" y="{y + 4:.0f}" text-anchor="end">10^{power}</text>')
    for number, found in enumerate(figures):
        colour = colours[number % len(colours)]
        points = [at(one["tasks"], one["cpu_seconds"]) for one in found["tables"]]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        marks.append(f'<polyline points="{line}" fill="none" stroke="{colour}"/>')
        marks += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
        y = margin + 16 * number
        marks.append(f'<text x="{margin + 12}" y="{y}" fill="{colour}">{found["encoder"]}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        'font-family="sans-serif" font-size="12">'
        f'<rect width="{size}" height="{size}" fill="white"/>'
        f'{"".join(marks)}<text x="{size / 2}" y="{size - 12}" text-anchor="middle">tasks</text>'
        f'<text x="14" y="{margin - 20}">CPU seconds</text></svg>\n'
    )


if __name__ == "__main__":
    main()
