"""The occupational mobility network: monthly moves of the Current Population Survey, 2010 to 2017.

Source: del Rio-Chanona et al. 2021, Occupational mobility and automation,
``https://zenodo.org/records/4453162``, CC BY 4.0. A folder has these files of its ``data`` folder:

- ``occupational_mobility_network.csv``: no header; the probability that a person in the occupation
  of the row is in that of the column a month later;
- ``ipums_variables.csv``: ``id`` and ``acs_occ_code``, the Census code of each row and column;
- ``ipums_employment_2016.csv``: the mean employment of each;

and one that you write from the Census Bureau's crosswalk of 2010 occupation codes:

- ``census_soc.csv``: ``census`` and ``soc``, such as 0430 and 11-9199, or 25-1000 for a group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine.errors import InputError
from engine.utils.delimited import read_table, read_text

NAME = "Current Population Survey, 2010 to 2017"
MATRIX_FILE, OCCUPATIONS_FILE = "occupational_mobility_network.csv", "ipums_variables.csv"
EMPLOYMENT_FILE, CENSUS_FILE = "ipums_employment_2016.csv", "census_soc.csv"
EMPLOYMENT = "IPUMS_CPS_av_monthly_employment_whole_period"

_MONTHS, _PEOPLE_PER_INTERVIEW = 96, 2_300
"""The survey asks about one worker in 2,300: 60,000 of 140 million. Counts are of interviews."""


def read(folder: Path) -> Mapping[tuple[str, str], float]:
    """Return the expected number of observed moves between SOC codes.

    Occupations that the crosswalk lacks keep their Census code, such as ``Census 0430``.

    Raises:
        InputError: if a file is missing, or the files do not fit together.
    """
    census = {
        row["census"].zfill(4): row["soc"].strip().upper()
        for _, row in read_table(folder / CENSUS_FILE, ("census", "soc"))
    }
    rows = read_table(folder / OCCUPATIONS_FILE, ("id", "acs_occ_code"))
    listed = [row["acs_occ_code"].zfill(4) for _, row in rows]
    codes = [census.get(code, f"Census {code}") for code in listed]
    employment = [row[EMPLOYMENT] for _, row in read_table(folder / EMPLOYMENT_FILE, (EMPLOYMENT,))]
    text = read_text(folder / MATRIX_FILE)
    try:
        lines = text.splitlines()
        matrix = np.array([[float(cell) for cell in line.split(",")] for line in lines])
        people = np.array([float(number) for number in employment])
        counts = matrix * people[:, None] * _MONTHS / _PEOPLE_PER_INTERVIEW
    except ValueError as error:
        raise InputError(
            f"{folder / MATRIX_FILE} does not fit {EMPLOYMENT_FILE} ({error})"
        ) from None
    if matrix.shape != (len(codes), len(codes)):
        raise InputError(
            f"{folder / MATRIX_FILE} has shape {matrix.shape}, but {OCCUPATIONS_FILE} has "
            f"{len(codes)} occupations; download both from the same record"
        )
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row, column in np.argwhere(counts > 0):
        found[codes[row], codes[column]] += float(counts[row, column])
    return found
