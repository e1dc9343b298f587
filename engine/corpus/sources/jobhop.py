"""JobHop: careers from résumés of the public employment service of Flanders, by ESCO occupation.

Source: Johary et al. 2025, JobHop: A Large-Scale Dataset of Career Trajectories, arXiv:2505.07653;
``https://huggingface.co/datasets/aida-ugent/JobHop``, CC BY 4.0. Each row is a job of a person. An
ESCO code begins with the four digits of its unit group of ISCO-08.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from engine.errors import InputError
from engine.records import isco
from engine.utils.delimited import parse_table

NAME = "JobHop"
CODE, START = "matched_code", "start_date"
PERSON = ("resume_id", "person_id")
"""Names of the column that tells people apart, in the second and the first version."""

_QUARTER = re.compile(r"Q([1-4]) (\d{4})")


def read(text: str, where: str) -> Mapping[tuple[str, str], float]:
    """Count the moves between unit groups of ISCO-08, from each job to the one that starts next.

    Jobs without a date or a code are left out. Jobs that start in the same quarter are in the order
    of the file.

    Args:
        text: of a file of JobHop.
        where: its name, for messages.

    Raises:
        InputError: if it lacks a column, or no person has two jobs with dates.
    """
    rows = [row for _, row in parse_table(text, where, (CODE, START))]
    person = next((name for name in PERSON if rows and name in rows[0]), None)
    if person is None:
        raise InputError(f"{where}: expected a column {' or '.join(PERSON)}; give a file of JobHop")
    careers: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        quarter, group = _QUARTER.fullmatch(row[START]), f"{isco.ISCO}-{row[CODE][:4]}"
        if quarter and isco.is_isco(group):
            careers.setdefault(row[person], []).append((quarter[2] + quarter[1], group))
    counts = Counter[tuple[str, str]]()
    for jobs in careers.values():
        groups = [group for _, group in sorted(jobs, key=lambda job: job[0])]
        counts.update(pairwise(groups))
    if not counts:
        raise InputError(f"{where}: no person has two jobs with dates; give a file of JobHop")
    return counts
