"""Results as tables with a column for each field, and as CSV that is safe in a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.careers.results import CareerMatch, CareerPath
from engine.records.results import OccupationRisk

if TYPE_CHECKING:
    import pandas as pd


# Frames ---------------------------------------------------------------------------------------


def match_table(matches: Sequence[CareerMatch]) -> pd.DataFrame:
    """Similar careers, one row a match; shares, risks and probabilities in [0, 1]."""
    import pandas as pd

    return pd.DataFrame([_match_row(match) for match in matches], columns=_MATCH_COLUMNS)


_MATCH_COLUMNS = [
    *("soc_code", "title", "job_zone", "similarity", "risk", "risk_low", "risk_high"),
    *("risk_difference", "ai_capability", "shared_tasks", "carries_over", "new_tasks"),
    *("job_zone_step", "probability_safer", "median_wage", "wage_is_minimum", "wage_ratio"),
    *("employment_change", "annual_openings", "outlook_code", "score"),
]


def _match_row(match: CareerMatch) -> tuple[object, ...]:
    return (
        match.soc_code,
        match.title,
        match.job_zone,
        match.similarity,
        match.risk,
        *match.risk_interval,
        match.risk_difference,
        match.ai_capability,
        " | ".join(f"{pair.task} ~ {pair.matches}" for pair in match.shared_tasks),
        match.carries_over,
        " | ".join(task.task for task in match.new_tasks),
        match.job_zone_step,
        match.probability_safer,
        match.outlook.median_wage,
        match.outlook.wage_is_minimum,
        match.wage_ratio,
        match.outlook.employment_change,
        match.outlook.annual_openings,
        match.outlook.code,
        match.score,
    )


def path_table(paths: Sequence[CareerPath]) -> pd.DataFrame:
    """Paths, one row a move: number of path and step, the path's cost, then as ``match_table``."""
    import pandas as pd

    rows = [
        (number, place, path.cost, *_match_row(step))
        for number, path in enumerate(paths, start=1)
        for place, step in enumerate(path.steps, start=1)
    ]
    return pd.DataFrame(rows, columns=["path", "step", "path_cost", *_MATCH_COLUMNS])


def task_table(results: Sequence[OccupationRisk]) -> pd.DataFrame:
    """Every field of the tasks of some occupations, one row a task, values in [0, 1]."""
    import pandas as pd

    rows = []
    for result in results:
        for task in result.tasks:
            row: dict[str, Any] = {
                "soc_code": result.soc_code or "",
                "title": result.title,
                "task": task.task,
                "category": task.category,
                "ai_capability": task.ai_capability,
                "ai_capability_level": task.ai_capability_level,
                "risk": task.risk,
                "risk_low": task.risk_interval[0],
                "risk_high": task.risk_interval[1],
                "time_share": task.time_share,
                "time_share_source": task.time_share_source,
                "novelty": task.novelty,
                "out_of_scope": task.out_of_scope,
                "in_reference": task.in_reference,
            }
            row |= {f"measure_{name}": value for name, value in task.measures.items()}
            nearest = task.neighbours[0] if task.neighbours else None
            row["nearest_task"] = nearest.text if nearest else ""
            row["nearest_similarity"] = nearest.similarity if nearest else None
            rows.append(row)
    return pd.DataFrame(rows)


_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that spreadsheets run, or may after tidying it (OWASP, CSV Injection)."""


def inert(value: object) -> object:
    """A cell of a CSV file: text that a spreadsheet would run gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV for people, every cell of it inert."""
    return table.map(inert).to_csv(index=False, lineterminator="\n")
