#!/usr/bin/env python
"""Write the measured figures into the data card, reference_tasks/README.md.

    python scripts/benchmark.py starter --data-dir DIR --output S.json
    python scripts/benchmark.py agreement --output A.json
    python scripts/benchmark.py transfer --data-dir DIR --output T.json
    python scripts/training/data_card.py --starter S.json --agreement A.json --transfer T.json

Figures that are not given stay as they are in docs/figures/data_card.json.
"""

from __future__ import annotations

from typing import Any

from scripts.benchmarks.common import FIGURES, ROOT
from scripts.benchmarks.documents import table, write_card
from scripts.benchmarks.transfer import CAVEAT
from scripts.training.model_card import MEASURES

CARD = ROOT / "reference_tasks" / "README.md"
KEPT = FIGURES / "data_card.json"
BENCHMARKS = ("starter", "agreement", "transfer")

_OUTCOMES = {
    "exposure": "exposure",
    "automation": "automation",
    "automation_2026": "automation 2026",
    "human_agency": "human agency",
}


def main() -> None:
    write_card(
        (__doc__ or "").partition("\n")[0],
        benchmarks=BENCHMARKS,
        kept=KEPT,
        card=CARD,
        blocks=blocks,
    )


def blocks(figures: dict[str, Any]) -> dict[str, str]:
    """Return the text of each block of the card."""
    starter = figures["starter"]
    return {
        "size": _size(starter),
        "examples": _examples(starter),
        "agreement": _agreement(figures["agreement"]),
        "recognized": _recognized(figures["agreement"]["rewrites"]),
        "levels": _levels(starter["levels"]),
        "groups": _groups(starter),
        "zones": _zones(starter["job zones"]),
        "time": _time(starter["time shares"]),
        "likeness": _likeness(starter["published"]),
        "transfer": _transfer(figures["transfer"]),
    }


def _size(starter: dict[str, Any]) -> str:
    titles = starter["alternate titles"]
    return (
        f"{starter['occupations']} occupations, {starter['tasks']:,} tasks, and {titles['all']:,} "
        f"alternate titles ({titles['fewest']} to {titles['most']} for each occupation), written "
        "and labeled for this project."
    )


def _examples(starter: dict[str, Any]) -> str:
    scope, postings = starter["scope"], starter["postings"]
    languages = ", ".join(f"{count} {code}" for code, count in postings["languages"].items())
    return (
        f"`rewrites.csv` has {starter['rewrites']:,} rows. `postings.csv` has "
        f"{postings['documents']} documents ({languages}) with {postings['rows']:,} rows, of which "
        f"{postings['share of duties']:.0%} are duties. `scope.csv` has {scope['yes']:,} texts "
        f"that are work and {scope['no']:,} that are not."
    )


def _agreement(figures: dict[str, Any]) -> str:
    names = {**_OUTCOMES, "category": "category"}
    rows = [
        [name, f"{line['tasks']:,}", *(f"{line[column]:.2f}" for column in names)]
        for name, line in figures.items()
        if name != "rewrites"
    ]
    return table(["", "tasks", *names.values()], rows, 1)


def _recognized(figures: dict[str, Any]) -> str:
    rows = [[name, f"{count:,}", f"{share:.1%}"] for name, (share, count) in figures.items()]
    return table(["style, language", "rewrites shown", "task found"], rows, 1)


def _levels(figures: dict[str, dict[str, float]]) -> str:
    return "\n".join(
        f"- {_OUTCOMES[column]}: "
        + ", ".join(f"{level} {share:.1%}" for level, share in shares.items())
        for column, shares in figures.items()
    )


def _groups(starter: dict[str, Any]) -> str:
    published = starter["published"]["major groups"]
    rows = []
    for name, line in starter["major groups"].items():
        theirs = published[name[:2]]
        rows.append(
            [
                name,
                f"{line['occupations']}",
                f"{line['tasks']:,}",
                f"{line['exposure']:.2f} ({theirs['exposure']:.2f})",
                f"{line['automation']:.2f} ({theirs['automation']:.2f})",
                f"{line['automation_2026']:.2f}",
                f"{line['human_agency']:.2f}",
            ]
        )
    return table(["", "occupations", "tasks", *_OUTCOMES.values()], rows, 1)


def _zones(figures: dict[str, int]) -> str:
    return table(
        ["job zone", *figures], [["occupations", *(f"{count}" for count in figures.values())]], 1
    )


def _time(figures: dict[str, float]) -> str:
    return (
        f"In the median occupation, the largest task takes {figures['median of the largest']:.0%} "
        f"of the year, and the largest three take {figures['median of the largest three']:.0%}. "
        "The rank correlation of the shares with the order of the rows is "
        f"{figures['rank correlation with the order of rows']:+.2f}."
    )


def _likeness(figures: dict[str, Any]) -> str:
    (count,) = (value for name, value in figures.items() if name.startswith("tasks with"))
    return (
        f"By MiniLM, the highest cosine similarity of a task with an O\\*NET statement is "
        f"{figures['highest cosine similarity']:.2f}; {count} tasks reach 0.85."
    )


def _transfer(figures: dict[str, Any]) -> str:
    rows = []
    for name, line in figures.items():
        source, _, method = name.rpartition(": ")
        scratch = source == "from scratch" or source.startswith("from scratch, ")
        if scratch and method in ("engine", "50 neighbors, weighted"):
            reference = source.removeprefix("from scratch").removeprefix(", ")
            cells = [f"{line[column]:.3f}" for column in MEASURES]
            rows.append([reference or "this reference", method, *cells])
    ilo = figures["from scratch: ILO 2025"]
    covered = {
        measure: figures[f"from scratch: {measure}"]["coverage"]
        for measure in ("exposure", "automation")
    }
    return "\n\n".join(
        (
            f"{CAVEAT}",
            table(["reference", "method", *MEASURES.values()], rows, 2),
            "On tasks of the ILO's occupations, the estimates of this reference alone have a rank "
            f"correlation of {ilo['automation']:.3f} (automation) and {ilo['exposure']:.3f} "
            "(exposure) with the automation potential of 2025. Its 90% intervals cover "
            f"{covered['exposure']:.0%} (exposure) and {covered['automation']:.0%} (automation) of "
            "the published ratings.",
        )
    )


if __name__ == "__main__":
    main()
