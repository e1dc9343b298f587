#!/usr/bin/env python
"""Put the measured figures into the model card, models/README.md, between its markers.

    python scripts/benchmark.py accuracy --reference published --contest \
        --elsewhere docs/kept_aside.json --output A.json
    python scripts/benchmark.py transfer --output T.json
    python scripts/benchmark.py evidence --output E.json
    python scripts/benchmark.py careers --output C.json
    python scripts/model_card.py --accuracy A.json --transfer T.json --evidence E.json \
        --careers C.json

The figures are kept in models/work/figures.json; without arguments the card is made from these.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CARD = ROOT / "models" / "README.md"
FIGURES = ROOT / "models" / "work" / "figures.json"

MEASURES = {
    "exposure_human": "human exposure",
    "exposure_model": "model exposure",
    "exposure": "mean exposure",
    "automation": "automation",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parts = ("accuracy", "transfer", "evidence", "careers")
    for part in parts:
        parser.add_argument(f"--{part}", type=Path)
    options = parser.parse_args()
    figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.is_file() else {}
    for name in parts:
        path = getattr(options, name)
        if path is not None:
            figures[name] = json.loads(path.read_text(encoding="utf-8"))
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    CARD.write_text(filled(CARD.read_text(encoding="utf-8"), figures), encoding="utf-8")


def filled(card: str, figures: dict[str, Any]) -> str:
    """The card with the text between each pair of markers made anew."""
    blocks = {
        "contest": _contest(figures["accuracy"]),
        "engine": _engine(figures["accuracy"]),
        "elsewhere": _elsewhere(figures["accuracy"]["elsewhere"]),
        "groups": _groups(figures["accuracy"]),
        "worst": _worst(figures["accuracy"]),
        "transfer": _transfer(figures["transfer"]),
        "evidence": _evidence(figures["evidence"]),
        "careers": _careers(figures["careers"]),
    }
    for name, text in blocks.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        card = re.sub(pattern, lambda m, t=text: f"{m[1]}{t}\n{m[2]}", card, flags=re.DOTALL)
    return card


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _elsewhere(figures: dict[str, dict[str, float]]) -> str:
    return _table(
        ["figure", "mean of the draws here", "expected there"],
        [
            [
                MEASURES.get(name, "exposure level equal to the published model's"),
                f"{line['here']:.3f}",
                f"{line['expected']:.3f} ± {line['deviation']:.3f}",
            ]
            for name, line in figures.items()
        ],
    )


def _contest(figures: dict[str, Any]) -> str:
    rows = []
    for name, line in figures.items():
        if not re.match(r"(work|minilm): ", name) or not line:
            continue
        cells = []
        for measure in MEASURES:
            found = line.get(measure)
            more = found.get("engine_more") if found else None
            told = f" ({more[0]:+.3f}; {more[1]:+.3f} to {more[2]:+.3f})" if more else ""
            cells.append(f"{found['r']:.3f}{told}" if found else "")
        rows.append([name, *cells])
    return _table(["encoder: method", *MEASURES.values()], rows)


def _engine(figures: dict[str, Any]) -> str:
    rows = []
    for measure, name in (MEASURES | {"observed_automation": "observed automation"}).items():
        found = figures[measure]
        whole = f"{found['occupations']:.3f}" if "occupations" in found else ""
        rows.append(
            [
                name,
                f"{found['tasks']:,.0f}",
                *(f"{found[key]:.3f}" for key in ("r", "gap", "coverage", "width")),
                whole,
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
    level = figures["level, against the model's"]["accuracy"]
    lines = [
        f"- category among the task's own groups: {figures['category']['accuracy']:.3f}",
        f"- most likely exposure level equal to the published model's: {level:.3f}",
        f"- correlation of novelty with the error of risk: {figures['novelty']['r']:.3f}; flagged "
        f"as out of scope: {figures['novelty']['out_of_scope']:.3f} of the tasks, and "
        f"{figures['texts that are no work']['out_of_scope']:.3f} of texts that are no work",
    ]
    for measure in ("automation", "exposure"):
        found = figures[f"observed in 2025, ranked by {measure}"]
        lines.append(
            f"- automation observed in use in 2025 ({found['tasks']:,.0f} tasks), ranked by "
            f"{measure} as rated in 2023: Spearman's ρ {found['rho']:.3f} for the engine's "
            f"estimates of tasks left out, {found['rho_labels']:.3f} for the ratings themselves"
        )
    return _table(head, rows) + "\n\n" + "\n".join(lines)


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
    return _table(["risk", "tasks", "r", "mean squared error", "coverage", "width"], rows)


def _worst(figures: dict[str, Any]) -> str:
    rows = []
    for found in figures["worst"]:
        direction = "rated higher" if found["bias"] < 0 else "rated lower"
        share = abs(found["bias"]) / found["error"]
        reason = f"{direction} than similar work" if share > 0.6 else "errors both ways"
        if found["novelty"] > 0.6:
            reason += ", and far from other work"
        rows.append(
            [
                f"{found['title']} ({found['soc_code']})",
                str(found["tasks"]),
                f"{found['error']:.2f}",
                f"{found['bias']:+.2f}",
                f"{found['novelty']:.2f}",
                reason,
            ]
        )
    head = ["occupation", "tasks", "mean error", "bias", "novelty", "why"]
    return _table(head, rows)


def _evidence(figures: dict[str, Any]) -> str:
    rows = [
        [name, *(f"{share:.3f}" for share in shares.values())] for name, shares in figures.items()
    ]
    return _table(["encoder", *next(iter(figures.values()))], rows)


def _careers(figures: dict[str, Any]) -> str:
    columns = ("recall at 10", "recall at 20", "nDCG")
    rows = [
        [name, f"{found['sources']:,.0f}", *(f"{found[column]:.3f}" for column in columns)]
        for name, found in figures["methods"].items()
    ]
    return _table(["similarity", "sources", *columns], rows)


def _transfer(figures: dict[str, Any]) -> str:
    rows = []
    for name in (key.removesuffix(": engine") for key in figures if key.endswith(": engine")):
        line, level = figures[f"{name}: engine"], figures[f"{name}: level"]["accuracy"]
        rows.append([name, *(f"{line[measure]:.3f}" for measure in MEASURES), f"{level:.3f}"])
    head = ["engine", *MEASURES.values(), "exposure level equal to the published model's"]
    return _table(head, rows)


if __name__ == "__main__":
    main()
