#!/usr/bin/env python
"""Write the tables and the figure of docs/throughput.md from the measurements in docs/figures.

    python scripts/benchmark.py speed --encoder static --sizes 100 10000 1000000 \\
        --output docs/figures/speed_static.json
    python scripts/benchmark.py index --sizes 10000 100000 1000000 \\
        --output docs/figures/index.json
    python scripts/benchmark.py load --encoder static --output docs/figures/load_static.json
    python scripts/benchmark.py soak --output docs/figures/soak.json
    python scripts/benchmarks/throughput_page.py

Every speed_*.json, index*.json, and load_*.json in docs/figures adds rows to the page.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.benchmarks.common import FIGURES, ROOT, Figures
from scripts.benchmarks.documents import fill, table

PAGE = ROOT / "docs" / "throughput.md"

TASKS = 1_000_000_000
MIN_BATCH_ROWS = 100_000
"""Number of rows from which loading the engine hardly affects a batch run."""

CORES = 64
"""Number of cores of one cloud machine."""

PRICE = 2.5
"""US dollars per hour for such a machine, about what clouds charge; put in your own price."""

_COLORS = ("#1f5fa8", "#8a6d00", "#2d7d46", "#b3541e")


@dataclass(frozen=True, kw_only=True)
class Measurements:
    """What the page is written from.

    Attributes:
        speeds: one for each encoder, as ``benchmark.py speed`` saves it.
        indexes: size and kind of index -> its figures, as ``benchmark.py index`` saves them.
        loads: encoder -> figures, as ``benchmark.py load`` saves them.
        soak: as ``benchmark.py soak`` saves it.
    """

    speeds: Sequence[Figures]
    indexes: Mapping[str, Mapping[str, float]]
    loads: Mapping[str, Figures]
    soak: Figures

    @classmethod
    def read(cls, folder: Path) -> Measurements:
        """Read the JSON files of a folder."""

        def read(path: Path) -> Any:
            return json.loads(path.read_text(encoding="utf-8"))

        indexes: dict[str, Any] = {}
        for path in sorted(folder.glob("index*.json")):
            indexes |= read(path)
        return cls(
            speeds=[read(path) for path in sorted(folder.glob("speed_*.json"))],
            indexes=indexes,
            loads={
                path.stem.removeprefix("load_"): read(path)
                for path in sorted(folder.glob("load_*.json"))
            },
            soak=read(folder / "soak.json"),
        )


def main() -> None:
    measured = Measurements.read(FIGURES)
    page = fill(PAGE.read_text(encoding="utf-8"), blocks(measured))
    PAGE.write_text(page, encoding="utf-8")
    PAGE.with_suffix(".svg").write_text(svg(measured.speeds), encoding="utf-8")


def blocks(measured: Measurements) -> dict[str, str]:
    """Return the text of each block of the page."""
    speeds = measured.speeds
    importing = _seconds(speeds[0]["start-up"]["import sentence_transformers"])
    return {
        "scoring": table(
            ["encoder", "work", "seconds", "CPU seconds", "tasks per second", "peak memory"],
            [row for speed in speeds for row in _scoring(speed)],
            2,
        ),
        "in use": table(
            ["encoder", "work", "seconds", "peak memory"],
            [row for speed in speeds for row in _in_use(speed)],
            2,
        )
        + f"\n\nImporting sentence-transformers takes {importing} s on the same machine.",
        "indexes": table(
            ["vectors", "index", "recall", "ms per query", "s to build", "s to add", "peak memory"],
            [_index(*entry) for entry in measured.indexes.items()],
            2,
        ),
        "billion": table(
            ["encoder", "core hours", "hours on 1 machine", "hours on 10", "dollars"],
            [_billion(speed) for speed in speeds],
            1,
        )
        + f"\n\nA machine here has {CORES} cores and costs {PRICE:.2f} dollars an hour.",
        "load": table(
            ["encoder", "pages/s", "99% of pages", "95% of jobs", "CPU time per job", "errors"],
            [_load(*entry) for entry in measured.loads.items()],
            1,
        ),
        "soak": _soak(measured.soak),
    }


def _scoring(speed: Figures) -> list[list[str]]:
    batch = speed["batch"]
    lines = [(f"score {one['tasks']:,}", one["tasks"], one) for one in speed["tables"]]
    lines += [
        (f"score, {one['reference tasks']:,} reference tasks", one["tasks"], one)
        for one in speed["references"]
    ]
    lines.append((f"batch of {batch['rows']:,}, {batch['workers']} workers", batch["rows"], batch))
    return [
        [
            speed["encoder"],
            name,
            f"{one['seconds']:,.2f}",
            f"{one['cpu_seconds']:,.2f}",
            f"{count / one['seconds']:,.0f}",
            f"{max(one['peak_mb'], one.get('worker_peak_mb', 0)):,.0f} MB",
        ]
        for name, count, one in lines
    ]


def _in_use(speed: Figures) -> list[list[str]]:
    builds, start = speed["builds"], speed["start-up"]
    compared = speed["beside plain encoding"]
    reference = f"{speed['reference tasks']:,} reference tasks"
    lines = [
        (f"build of {reference}, nothing cached", builds["nothing cached"]),
        (f"build of {reference}, embeddings cached", builds["embeddings cached"]),
        ("import engine", start["import engine"]),
        ("occupation-risk score --soc, cold", start["occupation-risk score --soc"]),
        ("score 25 new tasks, warm", speed["score 25 new tasks, warm"]),
        (
            f"score {compared['tasks']:,} tasks: {compared['ratio']:.2f} times as long as "
            f"embedding them with MiniLM, {compared['plain_seconds']:.2f} s",
            compared,
        ),
    ]
    return [[speed["encoder"], name, _seconds(one), _memory(one)] for name, one in lines]


def _seconds(one: Mapping[str, float]) -> str:
    return f"{one['seconds']:,.2f}"


def _memory(one: Mapping[str, float]) -> str:
    peak = one.get("command_peak_mb", one.get("peak_mb"))
    return "" if peak is None else f"{peak:,.0f} MB"


def _index(name: str, found: Mapping[str, float]) -> list[str]:
    size, kind = name.split(" ", 1)
    return [
        size,
        "exact" if kind == "Flat" else kind,
        f"{found['recall']:.3f}",
        f"{found['ms']:.3f}",
        f"{found['build']:,.1f}",
        f"{found['add']:.2f}",
        f"{found['peak_mb']:,.0f} MB",
    ]


def core_hours(speed: Figures) -> float:
    """Return the core hours that ``TASKS`` tasks take, from CPU seconds per measured row."""
    batch, table = speed["batch"], speed["tables"][-1]
    if batch["rows"] >= MIN_BATCH_ROWS:
        per_row = batch["cpu_seconds"] / batch["rows"]
    else:
        per_row = table["cpu_seconds"] / table["tasks"]
    return float(per_row * TASKS / 3_600)


def _billion(speed: Figures) -> list[str]:
    total = core_hours(speed)
    hours = total / CORES
    cells = (total, hours, hours / 10, hours * PRICE)
    return [speed["encoder"], *(f"{cell:,.1f}" for cell in cells)]


def _load(encoder: str, load: Figures) -> list[str]:
    pages, jobs = load["occupation page"], load["POST /api/score"]
    return [
        encoder,
        f"{pages['requests/s']:,.0f}",
        f"{pages['p99 ms']:.1f} ms",
        f"{jobs['p95 ms']:.1f} ms",
        f"{jobs['CPU ms each']:.1f} ms",
        f"{pages['errors'] + jobs['errors']:.0f}",
    ]


def _soak(soak: Figures) -> str:
    windows = [math.ceil(milliseconds) for milliseconds in soak["p99 ms by tenth of the time"]]
    kinds = {name: math.ceil(found) for name, found in soak["p99 ms by kind"].items()}
    return "\n".join(
        (
            f"- {soak['requests']:,} requests in {soak['minutes']:.0f} minutes, "
            f"{soak['asked, requests/s']:,.0f} per second, with {soak['errors']} errors",
            f"- memory at the end: {soak['memory growth, %']:+.1f}%",
            f"- 99% of answers within {min(windows)} to {max(windows)} ms, depending on the tenth "
            "of the time",
            f"- 99% of pages within {kinds['page']} ms, of API answers within {kinds['api']} ms, "
            f"and of scored jobs within {kinds['score']} ms",
        )
    )


def svg(speeds: Sequence[Figures]) -> str:
    """Return the figure: CPU seconds against tasks, both in powers of ten, a line per encoder."""
    size, margin, low, high = 420, 60, 1.0, 7.0
    step = (size - 2 * margin) / (high - low)

    def at(tasks: float, seconds: float) -> tuple[float, float]:
        x = margin + (math.log10(tasks) - low) * step
        return x, size - margin - (math.log10(seconds) + 2.5) * step

    marks = []
    for power in range(1, 8):
        x, _ = at(10**power, 1)
        marks.append(f'<text x="{x:.0f}" y="{size - 35}" text-anchor="middle">10^{power}</text>')
    for power in range(-2, 4):
        _, y = at(10, 10.0**power)
        marks.append(f'<text x="{margin - 8}" y="{y + 4:.0f}" text-anchor="end">10^{power}</text>')
    for number, speed in enumerate(speeds):
        color = _COLORS[number % len(_COLORS)]
        points = [at(one["tasks"], one["cpu_seconds"]) for one in speed["tables"]]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        marks.append(f'<polyline points="{line}" fill="none" stroke="{color}"/>')
        marks += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>' for x, y in points]
        y = margin + 16 * number
        marks.append(f'<text x="{margin + 12}" y="{y}" fill="{color}">{speed["encoder"]}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        'font-family="sans-serif" font-size="12">'
        f'<rect width="{size}" height="{size}" fill="white"/>'
        f'{"".join(marks)}<text x="{size / 2}" y="{size - 12}" text-anchor="middle">tasks</text>'
        f'<text x="14" y="{margin - 20}">CPU seconds</text></svg>\n'
    )


if __name__ == "__main__":
    main()
