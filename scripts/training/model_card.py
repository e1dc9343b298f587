#!/usr/bin/env python
"""Write the measured figures into the model card, models/README.md.

    python scripts/benchmark.py accuracy --reference published --baselines --output A.json
    python scripts/benchmark.py scoreboard --output docs/figures/scoreboard.json
    python scripts/benchmark.py transfer --output T.json
    python scripts/benchmark.py evidence --output E.json
    python scripts/benchmark.py careers --output C.json
    python scripts/benchmark.py careers-rewritten --output R.json
    python scripts/training/model_card.py --accuracy A.json --transfer T.json --evidence E.json \
        --careers C.json --careers-rewritten R.json --scoreboard docs/figures/scoreboard.json

Figures that are not given stay as they are in docs/figures/model_card.json.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from engine.careers.similarity_levels import LEVELS, LITTLE
from scripts.benchmarks.common import FIGURES, ROOT
from scripts.benchmarks.documents import table, write_card
from scripts.training import scoreboard_blocks

CARD = ROOT / "models" / "README.md"
KEPT = FIGURES / "model_card.json"

MEASURES = {
    "exposure_human": "human exposure",
    "exposure_model": "model exposure",
    "exposure": "mean exposure",
    "automation": "automation",
}


BENCHMARKS = ("accuracy", "scoreboard", "transfer", "evidence", "careers", "careers-rewritten")


def main() -> None:
    write_card(
        (__doc__ or "").partition("\n")[0],
        benchmarks=BENCHMARKS,
        kept=KEPT,
        card=CARD,
        blocks=blocks,
    )


def blocks(figures: dict[str, Any]) -> dict[str, str]:
    """Return the text of each block of the card; none for a benchmark without figures."""
    return {
        block: write(figures[benchmark])
        for block, (benchmark, write) in _BLOCKS.items()
        if benchmark in figures
    }


def _methods(figures: dict[str, Any]) -> str:
    rows = []
    for name, line in figures.items():
        if not re.match(r"(work|minilm): ", name) or not line:
            continue
        cells = []
        for measure in MEASURES:
            found = line.get(measure)
            more = found.get("engine_more") if found else None
            text = f" ({more[0]:+.3f}; {more[1]:+.3f} to {more[2]:+.3f})" if more else ""
            cells.append(f"{found['r']:.3f}{text}" if found else "")
        rows.append([name, *cells])
    return table(["encoder: method", *MEASURES.values()], rows, 1)


def _engine(figures: dict[str, Any]) -> str:
    rows = []
    for measure, name in (MEASURES | {"observed_automation": "observed automation"}).items():
        found = figures[measure]
        occupations = f"{found['occupations']:.3f}" if "occupations" in found else ""
        rows.append(
            [
                name,
                f"{found['tasks']:,.0f}",
                *(f"{found[key]:.3f}" for key in ("r", "gap", "coverage", "width")),
                occupations,
            ]
        )
    head = [
        "measure",
        "tasks",
        "r",
        "largest calibration gap",
        "coverage",
        "width",
        "coverage of occupations",
    ]
    novelty, not_work = figures["novelty"], figures["texts that are not work"]
    lines = [
        f"- category among the task's own groups: {figures['category']['accuracy']:.3f}",
        f"- exposure level equal to GPT-4's: {figures['exposure level']['accuracy']:.3f}",
        f"- correlation of novelty with the error of risk: {novelty['r']:.3f}",
        f"- flagged as out of scope: {novelty['out_of_scope']:.3f} of the tasks, "
        f"{not_work['out_of_scope']:.3f} of texts that are not work",
    ]
    for measure in ("automation", "exposure"):
        found = figures[f"observed in 2025, ranked by {measure}"]
        lines.append(
            f"- rank correlation (Spearman's ρ) of {measure} with the automation observed in use "
            f"in 2025, over {found['tasks']:,.0f} tasks: {found['rho']:.3f} for the engine's "
            f"estimates of held-out tasks, {found['rho_labels']:.3f} for the ratings of 2023"
        )
    return table(head, rows, 1) + "\n\n" + "\n".join(lines)


def _groups(figures: dict[str, Any]) -> str:
    rows = [
        [
            name,
            f"{found['tasks']:,.0f}",
            *(f"{found[key]:.3f}" for key in ("r", "mse", "coverage", "width")),
        ]
        for name, found in figures.items()
        if re.match(r"risk, fifth|\d\d ", name)
    ]
    return table(["risk", "tasks", "r", "mean squared error", "coverage", "width"], rows, 1)


def _worst(figures: dict[str, Any]) -> str:
    rows = []
    for found in figures["worst"]:
        direction = "rated higher" if found["bias"] < 0 else "rated lower"
        share = abs(found["bias"]) / found["error"]
        reason = f"{direction} than similar work" if share > 0.6 else "errors in both directions"
        if found["novelty"] > 0.6:
            reason += ", and unlike other work"
        rows.append(
            [
                f"{found['title']} ({found['soc_code']})",
                reason,
                str(found["tasks"]),
                f"{found['error']:.2f}",
                f"{found['bias']:+.2f}",
                f"{found['novelty']:.2f}",
            ]
        )
    head = ["occupation", "reason", "tasks", "mean error", "bias", "novelty"]
    return table(head, rows, 2)


def _evidence(figures: dict[str, Any]) -> str:
    rows = [
        [name, *(f"{share:.3f}" for share in shares.values())] for name, shares in figures.items()
    ]
    return table(["encoder", *next(iter(figures.values()))], rows, 1)


def _careers(figures: dict[str, Any]) -> str:
    return _recall("similarity", figures["methods"])


def _careers_rewritten(figures: dict[str, Any]) -> str:
    return _recall("what is known of an occupation", figures["told"])


def _similarity_levels(figures: dict[str, Any]) -> str:
    names = [*(name for _, name in LEVELS), LITTLE]
    rows = [
        [
            _escaped(known),
            *(f"{levels[name]['listed']:.3f}" if name in levels else "" for name in names),
        ]
        for known, levels in figures["levels"].items()
    ]
    return table(["what is known of an occupation", *names], rows, 1)


def _escaped(name: str) -> str:
    """Write the name of O*NET so that Markdown keeps its asterisk."""
    return name.replace("O*NET", r"O\*NET")


def _recall(head: str, figures: dict[str, Any]) -> str:
    columns = ("recall at 10", "recall at 20", "nDCG")
    rows = [
        [
            _escaped(name),
            f"{found['sources']:,.0f}",
            *(f"{found[column]:.3f}" for column in columns),
        ]
        for name, found in figures.items()
    ]
    return table([head, "sources", *columns], rows, 1)


def _transfer(figures: dict[str, Any]) -> str:
    rows = []
    for name in (key.removesuffix(": engine") for key in figures if key.endswith(": engine")):
        line, level = figures[f"{name}: engine"], figures[f"{name}: level"]["accuracy"]
        rows.append([name, *(f"{line[measure]:.3f}" for measure in MEASURES), f"{level:.3f}"])
    head = ["engine", *MEASURES.values(), "exposure level equal to GPT-4's"]
    return table(head, rows, 1)


_BLOCKS: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    "methods": ("accuracy", _methods),
    "engine": ("accuracy", _engine),
    "groups": ("accuracy", _groups),
    "worst": ("accuracy", _worst),
    "scoreboard": ("scoreboard", scoreboard_blocks.scoreboard),
    "coverage by group": ("scoreboard", scoreboard_blocks.coverage_by_group),
    "transfer": ("transfer", _transfer),
    "evidence": ("evidence", _evidence),
    "careers": ("careers", _careers),
    "careers rewritten": ("careers_rewritten", _careers_rewritten),
    "levels of similarity": ("careers_rewritten", _similarity_levels),
}
"""Block of the card -> its benchmark, and the function that writes it."""


if __name__ == "__main__":
    main()
